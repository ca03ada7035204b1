"""Which entries have no leaf yet: found by its absence, for numbers are given in another order than they are committed.

``sealed_through`` keeps that cheap. Every entry that has or will ever have a number up to it has a leaf, so only what
is above is looked at; ``docs/decisions/0011-sealing.md`` says why it is exact.
"""

import time
from typing import Any, Final

from ledger.chain import bookings
from ledger.statements import prepared_cursor, steady_cursor

# How long to wait for the bookings under way, mostly some milliseconds each, and how often to look.
PATIENCE_SECONDS: Final = 0.25
LOOK_SECONDS: Final = 0.01

PENDING: Final = f"""
    SELECT {bookings.COLUMNS}
    FROM ledger_journalentry e {bookings.JOIN_HOLD}
    WHERE e.id > %(sealed_through)s
      AND NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id AND l.entry_id > %(sealed_through)s)
    ORDER BY e.id LIMIT %(limit)s
"""  # noqa: S608 - our own constants

# Whoever inserts into the table holds this lock from before it takes a number until its transaction is over.
WRITERS: Final = """
    SELECT coalesce(array_agg(virtualtransaction), '{}') FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'ledger_journalentry'::regclass AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid IS DISTINCT FROM pg_backend_pid()
"""
LAST_NUMBER: Final = "SELECT pg_sequence_last_value(pg_get_serial_sequence('ledger_journalentry', 'id')::regclass)"


def pending(*, sealed_through: int, limit: int) -> list[tuple[Any, ...]]:
    """Return the first entries that have no leaf, as ``bookings.COLUMNS``, by number."""
    with steady_cursor() as cursor:
        cursor.execute(PENDING, {"sealed_through": sealed_through, "limit": limit})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def decided_through() -> int | None:
    """Return a number up to which every entry is now committed, or never will be; None if that takes too long to tell.

    The newest number that was given, once all who were writing then are done: they may have taken it or one before.
    """
    last = _value(LAST_NUMBER)
    waited_for = set(_value(WRITERS))
    until = time.monotonic() + PATIENCE_SECONDS
    while waited_for and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        waited_for &= set(_value(WRITERS))
    return None if waited_for else last


def _value(sql: str) -> Any:
    with prepared_cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
