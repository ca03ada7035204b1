"""Batches at once, with real connections; and again with the guard taken out."""

import random
from contextlib import ExitStack, suppress
from functools import partial

import pytest

from ledger import services
from ledger.types import EntryOrder
from securebank.kernel.ids import new_id
from tests.ledger import mutants
from tests.ledger.builders import customer, is_right, order, settled, settlement, two_of
from tests.ledger.together import Job, run_together

pytestmark = pytest.mark.django_db(transaction=True)

# Takes a batch's id as its own even where there is such a batch.
UNKEPT_BATCH = ("        ON CONFLICT (id) DO NOTHING", "        ON CONFLICT (id) DO UPDATE SET id = excluded.id")
LOWEST_FIRST = mutants.FIRST.format("l_id", "p_type <> 'transfer'")
HIGHEST_FIRST = mutants.FIRST.format("(SELECT max(i) FROM unnest(ids) AS i)", "FALSE")

# --- against single entries ------------------------------------------------------------------------------------------


def batches_and_entries(accounts: list[int], *, pairs: int) -> dict[str, int]:
    dice = random.Random(2)

    def batch() -> list[EntryOrder]:
        return [order(*two_of(dice, accounts), 1) for _ in range(20)]

    jobs: list[Job] = []
    for _ in range(pairs):
        jobs.append(partial(services.post_batch, batch(), batch_id=new_id()))
        jobs.append(partial(services.post_entry, order(*two_of(dice, accounts), 1)))
    return run_together(jobs, threads=20)


def test_opposite_batches_and_entries_never_deadlock() -> None:
    accounts = [customer(1000_00) for _ in range(8)]
    for account in accounts[:2]:
        services.set_shards(account_id=account, shards=3)

    assert batches_and_entries(accounts, pairs=60) == {"ok": 120}
    assert sum(settled(*accounts)) == 8 * 1000_00
    assert is_right()


def test_where_batches_lock_from_the_other_end_they_deadlock_with_entries(mutate: ExitStack) -> None:
    accounts = [customer(1000_00) for _ in range(2)]
    mutants.install("ledger_lock_all", ("    SELECT array_agg(", f"{HIGHEST_FIRST}    SELECT array_agg("))
    mutants.install("ledger_post_entry", ("    -- Locks l, then h:", f"{LOWEST_FIRST}    -- Locks l, then h:"))

    assert batches_and_entries(accounts, pairs=1)["DeadlockDetected"] > 0


# --- one batch, many calls -------------------------------------------------------------------------------------------


def twenty_sendings_of_one_batch(payees: list[int]) -> dict[str, int]:
    orders, batch_id = [order(settlement(), payee, 1) for payee in payees * 4], new_id()

    def send() -> None:
        # A batch that was booked twice comes back twice as long as it was sent.
        with suppress(ValueError):
            services.post_batch(orders, batch_id=batch_id)

    return run_together([send] * 20, threads=20)


def test_one_batch_sent_many_times_is_booked_once() -> None:
    payees = [customer() for _ in range(5)]

    assert twenty_sendings_of_one_batch(payees) == {"ok": 20}
    assert settled(*payees) == [4] * 5
    assert is_right()


BATCH_UNLOCKED = ("ORDER BY a.id FOR NO KEY UPDATE", "ORDER BY a.id")
# After the look for a batch sent before, long enough for every other to look too.
BATCH_PAUSE = ("    lines := ledger_run", "    PERFORM pg_sleep(0.05);\n    lines := ledger_run")


def test_without_row_locks_the_id_of_a_batch_still_has_it_booked_once(mutate: ExitStack) -> None:
    mutants.install("ledger_lock_all", BATCH_UNLOCKED)
    mutants.install("ledger_post_batch", BATCH_PAUSE)
    payees = [customer() for _ in range(5)]

    assert twenty_sendings_of_one_batch(payees) == {"ok": 20}
    assert settled(*payees) == [4] * 5


def test_without_either_replays_of_a_batch_are_refused(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.disabled("ledger_entrybatch", "batch_immutable"))
    mutants.install("ledger_lock_all", BATCH_UNLOCKED)
    mutants.install("ledger_post_batch", BATCH_PAUSE, UNKEPT_BATCH)

    assert twenty_sendings_of_one_batch([customer() for _ in range(5)])["client_id_reused"] > 0


def test_without_the_unique_client_ids_too_it_is_booked_again(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_journalentry", "ledger_journalentry_client_id_key"))
    mutate.enter_context(mutants.disabled("ledger_entrybatch", "batch_immutable"))
    mutants.install("ledger_lock_all", BATCH_UNLOCKED)
    mutants.install("ledger_post_batch", BATCH_PAUSE, UNKEPT_BATCH)
    payees = [customer() for _ in range(5)]

    twenty_sendings_of_one_batch(payees)

    assert settled(*payees) > [4] * 5
    assert not is_right()
