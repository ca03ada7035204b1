"""What the payer's answer to "Was this you?" does."""

from functools import partial

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.errors import ConfirmationInvalid, PinWrong
from accounts.models import AuditEvent, Notification, User
from accounts.services import confirmations, pins
from accounts.services.tokens import issue
from accounts.types import Proof
from fraud.errors import AlreadyReviewed, AnswerNotOpen
from fraud.models import Alert, Case, CaseComment, CustomerAnswer, Label
from payments.errors import PartyStopped, PaymentMissing
from payments.models import Payment
from payments.services import answers, reviews
from payments.services.answers import Here
from tests.factories import PASSWORD, PIN
from tests.payments.conftest import Pay, available, prove, settled
from tests.threads import all_at_once

Status = Payment.Status


@pytest.fixture
def owner(rich: User) -> User:
    """Asha, with a payment PIN."""
    pins.set_pin(user=rich, pin=PIN, password=PASSWORD, now=timezone.now())
    return rich


def not_mine(payment: Payment, customer: User, here: Here | None = None) -> Payment:
    return answers.say_not_mine(customer=customer, payment_id=payment.pk, here=here or Here(), now=timezone.now())


def mine(payment: Payment, customer: User, pin: str = PIN) -> Payment:
    return answers.say_mine(customer=customer, payment_id=payment.pk, proof=Proof(pin=pin), now=timezone.now())


# --- it wasn't me


def test_not_mine_gives_held_money_back_at_once(held: Payment, rich: User, ben: User) -> None:
    payment = not_mine(held, rich)

    assert (payment.status, payment.decline_reason) == (Status.DECLINED, "not_mine")
    assert (available(rich), settled(ben)) == (2_005_000_00, 0)


def test_not_mine_stops_the_customers_payments_and_says_so(held: Payment, rich: User) -> None:
    not_mine(held, rich)

    rich.refresh_from_db()
    assert (rich.is_locked, rich.lock_reason) == (True, "said_not_mine")
    assert Notification.objects.filter(user=rich, data__event="payments_stopped").exists()


def test_not_mine_puts_the_payment_before_the_supervisors_as_fraud(held: Payment, rich: User) -> None:
    not_mine(held, rich)

    case = Case.objects.get(customer_id=rich.pk)
    label = Label.objects.get(decision=held.decision_id)
    assert (case.state, case.is_escalated, case.at_risk_minor) == (Case.State.OPEN, True, 200_000_00)
    assert (label.is_fraud, label.source, label.made_by) == (True, Label.Source.DISPUTE, rich)
    assert CaseComment.objects.filter(case=case, author=rich).count() == 1
    assert set(AuditEvent.objects.filter(actor=rich).values_list("action", flat=True)) >= {
        "payment_said_not_mine",
        "customer_locked",
    }


def test_not_mine_ends_every_other_sign_in_and_keeps_this_one(held: Payment, rich: User) -> None:
    def signed_in() -> str:
        client = Client()
        client.force_login(rich, backend=settings.AUTHENTICATION_BACKENDS[0])
        key = str(client.session.session_key)
        UserSession.objects.create(user=rich, session_key=key, ip="127.0.0.1")
        return key

    here, elsewhere = signed_in(), signed_in()
    program = issue(user=rich, user_agent="program", ip_address=None, now=timezone.now()).family

    not_mine(held, rich, Here(session_key=here))

    program.refresh_from_db()
    assert set(Session.objects.values_list("session_key", flat=True)) & {here, elsewhere} == {here}
    assert program.revoked_at is not None


def test_not_mine_over_rest_keeps_the_tokens_that_said_it(held: Payment, rich: User) -> None:
    mine_family, other = (
        issue(user=rich, user_agent="program", ip_address=None, now=timezone.now()).family for _ in range(2)
    )

    not_mine(held, rich, Here(family_id=mine_family.pk))

    mine_family.refresh_from_db()
    other.refresh_from_db()
    assert (mine_family.revoked_at, other.revoked_at is None) == (None, False)


def test_the_case_can_still_be_closed_after_not_mine(held: Payment, rich: User, reviewer: User) -> None:
    not_mine(held, rich)
    reviewer.is_superuser = True
    reviewer.save()

    reviews.confirm_fraud(payment_id=held.pk, reviewer=reviewer, comment="stolen phone", now=timezone.now())

    assert Alert.objects.get(payment_id=held.pk).state == Alert.State.CONFIRMED
    assert Case.objects.get(customer_id=rich.pk).state == Case.State.CLOSED
    assert available(rich) == 2_005_000_00


# --- it was me


