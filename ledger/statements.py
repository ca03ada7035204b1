"""Statements that the server keeps prepared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format

STEADY: Final = "SELECT " + ", ".join(
    f"set_config('{option}', 'off', true)"
    for option in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "jit")
)


@contextmanager
def steady_cursor() -> Iterator[CursorWrapper]:
    """Give a prepared cursor whose statements look rows up by index, whatever the planner believes.

    Right after a million bookings it still believes what was before, and a prepared plan that was best for a small
    table stays. Holds for the rest of the transaction.
    """
    with transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute(STEADY)
        yield cursor


def prepared_cursor() -> CursorWrapper:
    """Return a cursor whose statements PostgreSQL parses and plans once a connection.

    Django's own writes the values into the text, so that no statement is ever the same twice. Everything else is as
    with ``connection.cursor()``: errors, query counts, broken transactions.
    """
    # Django's own steps in making a cursor; it offers no public door to choose the kind for one statement.
    # This thread's connection, looked up once: each use of ``django.db.connection`` would look it up again.
    django = cast("Any", connections[DEFAULT_DB_ALIAS])
    django.close_if_health_check_failed()
    django.ensure_connection()
    with django.wrap_database_errors:
        cursor = cast("Any", ServerBindingCursor)(django.connection)
        # Times come as a number instead of text to be parsed in Python.
        cursor.format = Format.BINARY
        return cast("CursorWrapper", django._prepare_cursor(cursor))  # noqa: SLF001
