"""A customer says "I didn't make this payment" about one that went through."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from fraud.errors import DisputeNotOpen, NotDisputable
from fraud.models import Alert, Case, CustomerAnswer, Label
from fraud.selectors.answers import standing_of
from fraud.services import cases
from payments.errors import PaymentMissing
from payments.models import Payment
from payments.services import disputes, refunds, reviews
from tests.payments.conftest import Pay, settled
from tests.threads import all_at_once


@pytest.fixture
def paid(pay: Pay) -> Payment:
    """100.00 from Asha to Ben."""
    return pay()


def dispute(payment: Payment, customer: User, text: str = "I was asleep") -> Payment:
    return disputes.open_dispute(customer=customer, payment_id=payment.pk, text=text, now=timezone.now())


def withdraw(payment: Payment, customer: User) -> Payment:
    return disputes.withdraw(customer=customer, payment_id=payment.pk)


def test_puts_the_payment_into_the_queue_without_a_label(paid: Payment, asha: User) -> None:
    dispute(paid, asha)

    alert = Alert.objects.get(payment_id=paid.pk)
    assert (alert.state, alert.is_held, alert.case.state) == (Alert.State.OPEN, False, Case.State.OPEN)
    assert alert.case.at_risk_minor == 100_00
    assert "I was asleep" in alert.case.comments.get().text
    assert not Label.objects.exists()
    assert standing_of(paid.pk).dispute == "open"


def test_moves_no_money(paid: Payment, asha: User, ben: User) -> None:
    dispute(paid, asha)

    paid.refresh_from_db()
    assert (paid.status, settled(asha), settled(ben)) == (Payment.Status.COMPLETED, 4_900_00, 100_00)


def test_leaves_an_audit_row(paid: Payment, asha: User) -> None:
    dispute(paid, asha)

    assert AuditEvent.objects.get(action="payment_disputed").actor == asha


@pytest.mark.parametrize("who", ["payee", "stranger"])
def test_only_the_payer_can(paid: Payment, ben: User, reviewer: User, who: str) -> None:
    with pytest.raises(PaymentMissing):
        dispute(paid, {"payee": ben, "stranger": reviewer}[who])


def test_only_once_at_a_time(paid: Payment, asha: User) -> None:
    dispute(paid, asha)

    with pytest.raises(NotDisputable):
        dispute(paid, asha)


def test_only_for_thirteen_months(paid: Payment, asha: User) -> None:
    with pytest.raises(NotDisputable):
        disputes.open_dispute(customer=asha, payment_id=paid.pk, text="", now=timezone.now() + timedelta(days=397))


def test_only_what_went_through(held: Payment, rich: User) -> None:
    with pytest.raises(NotDisputable):
        dispute(held, rich)


def test_is_taken_back_while_nobody_has_it(paid: Payment, asha: User) -> None:
    dispute(paid, asha)

    withdraw(paid, asha)

    alert = Alert.objects.get(payment_id=paid.pk)
    assert (alert.state, alert.case.state, alert.case.at_risk_minor) == (Alert.State.RELEASED, Case.State.CLOSED, 0)
    assert standing_of(paid.pk).dispute == "withdrawn"


def test_may_be_made_again_after_taking_it_back(paid: Payment, asha: User) -> None:
    dispute(paid, asha)
    withdraw(paid, asha)

    dispute(paid, asha)

    assert standing_of(paid.pk).dispute == "open"
    assert list(CustomerAnswer.objects.order_by("at").values_list("kind", flat=True)) == [
        "dispute",
        "withdrawn",
        "dispute",
    ]


def test_is_not_taken_back_once_somebody_has_it(paid: Payment, asha: User, reviewer: User) -> None:
    dispute(paid, asha)
    cases.take(case_id=Case.objects.get().pk, person=reviewer)

    with pytest.raises(DisputeNotOpen):
        withdraw(paid, asha)
    assert standing_of(paid.pk).dispute == "picked_up"


def test_nothing_is_taken_back_that_was_never_said(paid: Payment, asha: User) -> None:
    with pytest.raises(DisputeNotOpen):
        withdraw(paid, asha)


@pytest.mark.parametrize(
    ("decide", "state"), [(reviews.release, "rejected"), (reviews.confirm_fraud, "confirmed")], ids=["no", "yes"]
)
def test_ends_with_what_the_analyst_found(
    paid: Payment, asha: User, reviewer: User, decide: object, state: str
) -> None:
    dispute(paid, asha)

    decide(payment_id=paid.pk, reviewer=reviewer, comment="looked", now=timezone.now())  # type: ignore[operator]

    assert standing_of(paid.pk).dispute == state
    with pytest.raises(NotDisputable):
        dispute(paid, asha)


def test_what_a_reviewer_released_may_be_disputed(held: Payment, rich: User, reviewer: User) -> None:
    reviews.release(payment_id=held.pk, reviewer=reviewer, comment="", now=timezone.now())

    dispute(held, rich)

    assert standing_of(held.pk).dispute == "open"
    assert Case.objects.get(customer_id=rich.pk, state=Case.State.OPEN).at_risk_minor == 200_000_00


def test_what_was_paid_back_is_settled(paid: Payment, asha: User, reviewer: User) -> None:
    reviewer.is_superuser = True
    refunds.refund(payment_id=paid.pk, supervisor=reviewer, amount=None, reason="ours")

    with pytest.raises(NotDisputable):
        dispute(paid, asha)


@pytest.mark.django_db(transaction=True)
def test_pressed_ten_times_at_once_it_is_one_dispute(paid: Payment, asha: User) -> None:
    """Guard: the lock of the payer's profile."""
    outcomes = all_at_once([partial(dispute, paid, asha)] * 10)

    assert [type(item) for item in outcomes].count(Payment) == 1
    assert (CustomerAnswer.objects.count(), Alert.objects.count(), Case.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_taking_back_and_picking_up_at_once_one_wins(paid: Payment, asha: User, reviewer: User) -> None:
    dispute(paid, asha)
    case = Case.objects.get()

    all_at_once([partial(withdraw, paid, asha), partial(cases.take, case_id=case.pk, person=reviewer)])

    case.refresh_from_db()
    state = Alert.objects.get().state
    assert (case.assigned_to is None) == (state == Alert.State.RELEASED)


def test_answers_stay_as_they_were_said(paid: Payment, asha: User) -> None:
    dispute(paid, asha)

    for change in (CustomerAnswer.objects.all().delete, partial(CustomerAnswer.objects.update, text="other")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
