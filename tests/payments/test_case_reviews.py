"""What a decision about a suspicious payment changes, besides the money."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

import ledger.services
from accounts.errors import AccountLocked
from accounts.models import Approval, AuditEvent, Notification, User
from accounts.roles import SUPERVISOR, ensure_roles
from accounts.services import approvals
from fraud.errors import AlreadyReviewed, NeverJudged, WasEscalated
from fraud.models import Alert, Case, CustomerProfile, Label
from fraud.services import cases
from fraud.services.labels import label
from fraud.services.trust import lock_profiles
from ledger import verification
from payments.errors import OwnMoney
from payments.models import Payment
from payments.services import reviews, transfers
from payments.types import TransferOrder
from securebank.kernel.ids import new_id
from securebank.web.transactions import in_transaction
from tests.factories import BankAccountFactory, UserFactory, fund
from tests.fraud.builders import alert_of
from tests.payments.conftest import Pay, account_of, available, prove, settled
from tests.threads import all_at_once

DECISIONS = {"release": reviews.release, "confirm": reviews.confirm_fraud}


@pytest.fixture
def supervisor(db: None) -> User:
    """A supervisor who is neither Asha nor Ben."""
    ensure_roles()
    person = UserFactory.create(name="Sara Super", is_staff=True)
    person.groups.add(Group.objects.get(name=SUPERVISOR))
    return person


def decide(how: str, payment: Payment, reviewer: User) -> Payment:
    return DECISIONS[how](payment_id=payment.pk, reviewer=reviewer, comment="called", now=timezone.now())


def trust(user: User, score: int | None = None) -> float:
    """Return a customer's trust, set before if told so."""
    profile, _is_new = CustomerProfile.objects.get_or_create(customer_id=user.pk)
    if score is not None:
        CustomerProfile.objects.filter(pk=user.pk).update(trust_score=score)
    profile.refresh_from_db()
    return float(profile.trust_score)


@pytest.fixture
def declined(pay: Pay, rich: User, ben: User) -> Payment:
    """A payment that the check declined at once: a large one of somebody hardly trusted."""
    CustomerProfile.objects.create(customer_id=rich.pk, trust_score=30)
    payment = pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))
    assert payment.status == Payment.Status.DECLINED
    return payment


@pytest.mark.parametrize(
    ("how", "state", "is_fraud", "score"),
    [("release", "released", False, 65), ("confirm", "confirmed", True, 40)],
)
def test_a_decision_is_kept_with_label_and_trust(
    held: Payment, reviewer: User, rich: User, how: str, state: str, is_fraud: bool, score: int
) -> None:
    alert = alert_of(held)
    trust(rich, 60)

    decide(how, held, reviewer)

    alert.refresh_from_db()
    assert (alert.state, alert.comment, alert.reviewed_by) == (state, "called", reviewer)
    kept = Label.objects.get(decision=held.decision_id)
    assert (kept.is_fraud, kept.source, kept.made_by) == (is_fraud, "analyst", reviewer)
    assert trust(rich) == score


@pytest.mark.parametrize(("how", "before", "after"), [("release", 98, 100), ("confirm", 12, 0)])
def test_trust_stays_within_its_bounds(
    held: Payment, reviewer: User, rich: User, how: str, before: int, after: int
) -> None:
    alert_of(held)
    trust(rich, before)

    decide(how, held, reviewer)

    assert trust(rich) == after


def test_a_confirmed_fraud_is_remembered_of_both_sides(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    alert_of(held)

    decide("confirm", held, reviewer)

    frauds = dict(CustomerProfile.objects.values_list("customer_id", "confirmed_frauds"))
    assert frauds == {rich.pk: 1, ben.pk: 1}
    assert trust(ben) == 100


def test_the_case_closes_with_its_last_alert(pay: Pay, held: Payment, rich: User, ben: User, reviewer: User) -> None:
    other = pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))
    case = alert_of(held).case
    alert_of(other)

    decide("release", held, reviewer)
    case.refresh_from_db()
    assert (case.state, case.at_risk_minor, case.closed_at) == ("open", 200_000_00, None)

    decide("confirm", other, reviewer)
    case.refresh_from_db()
    assert (case.state, case.at_risk_minor) == ("closed", 0)
    assert case.closed_at is not None


