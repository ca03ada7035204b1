"""How tests with real transactions clean up after themselves.

Django empties the tables with one ``TRUNCATE``. Ours refuse that (``refuse_change``), and hold rows that migrations
wrote and every later test needs.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

WRITTEN_BY_MIGRATIONS: Final = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}

plain_sql_flush = DatabaseOperations.sql_flush


def sql_flush(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
    """Spare what migrations wrote."""
    return plain_sql_flush(self, style, sorted(set(tables) - WRITTEN_BY_MIGRATIONS), **options)


# The row points at people, so it can't be spared when people are truncated; it is written again as it was.
KEEP_POLICY: Final = """
    CREATE TEMPORARY TABLE policy_1 ON COMMIT DROP AS SELECT * FROM fraud_policyversion WHERE number = 1;
    UPDATE policy_1 SET state = 'active'
"""
WRITE_POLICY: Final = "INSERT INTO fraud_policyversion SELECT * FROM policy_1"


def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Switch triggers off for the flush alone; only a superuser may, and the bank's own role is none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for sql in (KEEP_POLICY, *sql_list, WRITE_POLICY):
            cursor.execute(sql)


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers() -> Iterator[None]:
    """Let transactional tests empty the append-only tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield
