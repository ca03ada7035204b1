"""Booking many entries at once."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from ledger.errors import ClientIdReused
from ledger.services.calls import refuse
from ledger.services.entries import check_order
from ledger.services.sealing import wake_miner
from ledger.statements import prepared_cursor
from ledger.types import EntryOrder, PostedEntry


def post_batch(orders: Sequence[EntryOrder], *, batch_id: UUID) -> list[PostedEntry]:
    """Book all of the orders or none, in one round trip, and return their entries in the same order.

    Floors hold after each entry in the order given, as if they were booked one by one: money that comes in earlier in
    the batch may be spent later in it. Called again with the same batch it answers with the first entries.

    Raises:
        ClientIdReused: the batch id or one of the client ids belongs to something else.
        InvalidAmount, SameLedgerAccount, CurrencyMismatch, UnknownLedgerAccount, AccountClosed, InsufficientFunds:
            for the first order that can't be booked.
    """
    for order in orders:
        check_order(order)
    if len({order.client_id for order in orders}) < len(orders):
        raise ClientIdReused(_("two orders of the batch have the same identifier"))
    if not orders:
        return []
    with prepared_cursor() as cursor:
        # %b: as text, each of six thousand values would be searched for what must be quoted.
        cursor.execute(
            "SELECT status, place, entry_id, posted_at"
            " FROM ledger_post_batch(%s, %b::uuid[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[])",
            (
                batch_id,
                [order.client_id for order in orders],
                [order.debit_account_id for order in orders],
                [order.credit_account_id for order in orders],
                [order.amount.minor for order in orders],
                [order.amount.currency for order in orders],
                [order.entry_type.value for order in orders],
            ),
        )
        rows = cursor.fetchall()
    refuse(rows[0][0])
    wake_miner(entry_id for _status, _place, entry_id, _posted_at in rows)
    return [
        PostedEntry(entry_id, order.client_id, posted_at, is_replay=status == "replay")
        for order, (status, _place, entry_id, posted_at) in zip(orders, rows, strict=True)
    ]