def test_every_step_is_in_the_audit_log(held: Payment, reviewer: User) -> None:
    case = alert_of(held).case
    cases.take(case_id=case.pk, person=reviewer)
    cases.comment(case_id=case.pk, person=reviewer, text="Called: not theirs.")

    decide("confirm", held, reviewer)

    steps = AuditEvent.objects.filter(actor=reviewer).order_by("id").values_list("action", flat=True)
    assert list(steps) == [
        "case_taken", "case_commented", "case_closed", "alert_confirmed", "payment_confirmed_fraud",
    ]  # fmt: skip


@pytest.mark.parametrize(("how", "event"), [("release", "payment_cleared"), ("confirm", "")])
def test_a_payment_that_was_declined_stays_so(
    declined: Payment, reviewer: User, rich: User, ben: User, how: str, event: str
) -> None:
    alert_of(declined)
    Notification.objects.all().delete()

    decide(how, declined, reviewer)

    declined.refresh_from_db()
    assert (declined.status, settled(ben), available(rich)) == ("declined", 0, 2_005_000_00)
    told = [notice.data["event"] for notice in Notification.objects.filter(user=rich)]
    assert told == ([event] if event else [])


def test_completed_fraud_goes_back_once_a_supervisor_agrees(
    pay: Pay, asha: User, ben: User, reviewer: User, supervisor: User
) -> None:
    payment = pay("100")
    decide("confirm", payment, reviewer)
    assert (settled(asha), settled(ben)) == (4_900_00, 100_00)

    proposal = Approval.objects.get(action="reverse_payment")
    approvals.approve(approval_id=proposal.pk, decided_by=supervisor, now=timezone.now())

    payment.refresh_from_db()
    assert (payment.status, settled(asha), settled(ben)) == ("reversed", 5_000_00, 0)
    assert (proposal.made_by, proposal.subject_id) == (reviewer, str(payment.pk))


def test_nobody_agrees_to_their_own_reversal(pay: Pay, asha: User, supervisor: User) -> None:
    payment = pay("100")
    decide("confirm", payment, supervisor)

    with pytest.raises(approvals.FourEyesNeeded):
        approvals.approve(approval_id=Approval.objects.get().pk, decided_by=supervisor, now=timezone.now())

    assert settled(asha) == 4_900_00


@pytest.mark.parametrize("second", ["release", "confirm"])
def test_a_completed_payment_is_called_fraud_once(pay: Pay, reviewer: User, supervisor: User, second: str) -> None:
    payment = pay("100")
    decide("confirm", payment, reviewer)

    with pytest.raises(AlreadyReviewed):
        decide(second, payment, supervisor)

    assert (Label.objects.count(), Approval.objects.count()) == (1, 1)


def test_a_payment_that_nobody_doubted_is_not_released(pay: Pay, reviewer: User) -> None:
    with pytest.raises(AlreadyReviewed):
        decide("release", pay("1"), reviewer)

    assert not Label.objects.exists()


def test_repeated_fraud_stops_the_customers_payments(pay: Pay, asha: User, reviewer: User) -> None:
    decide("confirm", pay("1"), reviewer)
    asha.refresh_from_db()
    assert not asha.is_locked

    decide("confirm", pay("2"), reviewer)

    asha.refresh_from_db()
    assert (asha.is_locked, asha.lock_reason) == (True, "repeated_fraud")
    assert Notification.objects.filter(user=asha, data__event="payments_stopped").exists()


@pytest.mark.parametrize("how", ["release", "confirm"])
def test_an_escalated_case_is_the_supervisors(held: Payment, reviewer: User, supervisor: User, how: str) -> None:
    case = alert_of(held).case
    cases.escalate(case_id=case.pk, person=reviewer, text="Looks like a ring.")

    with pytest.raises(WasEscalated):
        decide(how, held, reviewer)

    assert not Label.objects.exists()
    assert decide(how, held, supervisor).reviewed_by == supervisor


@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize("how", ["release", "confirm"])
def test_a_supervisor_does_not_decide_about_their_own_money(
    held: Payment, supervisor: User, rich: User, ben: User, side: str, how: str
) -> None:
    alert_of(held)
    person = {"payer": rich, "payee": ben}[side]
    person.groups.set(supervisor.groups.all())

    with pytest.raises(OwnMoney):
        decide(how, held, User.objects.get(pk=person.pk))


