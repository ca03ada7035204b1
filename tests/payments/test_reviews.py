"""What becomes of a payment that the fraud check held back."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

import ledger.services
from accounts.models import AuditEvent, Notification, User
from accounts.services import bank_accounts
from fraud.errors import AlreadyReviewed
from payments.errors import MayNotReview, OwnMoney, PartyStopped
from payments.models import Payee, Payment
from payments.services import reviews
from securebank.web.transactions import in_transaction
from tests.payments.conftest import Pay, account_of, available, prove, settled
from tests.threads import all_at_once

Status = Payment.Status


def decide(how: str, payment: Payment, reviewer: User) -> Payment:
    decision = {"release": reviews.release, "confirm_fraud": reviews.confirm_fraud}[how]
    return decision(payment_id=payment.pk, reviewer=reviewer, comment="called the customer", now=timezone.now())


def test_a_large_payment_waits_and_its_money_is_reserved(held: Payment, rich: User, ben: User) -> None:
    assert held.status == Status.HELD
    assert (settled(rich) - available(rich), settled(ben)) == (200_000_00, 0)


def test_only_the_payer_hears_that_it_is_held(held: Payment, rich: User, ben: User) -> None:
    assert set(Notification.objects.filter(kind="payment_held").values_list("user", flat=True)) == {rich.pk}
    assert not Notification.objects.filter(user=ben).exists()


def test_a_release_brings_the_money_to_the_payee(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    payment = decide("release", held, reviewer)

    assert (payment.status, payment.reviewed_by, payment.review_comment) == (
        Status.COMPLETED, reviewer, "called the customer",
    )  # fmt: skip
    assert (settled(rich), available(rich), settled(ben)) == (1_805_000_00, 1_805_000_00, 200_000_00)


def test_a_refusal_gives_the_money_back(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    payment = decide("confirm_fraud", held, reviewer)

    assert (payment.status, payment.decline_reason) == (Status.DECLINED, "review_refused")
    assert (available(rich), settled(ben)) == (2_005_000_00, 0)


@pytest.mark.parametrize(
    ("how", "told"), [("release", {"payment_sent", "payment_received"}), ("confirm_fraud", {"payment_declined"})]
)
def test_those_concerned_are_told(held: Payment, reviewer: User, how: str, told: set[str]) -> None:
    Notification.objects.all().delete()

    decide(how, held, reviewer)

    assert set(Notification.objects.values_list("kind", flat=True)) == told | {"balance_update"}


def test_a_decision_leaves_an_audit_row(held: Payment, reviewer: User) -> None:
    decide("release", held, reviewer)

    row = AuditEvent.objects.get(action="payment_released")
    assert (row.actor, row.subject_id) == (reviewer, str(held.pk))


def test_the_payee_is_known_from_the_release_on(held: Payment, reviewer: User) -> None:
    assert not Payee.objects.exists()

    decide("release", held, reviewer)

    assert Payee.objects.count() == 1


@pytest.mark.parametrize("how", ["release", "confirm_fraud"])
def test_nobody_decides_about_their_own_money(held: Payment, reviewer: User, how: str, ben: User) -> None:
    ben.groups.set(reviewer.groups.all())

    with pytest.raises(OwnMoney):
        decide(how, held, User.objects.get(pk=ben.pk))


def test_a_customer_decides_nothing(held: Payment, ben: User) -> None:
    with pytest.raises(MayNotReview):
        decide("release", held, ben)


@pytest.mark.parametrize("first", ["release", "confirm_fraud"])
@pytest.mark.parametrize("second", ["release", "confirm_fraud"])
def test_a_payment_is_decided_once(held: Payment, reviewer: User, first: str, second: str) -> None:
    decide(first, held, reviewer)

    with pytest.raises(AlreadyReviewed):
        decide(second, held, reviewer)


@pytest.mark.django_db(transaction=True)
def test_of_ten_reviewers_at_once_one_wins(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    """Guard: a hold ends once."""
    work = [partial(in_transaction, partial(decide, how, held, reviewer)) for how in ("release", "confirm_fraud")] * 5

    outcomes = all_at_once(work)

    assert [type(item) for item in outcomes].count(AlreadyReviewed) == 9
    held.refresh_from_db()
    is_released = held.status == Status.COMPLETED
    assert (settled(ben), available(rich)) == ((200_000_00, 1_805_000_00) if is_released else (0, 2_005_000_00))


def test_time_gives_the_money_back(pay: Pay, rich: User, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payments.services.transfers.REVIEW_WITHIN", timedelta(0))
    held = pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))

    ledger.services.expire_holds()

    held.refresh_from_db()
    assert (held.status, held.decline_reason, available(rich)) == (Status.DECLINED, "review_expired", 2_005_000_00)


@pytest.mark.parametrize("side", ["payer", "payee"])
def test_money_does_not_move_on_an_account_frozen_meanwhile(
    held: Payment, reviewer: User, rich: User, ben: User, side: str
) -> None:
    owner = {"payer": rich, "payee": ben}[side]
    bank_accounts.freeze(owner=owner, account_id=account_of(owner).pk)

    with pytest.raises(PartyStopped, match=side):
        decide("release", held, reviewer)

    assert settled(ben) == 0
    assert decide("confirm_fraud", held, reviewer).status == Status.DECLINED


def test_a_payer_locked_meanwhile_loses_nothing(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    User.objects.filter(pk=rich.pk).update(locked_at=timezone.now())

    with pytest.raises(PartyStopped):
        decide("release", held, reviewer)

    assert settled(ben) == 0
