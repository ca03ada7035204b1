"""The booking functions with a lock or a constraint taken out, to see the tests that guard it fail."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest
from django.db import connection

import ledger

SOURCES = [
    (Path(ledger.__file__).parent / "migrations" / "sql" / name).read_text(encoding="utf-8")
    for name in ("0002_booking.sql", "0004_batches.sql")
]
FUNCTIONS = {
    found["name"]: found[0]
    for source in SOURCES
    for found in re.finditer(r"CREATE FUNCTION (?P<name>\w+)\(.*?\n\$\$(?: LANGUAGE \w+)?;\n", source, re.DOTALL)
}

NO_PAIR_LOCK: Final = ("FOR NO KEY UPDATE OF l, h", "")
# Long enough for every other thread to come by.
PAUSE: Final = ("    IF is_bookable THEN", "    PERFORM pg_sleep(0.02);\n    IF is_bookable THEN")

# Locks one account, and goes on when two have done so, however long the other takes to come by.
FIRST: Final = """
    PERFORM set_config('deadlock_timeout', '10ms', true);
    PERFORM 1 FROM ledger_ledgeraccount WHERE id = {} FOR NO KEY UPDATE;
    PERFORM pg_advisory_xact_lock_shared(4711);
    FOR _ IN 1..1000 LOOP
        EXIT WHEN {} OR (SELECT count(*) > 1 FROM pg_locks WHERE objid = 4711);
        PERFORM pg_sleep(0.01);
    END LOOP;
"""


@pytest.fixture
def mutate() -> Iterator[ExitStack]:
    """Take guards out for one test; all are back afterwards."""
    with ExitStack() as stack:
        yield stack
        for name in FUNCTIONS:
            install(name)
        empty_books()


def install(name: str, *changes: tuple[str, str]) -> None:
    """Replace a function by its own text with some words changed; each must be there."""
    text = FUNCTIONS[name].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    for old, new in changes:
        assert old in text, f"{name} no longer says {old!r}"
        text = text.replace(old, new)
    run(text)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def unlock_holds() -> None:
    """Let everybody who ends a hold find it open; long enough for every other to look too."""
    for name in ("ledger_capture_hold", "ledger_release_hold"):
        install(name, ("FOR NO KEY UPDATE", ""), ("    pair :=", "    PERFORM pg_sleep(0.05);\n    pair :="))


def look_at_no_state_of_holds() -> None:
    """Let a hold be ended whatever its state."""
    for name in ("ledger_capture_hold", "ledger_release_hold"):
        install(name, ("h.state <> 'open' OR ", ""))


def let_holds_end_twice(stack: ExitStack) -> None:
    """Take out what the tables themselves refuse about holds."""
    stack.enter_context(dropped("ledger_ledgeraccount", "account_not_below_floor"))
    stack.enter_context(dropped("ledger_ledgeraccount", "account_held_not_negative"))
    stack.enter_context(dropped("ledger_hold", "hold_captured_has_entry"))
    stack.enter_context(disabled("ledger_hold", "hold_resolves_once"))


@contextmanager
def dropped(table: str, constraint: str) -> Iterator[None]:
    """Live without a constraint; what it would refuse is thrown away before it returns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", (constraint,))
        (definition,) = cursor.fetchone()
    run(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        empty_books(table)
        run(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


@contextmanager
def disabled(table: str, trigger: str) -> Iterator[None]:
    """Live without a trigger; raises when there is none of that name."""
    run(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        yield
    finally:
        run(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def empty_books(*more: str) -> None:
    """Throw all accounts away and what hangs on them: entries, payments, requests."""
    tables = ", ".join({"ledger_ledgeraccount", *more})
    run(f"SET session_replication_role = replica; TRUNCATE {tables} CASCADE; RESET session_replication_role")