def test_time_ends_the_alert_and_says_nothing_about_the_payment(
    pay: Pay, rich: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.services.transfers.REVIEW_WITHIN", timedelta(0))
    held = pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))
    alert = alert_of(held)
    before = trust(rich, 70)

    ledger.services.expire_holds()

    alert.refresh_from_db()
    held.refresh_from_db()
    assert (alert.state, alert.reviewed_by, alert.case.state) == ("expired", None, "closed")
    assert (held.status, trust(rich), Label.objects.count()) == ("declined", before, 0)


@pytest.mark.django_db
def test_a_payment_that_never_happened_has_no_label() -> None:
    with pytest.raises(NeverJudged):
        label(payment_id=new_id(), is_fraud=True, source=Label.Source.SIMULATOR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["held", "completed"])
def test_of_two_analysts_at_once_one_wins(
    kind: str, pay: Pay, rich: User, ben: User, reviewer: User, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guard: the lock of the profile, under which alert and labels are read anew."""
    monkeypatch.setattr("securebank.web.transactions.ATTEMPTS", 1)
    payments = [pay("1") for _ in range(4)]
    if kind == "held":
        payments = [pay("200000.00", confirmation_id=prove(rich, ben, "200000.00")) for _ in range(4)]
    for payment in payments:
        alert_of(payment)
        trust(rich, 100)

        outcomes = all_at_once(
            [partial(in_transaction, partial(decide, "confirm", payment, by)) for by in (reviewer, supervisor)]
        )

        assert sorted(type(item).__name__ for item in outcomes) == ["AlreadyReviewed", "Payment"]
        assert (Label.objects.filter(decision=payment.decision_id).count(), trust(rich)) == (1, 80)


@pytest.mark.django_db(transaction=True)
def test_reviews_and_payments_at_the_same_time_never_deadlock(
    pay: Pay, rich: User, ben: User, reviewer: User, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guard: every path takes accounts, profiles, case and books in this order; the sweep of holds does, too."""
    monkeypatch.setattr("securebank.web.transactions.ATTEMPTS", 1)
    savings = BankAccountFactory.create(owner=rich, kind="savings", balance=5_000_00)
    BankAccountFactory.create(owner=ben, kind="savings", balance=5_000_00)
    pay("1")

    def order(payer: User, payee: User, **more: Any) -> Callable[[], Payment]:
        wanted = TransferOrder(customer=payer, to=account_of(payee).number, amount="1", **more)
        return lambda: transfers.submit_transfer(order=wanted, requested_at=timezone.now())

    for how in ("release", "confirm"):
        held = [_held(pay, rich, ben) for _ in range(4)]
        deciding: list[Callable[[], Any]] = [
            partial(in_transaction, partial(decide, how, one, by)) for one in held for by in (reviewer, supervisor)
        ]
        paying = [order(rich, ben), order(rich, ben, from_account_id=savings.pk), order(ben, rich)] * 3

        outcomes = all_at_once([job for pair in zip(deciding, paying, strict=False) for job in pair])

        assert [item for item in outcomes if isinstance(item, Exception) and not isinstance(item, EXPECTED)] == []
    assert verification.differences() == []
    assert Case.objects.filter(state="open").count() == Alert.objects.filter(state="open").count() == 0


# Besides what works: somebody was first, or the second confirmed fraud stopped the payer.
EXPECTED = (AlreadyReviewed, AccountLocked)


def _held(pay: Pay, payer: User, payee: User) -> Payment:
    User.objects.update(locked_at=None)
    trust(payer, 100)
    payment = pay("200000.00", confirmation_id=prove(payer, payee, "200000.00"))
    alert_of(payment)
    return payment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["release", "confirm", "sweep"])
def test_whoever_ends_a_hold_waits_for_a_payment_before_touching_the_books(
    how: str, pay: Pay, rich: User, ben: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guard: profiles and case are locked before the books. The other way round the two here wait in a circle."""
    monkeypatch.setattr("payments.services.transfers.REVIEW_WITHIN", timedelta(0 if how == "sweep" else 1))
    held = _held(pay, rich, ben)
    end: Callable[[], Any] = partial(decide, how, held, reviewer) if how != "sweep" else ledger.services.expire_holds

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            lock_profiles([rich.pk])
            ended = other.submit(_and_close, end)
            _wait_until_somebody_waits()
            fund(account_of(rich), 100)

        assert ended.result(10)

    held.refresh_from_db()
    assert held.status != Payment.Status.HELD


def _and_close(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def _wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock' AND pg_sleep(0.01) IS NOT NULL"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