def test_mine_is_kept_as_evidence_and_moves_nothing(held: Payment, owner: User, ben: User) -> None:
    mine(held, owner)

    held.refresh_from_db()
    answer = CustomerAnswer.objects.get(alert__payment_id=held.pk)
    assert (answer.kind, answer.method, answer.customer_id) == ("mine", "pin", owner.pk)
    assert (held.status, settled(ben)) == (Status.HELD, 0)
    assert not Label.objects.exists()
    assert "It was me" not in CaseComment.objects.get().text
    assert AuditEvent.objects.filter(action="payment_said_mine", actor=owner, subject_id=str(held.pk)).exists()


def test_mine_with_a_wrong_pin_is_refused_and_counted(held: Payment, owner: User) -> None:
    with pytest.raises(PinWrong):
        mine(held, owner, pin="9173")

    owner.payment_pin.refresh_from_db()
    assert (owner.payment_pin.wrong_tries, CustomerAnswer.objects.count()) == (1, 0)


def test_a_confirmation_of_one_payment_answers_for_no_other(
    held: Payment, owner: User, pay: Pay, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = pay("200001.00", confirmation_id=prove(owner, ben, "200001.00"))
    made = confirmations.confirm_with_pin(user=owner, pin=PIN, binding=answers._binding(other), now=timezone.now())
    monkeypatch.setattr("accounts.services.confirmations.confirm_with", lambda **_: made)

    with pytest.raises(ConfirmationInvalid):
        mine(held, owner)

    assert not CustomerAnswer.objects.exists()


# --- whose, how often, how long


def test_somebody_elses_payment_is_not_there(held: Payment, owner: User, ben: User) -> None:
    for answer in (partial(mine, held, ben), partial(not_mine, held, ben)):
        with pytest.raises(PaymentMissing):
            answer()


@pytest.mark.parametrize("first", [mine, not_mine], ids=["mine", "not-mine"])
@pytest.mark.parametrize("second", [mine, not_mine], ids=["mine", "not-mine"])
def test_a_question_is_answered_once(held: Payment, owner: User, first: object, second: object) -> None:
    first(held, owner)  # type: ignore[operator]

    with pytest.raises(AnswerNotOpen):
        second(held, owner)  # type: ignore[operator]

    assert CustomerAnswer.objects.count() == 1


@pytest.mark.parametrize("how", [reviews.release, reviews.confirm_fraud], ids=["released", "confirmed"])
def test_what_a_person_decided_is_no_longer_asked(held: Payment, owner: User, reviewer: User, how: object) -> None:
    how(payment_id=held.pk, reviewer=reviewer, comment="", now=timezone.now())  # type: ignore[operator]

    for answer in (mine, not_mine):
        with pytest.raises(AnswerNotOpen):
            answer(held, owner)
    owner.refresh_from_db()
    assert not owner.is_locked


def test_what_ran_out_is_no_longer_asked(held: Payment, owner: User) -> None:
    Payment.objects.filter(pk=held.pk).update(status=Status.DECLINED, decline_reason="review_expired")

    with pytest.raises(AnswerNotOpen):
        not_mine(held, owner)


def test_a_payment_that_went_through_is_not_asked_about(pay: Pay, asha: User) -> None:
    with pytest.raises(AnswerNotOpen):
        not_mine(pay("10.00"), asha)


@pytest.mark.django_db(transaction=True)
def test_of_analyst_and_customer_at_once_one_wins(held: Payment, owner: User, reviewer: User, ben: User) -> None:
    """Guard: the case's lock, and the hold that ends once."""
    work = [
        partial(reviews.release, payment_id=held.pk, reviewer=reviewer, comment="", now=timezone.now()),
        partial(not_mine, held, owner),
    ]

    outcomes = all_at_once(work * 3)

    held.refresh_from_db()
    owner.refresh_from_db()
    won = [item for item in outcomes if isinstance(item, Payment)]
    assert len(won) == 1
    assert {type(item) for item in outcomes} - {Payment} <= {AnswerNotOpen, AlreadyReviewed, PartyStopped}
    is_released = held.status == Status.COMPLETED
    assert (settled(ben), owner.is_locked) == ((200_000_00, False) if is_released else (0, True))


# --- what is asked


def test_the_payer_is_asked_when_a_payment_is_held(held: Payment, rich: User) -> None:
    asked = Notification.objects.get(kind="fraud_alert")

    assert (asked.user, asked.data["transaction_id"]) == (rich, str(held.pk))


def test_nobody_is_asked_about_a_payment_that_goes_through(pay: Pay) -> None:
    pay("10.00")

    assert not Notification.objects.filter(kind="fraud_alert").exists()
