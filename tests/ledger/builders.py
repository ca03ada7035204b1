"""Ledger accounts with money on them, and what is on them afterwards."""

import random
from itertools import count
from uuid import UUID

from ledger import selectors, services, verification
from ledger.models import LedgerAccount
from ledger.types import EntryOrder, EntryType
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money

numbers = count(1)


def settlement(currency: str = "INR") -> int:
    return services.system_account(code=f"settlement:{currency}", kind=LedgerAccount.Kind.ASSET, currency=currency).pk


def customer(minor: int = 0, *, currency: str = "INR") -> int:
    account = services.open_account(
        code=f"customer:{next(numbers)}", kind=LedgerAccount.Kind.LIABILITY, currency=currency
    )
    if minor:
        services.post_entry(order(settlement(currency), account.pk, minor, EntryType.DEPOSIT, currency=currency))
    return account.pk


def order(
    debit: int,
    credit: int,
    minor: int,
    entry_type: EntryType = EntryType.TRANSFER,
    *,
    client_id: UUID | None = None,
    currency: str = "INR",
) -> EntryOrder:
    return EntryOrder(client_id or new_id(), debit, credit, Money(minor, currency), entry_type)


def two_of(dice: random.Random, accounts: list[int]) -> tuple[int, int]:
    first, second = dice.sample(accounts, 2)
    return first, second


def is_right() -> bool:
    return verification.differences() == []


def settled(*accounts: int) -> list[int]:
    balances = selectors.balances_of(accounts)
    return [balances[account].settled.minor for account in accounts]
