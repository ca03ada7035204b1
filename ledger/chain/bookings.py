"""Entries as the books hold them, read as what the log is made of."""

from typing import Any, Final

from ledger.chain import encoding, merkle
from ledger.chain.encoding import Booking, Side

# Of an entry ``e`` and of the hold ``h`` that it captured, in the order of the fields of Booking, Side and Side.
COLUMNS: Final = """
    e.id, e.client_id, e.entry_type, e.currency, e.amount_minor,
    (extract(epoch FROM e.posted_at) * 1000000)::bigint, e.batch_id, h.id, e.reverses_id,
    e.debit_account_id, e.debit_shard, e.debit_version, e.debit_balance_after,
    e.credit_account_id, e.credit_shard, e.credit_version, e.credit_balance_after
"""
# The hold names the entry; nobody can change that once it is captured.
JOIN_HOLD: Final = "LEFT JOIN ledger_hold h ON h.entry_id = e.id"


def read(row: tuple[Any, ...]) -> tuple[Booking, Side, Side]:
    """Return a row of ``COLUMNS`` as booking, debit side and credit side."""
    return Booking(*row[:9]), Side(*row[9:13]), Side(*row[13:17])


def sealed_hash(row: tuple[Any, ...], debit_salt: bytes, credit_salt: bytes) -> bytes:
    """Return the leaf hash of a row of ``COLUMNS`` under these salts."""
    booking, debit, credit = read(row)
    return merkle.leaf_hash(
        encoding.leaf_bytes(
            booking,
            encoding.commit(debit_salt, encoding.side_bytes(debit)),
            encoding.commit(credit_salt, encoding.side_bytes(credit)),
        )
    )
