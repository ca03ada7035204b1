"""Booking and reversing one entry."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ledger.errors import SameLedgerAccount
from ledger.services.calls import call, check_amount
from ledger.services.sealing import wake_miner
from ledger.types import EntryOrder, PostedEntry
from securebank.kernel.money import Money


def check_order(order: EntryOrder) -> None:
    """Refuse what can be refused without looking at the books."""
    check_amount(order.amount)
    if order.debit_account_id == order.credit_account_id:
        raise SameLedgerAccount(_("choose two different accounts"))


def post_entry(order: EntryOrder) -> PostedEntry:
    """Book one entry in one round trip.

    Called again with the same order it answers with the first entry, even if the money has gone or the account was
    closed since.

    Raises:
        InvalidAmount, SameLedgerAccount, CurrencyMismatch, UnknownLedgerAccount: the order can never be booked.
        AccountClosed: one of the accounts is.
        InsufficientFunds: an account would fall below its floor.
        ClientIdReused: the client id belongs to another order.
    """
    check_order(order)
    status, entry_id, posted_at = call(
        "SELECT status, entry_id, posted_at FROM ledger_post_entry(%s, %s, %s, %s, %s, %s)",
        (
            order.client_id,
            order.debit_account_id,
            order.credit_account_id,
            order.amount.minor,
            order.amount.currency,
            order.entry_type.value,
        ),
    )
    return booked(entry_id, order.client_id, posted_at, status)


def reverse_entry(*, entry_id: int, client_id: UUID, amount: Money | None = None) -> PostedEntry:
    """Book the opposite of an entry, whole or in part; without an amount, what is left of it.

    Raises:
        UnknownEntry: there is none.
        OverReversal: all reversals together would exceed the entry, or it is itself a reversal.
        InsufficientFunds, AccountClosed, ClientIdReused, CurrencyMismatch, InvalidAmount: as for any entry.
    """
    check_amount(amount)
    status, reversal_id, posted_at = call(
        "SELECT status, entry_id, posted_at FROM ledger_reverse_entry(%s, %s, %s::bigint, %s::text)",
        (entry_id, client_id, amount and amount.minor, amount and amount.currency),
    )
    return booked(reversal_id, client_id, posted_at, status)


def booked(entry_id: int, client_id: UUID, posted_at: datetime, status: str) -> PostedEntry:
    """Return what a booking function answered, and wake the miner if a block is full with it."""
    wake_miner((entry_id,))
    return PostedEntry(entry_id, client_id, posted_at, is_replay=status == "replay")
