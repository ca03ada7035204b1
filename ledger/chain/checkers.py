"""Pieces of the log checked by several processes that see one moment of the database.

Imports no model: a process that was just started has no Django application yet.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Final

import django
from django.db import connection, transaction
from psycopg import sql

from ledger.chain.checks_of_bookings import check_piece
from ledger.chain.merkle import Range

# Pieces under way for each process: enough that none waits for the one that puts the tree together.
AHEAD: Final = 2

CheckPieces = Callable[[Iterable[Range]], Iterator[list[bytes]]]


@contextmanager
def checkers(processes: int) -> Iterator[CheckPieces]:
    """Give what checks pieces and returns their hashes, in their order; inside a transaction, whose moment all see."""
    if processes == 1:
        yield lambda pieces: map(check_piece, pieces)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        seen = (connection.settings_dict["NAME"], *cursor.fetchone())
    started = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=started, initializer=see, initargs=seen) as pool:
        try:
            yield lambda pieces: _in_order(pool, pieces, ahead=AHEAD * processes)
        finally:
            pool.shutdown(cancel_futures=True)


def see(database: str, snapshot: str) -> None:
    """Let this process see, until it ends, what the one that exported the snapshot sees."""
    django.setup()
    # A connection of its own: a pool would give it back between two pieces.
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = connection.settings_dict | {"NAME": database, "OPTIONS": options}
    transaction.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)).as_string(None))
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _in_order(pool: ProcessPoolExecutor, pieces: Iterable[Range], *, ahead: int) -> Iterator[list[bytes]]:
    """Check pieces ahead of their turn, but not so far that their hashes fill the memory."""
    under_way: deque[Future[list[bytes]]] = deque()
    for piece in pieces:
        under_way.append(pool.submit(check_piece, piece))
        if len(under_way) > ahead:
            yield under_way.popleft().result()
    for left in under_way:
        yield left.result()
