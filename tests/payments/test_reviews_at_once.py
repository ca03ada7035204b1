"""One held payment and many who end it at the same moment; and again without what lets it end once."""

from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

import ledger.services
from accounts.models import AuditEvent, User
from fraud.models import CustomerProfile
from ledger import verification
from payments.models import Payment
from payments.services import refunds, reviews
from securebank.web.transactions import in_transaction
from tests.factories import UserFactory
from tests.ledger import mutants
from tests.payments.conftest import Pay, available, prove, settled
from tests.payments.together import kinds
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)


# --- many reviewers --------------------------------------------------------------------------------------------------


# Taken before anybody looks whether the payment is decided already.
PROFILES = Guard("FOR NO KEY UPDATE", about='FROM "fraud_customerprofile"')
CASE = Guard('FOR NO KEY UPDATE OF "fraud_case"')


def ten_reviewers(held: Payment, reviewer: User, *without: Guard) -> dict[str, int]:
    assert held.payee_account is not None
    # Its first insert would make them wait for each other, too.
    CustomerProfile.objects.get_or_create(customer_id=held.payee_account.owner_id)
    works = [
        partial(in_transaction, partial(decide, payment_id=held.pk, reviewer=reviewer, comment="", now=timezone.now()))
        for decide in (reviews.release, reviews.confirm_fraud)
    ]
    return kinds(Race('INSERT INTO "fraud_label"', without).run(works * 5))


# What the payee has and what is left to the payer.
MONEY = {"completed": (200_000_00, 1_805_000_00), "declined": (0, 2_005_000_00)}


def test_of_ten_reviewers_at_once_one_wins(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    ended = ten_reviewers(held, reviewer)

    held.refresh_from_db()
    assert ended == {held.status: 1, "AlreadyReviewed": 9}
    assert (settled(ben), available(rich)) == MONEY[held.status]
    assert verification.differences() == []


def test_without_the_locks_of_profiles_and_case_the_books_still_let_one_win(
    held: Payment, reviewer: User, rich: User, ben: User
) -> None:
    ended = ten_reviewers(held, reviewer, PROFILES, CASE)

    held.refresh_from_db()
    assert ended == {held.status: 1, "AlreadyReviewed": 9}
    assert (settled(ben), available(rich)) == MONEY[held.status]


def test_without_all_that_ends_it_once_several_win(mutate: ExitStack, held: Payment, reviewer: User) -> None:
    mutants.let_holds_end_twice(mutate)
    mutate.enter_context(mutants.disabled("payments_payment", "payment_ends_once"))
    # The reviewers wait for each other where they write trust down, so each would see that the hold is over.
    mutants.look_at_no_state_of_holds()

    ended = ten_reviewers(held, reviewer, PROFILES, CASE)

    assert ended["completed"] + ended["declined"] > 1
    assert verification.differences() != []


# --- many sweeps -----------------------------------------------------------------------------------------------------


def eight_sweeps(
    pay: Pay, rich: User, ben: User, monkeypatch: pytest.MonkeyPatch, *without: Guard
) -> tuple[int, int, int]:
    """Return how many payments the sweeps ended, what is written about it, and what the payer has left."""
    monkeypatch.setattr("payments.services.transfers.REVIEW_WITHIN", timedelta(0))
    for _ in range(2):
        pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))
    ended = Race("ledger_release_hold", without).run([ledger.services.expire_holds] * 8)
    written = AuditEvent.objects.filter(action="payment_review_expired").count()
    return sum(len(holds) for holds in ended if isinstance(holds, list)), written, available(rich)


def test_what_nobody_reviewed_ends_once_by_many_sweeps(
    pay: Pay, rich: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert eight_sweeps(pay, rich, ben, monkeypatch) == (2, 2, 2_005_000_00)
    assert verification.differences() == []


def test_without_the_locks_of_profiles_and_case_the_books_still_give_it_back_once(
    pay: Pay, rich: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is lost without the lock of the hold itself: ``tests/ledger/test_concurrency.py``."""
    assert eight_sweeps(pay, rich, ben, monkeypatch, PROFILES, CASE) == (2, 2, 2_005_000_00)
    assert verification.differences() == []


# --- many refunds ----------------------------------------------------------------------------------------------------


def refunds_of_half(payment: Payment, *without: Guard) -> tuple[dict[str, int], str]:
    """Return how four refunds of half a payment ended, and what its state says then."""
    supervisor = UserFactory.create(is_staff=True)
    supervisor.user_permissions.add(Permission.objects.get(codename="refund_payment"))
    supervisor = User.objects.get(pk=supervisor.pk)
    refund = partial(
        in_transaction,
        partial(refunds.refund, payment_id=payment.pk, supervisor=supervisor, amount="50", reason="wrong payee"),
    )
    outcomes = Race("ledger_reverse_entry", without).run([refund] * 4)
    payment.refresh_from_db()
    return kinds(outcomes), payment.status


def test_two_halves_refunded_at_once_leave_a_payment_reversed(pay: Pay) -> None:
    assert refunds_of_half(pay("100")) == ({"completed": 2, "NotRefundable": 2}, "reversed")


def test_without_the_lock_of_the_payment_its_state_is_wrong(pay: Pay) -> None:
    unlocked = Guard('FOR NO KEY UPDATE OF "payments_payment"')

    assert refunds_of_half(pay("100"), unlocked) == ({"completed": 2, "OverReversal": 2}, "completed")
