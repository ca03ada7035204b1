"""Money set aside: placed, captured, given back."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction

from ledger import registry
from ledger.services.calls import call, check_amount
from ledger.services.entries import booked, check_order
from ledger.types import EntryOrder, EntryType, PlacedHold, PostedEntry
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money

log = structlog.get_logger(__name__)

# One sweep's share: the next one, seconds later, takes the rest.
SWEEP_SIZE = 500


def place_hold(order: EntryOrder, *, expires_at: datetime | None = None) -> PlacedHold:
    """Set money aside for an entry to come.

    Raises:
        InsufficientFunds: settled balance less open holds would fall below the floor.
        AccountClosed, ClientIdReused, CurrencyMismatch, InvalidAmount, SameLedgerAccount, UnknownLedgerAccount:
            as for an entry.
    """
    check_order(order)
    status, hold_id, placed_at = call(
        "SELECT status, hold_id, placed_at FROM ledger_place_hold(%s, %s, %s, %s, %s, %s::timestamptz)",
        (
            order.client_id,
            order.debit_account_id,
            order.credit_account_id,
            order.amount.minor,
            order.amount.currency,
            expires_at,
        ),
    )
    return PlacedHold(hold_id, order.client_id, placed_at, is_replay=status == "replay")


def capture_hold(
    *, hold_id: int, client_id: UUID, amount: Money | None = None, entry_type: EntryType = EntryType.TRANSFER
) -> PostedEntry:
    """Book a hold, whole or in part; what is not booked is given back.

    Raises:
        UnknownHold: there is none.
        HoldNotOpen: it was resolved before, or its time is over by the database's clock.
        CaptureTooLarge: more than was held.
        ClientIdReused, CurrencyMismatch, InvalidAmount: as for an entry.
    """
    check_amount(amount)
    status, entry_id, posted_at = call(
        "SELECT status, entry_id, posted_at FROM ledger_capture_hold(%s, %s, %s::bigint, %s::text, %s)",
        (hold_id, client_id, amount and amount.minor, amount and amount.currency, entry_type.value),
    )
    return booked(entry_id, client_id, posted_at, status)


def void_hold(*, hold_id: int) -> None:
    """Give a hold's money back.

    Raises:
        UnknownHold, HoldNotOpen: there is nothing to give back.
    """
    call("SELECT ledger_release_hold(%s, 'voided')", (hold_id,))


def expire_holds() -> list[int]:
    """Give back what was held too long, by the database's clock, and return those holds.

    Each hold has a transaction of its own, in which ``registry.on_hold_expired`` is told first: listeners take locks
    that stand above those of the books. A hold that a listener refuses, or that was resolved while one waited, is left
    as it is with all that the listeners wrote undone, and does not stop the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_hold WHERE state = 'open' AND expires_at <= clock_timestamp()"
            " ORDER BY expires_at LIMIT %s",
            (SWEEP_SIZE,),
        )
        due = [hold_id for (hold_id,) in cursor.fetchall()]
    return [hold_id for hold_id in due if _expire(hold_id)]


def _expire(hold_id: int) -> bool:
    try:
        with transaction.atomic():
            for listener in registry.on_hold_expired:
                listener(hold_id)
            call("SELECT ledger_release_hold(%s, 'expired')", (hold_id,))
    except DomainError as refusal:
        log.info("hold_not_expired", hold_id=hold_id, code=refusal.code)
        return False
    return True
