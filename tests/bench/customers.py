"""Customers with money and tokens, made quickly: no sign-up, no password. Import it once Django is set up."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

import ledger.services
from accounts.models import BankAccount, PaymentPin, User
from accounts.services import bank_accounts, pins, tokens
from ledger.models import LedgerAccount
from ledger.types import EntryOrder, EntryType
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money

PIN = "4826"
FUNDS = Money(1_000_000_00, "INR")


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who can pay by REST."""

    user_id: UUID
    handle: str
    access: str
    pin: str | None


def make(number: int, *, with_pin: bool) -> list[Payer]:
    """Open accounts with money for so many new customers."""
    users = [_person(place) for place in range(number)]
    accounts = [bank_accounts.open_account(owner=user, kind=BankAccount.Kind.CURRENT, currency="INR") for user in users]
    cash = ledger.services.system_account(code="settlement:INR", kind=LedgerAccount.Kind.ASSET, currency="INR")
    deposits = [
        EntryOrder(new_id(), cash.pk, account.ledger_account_id, FUNDS, EntryType.DEPOSIT) for account in accounts
    ]
    ledger.services.post_batch(deposits, batch_id=new_id())
    now = timezone.now()
    if with_pin:
        PaymentPin.objects.bulk_create(
            PaymentPin(user=user, pin_hash=pins.HASHER.hash(pins._peppered(user, PIN)), changed_at=now)
            for user in users
        )
    pairs = [tokens.issue(user=user, user_agent="bench", ip_address=None, now=now) for user in users]
    return [
        Payer(user.pk, user.handle, pair.access, PIN if with_pin else None)
        for user, pair in zip(users, pairs, strict=True)
    ]


def _person(place: int) -> User:
    handle = f"bench.{new_id().hex[-16:]}"
    return User.objects.create(email=f"{handle}@bench.example", name=f"Bench {place}", handle=handle, password="!")
