"""A refused payment leaves the books, and everything beside them, as they were."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

import ledger.selectors
import ledger.services
import ledger.tasks
from accounts.errors import AccountClosed, AccountFrozen, AccountLocked, ConfirmationInvalid, PayeeNotFound, PinRequired
from accounts.models import BankAccount, Notification, User
from fraud.models import CustomerProfile, Decision
from ledger.errors import InsufficientFunds
from ledger.models import Hold, JournalEntry
from payments.errors import LimitExceeded, SameAccount
from payments.models import Payee, Payment, SpendingLimits
from payments.services import reviews
from securebank.kernel.ids import new_id
from securebank.kernel.money import CurrencyMismatch, InvalidAmount
from tests.factories import BankAccountFactory
from tests.payments.conftest import Pay, account_of, available, prove, settled

Spoil = Callable[[User, User], dict[str, Any]]


def freeze(user: User, status: str) -> dict[str, Any]:
    BankAccount.objects.filter(owner=user).update(status=status)
    return {}


def lock(user: User) -> dict[str, Any]:
    User.objects.filter(pk=user.pk).update(locked_at=timezone.now())
    return {}


def limit(user: User) -> dict[str, Any]:
    SpendingLimits.objects.create(
        customer=user, currency="INR", per_payment_minor=1, per_day_minor=1, new_payee_minor=1
    )
    return {}


# What is done to Asha's payment of 100.00 to Ben, and how it is refused.
REFUSED: dict[str, tuple[Spoil, type[Exception]]] = {
    "not an amount": (lambda _asha, _ben: {"amount": "0.001"}, InvalidAmount),
    "nobody there": (lambda _asha, _ben: {"to": "nobody.here"}, PayeeNotFound),
    "the account itself": (lambda asha, _ben: {"to": account_of(asha).number}, SameAccount),
    "another currency": (lambda _asha, _ben: {"currency": "USD"}, CurrencyMismatch),
    "too much": (lambda _asha, _ben: {"amount": "5000.01"}, InsufficientFunds),
    "no PIN": (lambda asha, _ben: {"from_account_id": rich_account(asha), "amount": "10000.01"}, PinRequired),
    "a foreign step-up": (lambda _asha, _ben: {"confirmation_id": new_id()}, ConfirmationInvalid),
    "above the limits": (lambda asha, _ben: limit(asha), LimitExceeded),
    "a locked payer": (lambda asha, _ben: lock(asha), AccountLocked),
    "a frozen payer": (lambda asha, _ben: freeze(asha, "frozen"), AccountFrozen),
    "a frozen payee": (lambda _asha, ben: freeze(ben, "frozen"), AccountFrozen),
    "a closed payee": (
        lambda _asha, ben: {"to": account_of(ben).number} | freeze(ben, "closed"),
        AccountClosed,
    ),
}


def rich_account(asha: User) -> Any:
    return BankAccountFactory.create(owner=asha, balance=50_000_00).pk


def everything() -> tuple[Any, ...]:
    """Return what a payment may change: entries, holds, balances, payments, decisions, payees, notices."""
    balances = {account.pk: ledger.selectors.balance_of(account.ledger_account_id) for account in accounts()}
    counted = (JournalEntry, Hold, Payment, Decision, Payee, Notification)
    return balances, *(model._default_manager.count() for model in counted)


def accounts() -> list[BankAccount]:
    return list(BankAccount.objects.all())


@pytest.mark.parametrize(("spoil", "refusal"), REFUSED.values(), ids=REFUSED)
def test_a_refused_payment_changes_nothing(
    pay: Pay, asha: User, ben: User, spoil: Spoil, refusal: type[Exception]
) -> None:
    changes = spoil(asha, ben)
    before = everything()

    with pytest.raises(refusal):
        pay(**changes)

    assert everything() == before
    call_command("verify_books", verbosity=0)


def test_a_declined_payment_is_written_down_and_moves_nothing(pay: Pay, rich: User, ben: User) -> None:
    CustomerProfile.objects.create(customer_id=rich.pk, trust_score=10)
    before = (JournalEntry.objects.count(), Hold.objects.count(), available(rich), settled(ben))

    payment = pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))

    assert payment.status == Payment.Status.DECLINED
    assert (JournalEntry.objects.count(), Hold.objects.count(), available(rich), settled(ben)) == before


def test_a_release_captures_exactly_the_hold(held: Payment, reviewer: User, rich: User, ben: User) -> None:
    before = (settled(rich), available(rich), settled(ben))

    reviews.release(payment_id=held.pk, reviewer=reviewer, comment="", now=timezone.now())

    held.refresh_from_db()
    assert held.hold is not None
    assert held.entry is not None
    assert (held.hold.state, held.hold.amount_minor, held.entry.amount_minor) == ("captured", 200_000_00, 200_000_00)
    assert (settled(rich), available(rich), settled(ben)) == (
        before[0] - 200_000_00, before[1], before[2] + 200_000_00,
    )  # fmt: skip
    call_command("verify_books", verbosity=0)


def test_the_sweep_declines_what_nobody_reviewed_and_tells_the_payer(
    pay: Pay, rich: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = available(rich)
    monkeypatch.setattr("payments.services.transfers.REVIEW_WITHIN", timedelta(0))
    held = pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))
    Notification.objects.all().delete()

    ledger.tasks.expire_holds()

    held.refresh_from_db()
    assert (held.status, held.decline_reason, available(rich)) == ("declined", "review_expired", before)
    told = Notification.objects.get(kind="payment_declined")
    assert (told.user, told.data["transaction_id"]) == (rich, str(held.pk))
    assert not Notification.objects.filter(user=ben).exists()
    call_command("verify_books", verbosity=0)
