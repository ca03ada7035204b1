"""Hot accounts at once, with real connections; and again with the guard taken out."""

from contextlib import ExitStack
from functools import partial

import pytest
from django.db import connection, transaction

from ledger import services
from ledger.models import LedgerAccount
from ledger.types import EntryOrder
from tests.ledger import mutants
from tests.ledger.builders import customer, is_right, order, settled
from tests.ledger.mutants import PAUSE
from tests.ledger.together import Job, run_together

pytestmark = pytest.mark.django_db(transaction=True)

# Closes what was empty only when a credit has come; credits wait until it has been found empty.
CLOSE_LATE = """
    PERFORM pg_advisory_xact_lock_shared(4712);
    FOR _ IN 1..500 LOOP
        EXIT WHEN EXISTS (SELECT FROM ledger_journalentry WHERE credit_account_id = p_account);
        PERFORM pg_sleep(0.01);
    END LOOP;
"""
CREDIT_LATE = """
    FOR _ IN 1..500 LOOP
        EXIT WHEN p_type <> 'transfer' OR EXISTS (SELECT FROM pg_locks WHERE objid = 4712)
            OR EXISTS (SELECT FROM ledger_ledgeraccount a WHERE a.id = p_credit AND a.closed_at IS NOT NULL);
        PERFORM pg_sleep(0.01);
    END LOOP;
"""


def test_credits_and_debits_of_a_hot_account_at_once_leave_exact_books() -> None:
    shop, payers = customer(), [customer(100_00) for _ in range(10)]
    services.set_shards(account_id=shop, shards=4)
    ins = [partial(services.post_entry, order(payer, shop, 1_00)) for payer in payers * 10]
    outs = [partial(services.post_entry, order(shop, payers[0], 2_00)) for _ in range(40)]

    ended = run_together([*ins, *outs], threads=28)

    assert ended["ok"] + ended["insufficient_funds"] == 140
    assert settled(shop)[0] == 100 * 1_00 - (ended["ok"] - 100) * 2_00
    assert is_right()


def test_without_the_lock_on_the_shard_the_same_credits_leave_wrong_books(mutate: ExitStack) -> None:
    mutants.install("ledger_post_entry", ("FOR NO KEY UPDATE OF s SKIP LOCKED", ""), PAUSE)
    shop, payers = customer(), [customer(100_00) for _ in range(20)]
    services.set_shards(account_id=shop, shards=1)

    run_together([partial(services.post_entry, order(payer, shop, 1_00)) for payer in payers], threads=20)

    assert not is_right()


def credits_beside_one_not_committed() -> dict[str, int]:
    """Send eight credits of an account with two shards, one of which is in use; none waits longer than a moment."""
    shop, payers = customer(), [customer(100_00) for _ in range(9)]
    services.set_shards(account_id=shop, shards=2)
    first, *others = (order(payer, shop, 1_00) for payer in payers)

    def impatient(asked: EntryOrder) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            services.post_entry(asked)

    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        services.post_entry(first)
        ended = run_together([partial(impatient, asked) for asked in others], threads=1)
        cursor.execute("COMMIT")
    return ended


def test_credits_of_a_hot_account_do_not_wait_for_each_other() -> None:
    assert credits_beside_one_not_committed() == {"ok": 8}


def test_where_they_pass_over_no_shard_in_use_they_do(mutate: ExitStack) -> None:
    mutants.install("ledger_post_entry", ("FOR NO KEY UPDATE OF s SKIP LOCKED", "FOR NO KEY UPDATE OF s"))

    assert credits_beside_one_not_committed()["LockNotAvailable"] > 0


def credits_while_a_hot_account_closes() -> tuple[dict[str, int], bool, int]:
    """Return how it ended, whether the account is closed, and what is on it."""
    # A payer each: one for all would let them in one by one.
    shop, payers = customer(), [customer(100_00) for _ in range(20)]
    services.set_shards(account_id=shop, shards=4)
    jobs: list[Job] = [partial(services.post_entry, order(payer, shop, 1)) for payer in payers]
    ended = run_together([partial(services.close_account, account_id=shop), *jobs], threads=21)
    return ended, LedgerAccount.objects.get(pk=shop).closed_at is not None, settled(shop)[0]


def test_no_credit_slips_past_the_closing_of_a_hot_account() -> None:
    ended, is_closed, left = credits_while_a_hot_account_closes()

    assert ended["ok"] + ended["account_closed"] + ended["account_not_empty"] == 21
    assert not (is_closed and left)
    assert is_right()


def test_without_the_lock_on_the_shards_credits_slip_past(mutate: ExitStack) -> None:
    mutants.install("ledger_post_entry", ("    -- Locks l, then h:", f"{CREDIT_LATE}    -- Locks l, then h:"))
    mutants.install(
        "ledger_close_account",
        ("ORDER BY shard FOR NO KEY UPDATE", "ORDER BY shard"),
        ("    IF NOT is_empty THEN", f"{CLOSE_LATE}    IF NOT is_empty THEN"),
    )

    _ended, is_closed, left = credits_while_a_hot_account_closes()

    assert is_closed
    assert left > 0
