"""What is sealed when: every booking once, whatever order they come in and wherever a miner dies."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import registry, services, tasks
from ledger.chain import headers, mining, own_keys, pending, sealing, verification
from ledger.chain.own_keys import NoSigningKey
from ledger.models import Block, Checkpoint, JournalEntry, Leaf, TreeNode
from securebank.background import ROUTES, SWEEPS
from tests.ledger.builders import customer, order
from tests.ledger.chain.builders import book_some_of_everything, cheap_blocks, pay, run, seal, verified
from tests.ledger.together import run_together

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Killed(BaseException):
    """Ends a miner as a signal would: nothing that it could still do is done."""


@pytest.fixture
def told() -> Iterator[list[int]]:
    heights: list[int] = []
    registry.on_block_mined.append(heights.append)
    yield heights
    registry.on_block_mined.remove(heights.append)


@pytest.fixture
def somebody_else() -> Iterator[psycopg.Connection[Any]]:
    """Another process's connection to the same database."""
    given = connection.get_connection_params()
    options = {name: given[name] for name in ("dbname", "user", "host", "port", "password") if given.get(name)}
    with psycopg.connect(**options) as other:
        yield other


def mine(**options: Any) -> int:
    with cheap_blocks():
        return mining.mine_pending(**options)


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Block, Leaf, TreeNode, Checkpoint))


def is_all_sealed() -> bool:
    report = verified()
    assert report.fault is None
    assert report.sealed == Leaf.objects.count()
    return report.pending == 0


@pytest.mark.django_db
def test_a_block_seals_what_is_pending_in_the_order_of_booking() -> None:
    book_some_of_everything()

    blocks = seal()

    assert [block.leaf_count for block in blocks] == [4, 4, 4, 1]
    assert list(Leaf.objects.order_by("number").values_list("entry_id", flat=True)) == list(
        JournalEntry.objects.order_by("id").values_list("id", flat=True)
    )
    assert is_all_sealed()


@pytest.mark.django_db
def test_a_block_is_not_mined_when_nothing_is_pending() -> None:
    pay()
    seal()

    assert seal() == []


@pytest.mark.django_db
def test_a_block_is_told_after_it_is_written(told: list[int]) -> None:
    pay(9)

    seal()

    assert told == [0, 1, 2]


@pytest.mark.django_db
def test_a_block_has_the_default_difficulty_of_four_digits(settings: LazySettings) -> None:
    pay()

    mining.mine_pending()

    block = Block.objects.get()
    assert settings.CHAIN_DIFFICULTY == block.difficulty == 4
    assert block.hash.hex().startswith("0000")


@pytest.mark.django_db
def test_a_block_is_never_older_than_the_one_before() -> None:
    times = iter([NOON, NOON - timedelta(hours=1), NOON + timedelta(hours=1)])
    pay(9)

    mine(clock=lambda: next(times, NOON + timedelta(hours=1)))

    mined_at = list(Block.objects.order_by("height").values_list("mined_at", flat=True))
    assert mined_at == [NOON, NOON, NOON + timedelta(hours=1)]
    assert is_all_sealed()


@pytest.mark.django_db
def test_a_block_seals_across_a_gap_in_the_numbers() -> None:
    pay()
    run("SELECT setval(pg_get_serial_sequence('ledger_journalentry', 'id'), (SELECT max(id) + 1000 FROM"
        " ledger_journalentry))")  # fmt: skip
    last = pay()

    seal()

    assert Leaf.objects.get(number=1).entry_id == last
    assert Block.objects.latest("height").sealed_through >= last
    assert is_all_sealed()


@pytest.mark.django_db
def test_a_block_is_signed_and_named_in_its_checkpoint() -> None:
    pay()

    (block,) = seal()

    note = Checkpoint.objects.get(pk=1).note
    assert note.startswith(f"{own_keys.signer().name}\n1\n")
    assert f"\nblock 0 {block.hash.hex()}\n\n" in note


@pytest.mark.django_db
def test_a_block_is_not_mined_by_a_process_that_may_not_sign(settings: LazySettings) -> None:
    settings.CHECKPOINT_KEY = ""
    pay()

    with pytest.raises(NoSigningKey):
        mine()

    assert written() == (0, 0, 0, 0)


@pytest.mark.django_db
def test_a_block_of_a_cancelled_search_is_not_written() -> None:
    pay()

    assert mine(search=lambda *_, **__: None) == 0
    assert written() == (0, 0, 0, 0)


@pytest.mark.django_db
def test_a_block_of_a_miner_killed_while_it_searched_is_mined_by_the_next() -> None:
    pay(3)

    def killed(*_: Any, **__: Any) -> int:
        raise Killed

    with pytest.raises(Killed):
        mine(search=killed)

    assert written() == (0, 0, 0, 0)
    assert mine() == 1
    assert is_all_sealed()


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["signed_note", "_write_tree"])
def test_a_block_of_a_miner_killed_while_it_wrote_is_not_there_in_part(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(3)

    def killed(*_: Any) -> str:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sealing, step, killed)
        with pytest.raises(Killed):
            mine()

    assert written() == (0, 0, 0, 0)
    assert mine() == 1
    assert is_all_sealed()


@pytest.mark.django_db
def test_a_block_that_comes_second_is_refused_and_leaves_nothing() -> None:
    pay(3)
    with cheap_blocks():
        late = sealing.candidate(limit=4, difficulty=1, now=NOON)
    assert late is not None
    mine()
    before = written()

    with pytest.raises(sealing.StaleParent):
        sealing.write(late)

    assert written() == before
    assert is_all_sealed()


@pytest.mark.django_db
def test_the_difficulty_goes_a_digit_at_a_time_to_what_is_wanted(settings: LazySettings) -> None:
    settings.CHAIN_BLOCK_BOOKINGS = 1
    pay(4)
    for wanted in (1, 3, 3, 1):
        settings.CHAIN_DIFFICULTY = wanted
        mining.mine_one(search=headers.search, is_cancelled=lambda: False, now=NOON)

    assert list(Block.objects.order_by("height").values_list("difficulty", flat=True)) == [1, 2, 3, 2]
    assert is_all_sealed()


@pytest.mark.django_db
def test_the_difficulty_can_follow_the_machine(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHAIN_WORK_SECONDS = 4
    monkeypatch.setattr(mining, "hash_rate", lambda: 16.0**5 / 4)

    assert mining.next_difficulty() == 5


@pytest.mark.django_db
def test_the_difficulty_is_never_out_of_bounds(settings: LazySettings) -> None:
    for wanted, given in ((0, 1), (99, headers.HARDEST)):
        settings.CHAIN_DIFFICULTY = wanted
        assert mining.next_difficulty() == given


@pytest.mark.django_db(transaction=True)
def test_two_miners_seal_every_booking_once() -> None:
    pay(40)

    with cheap_blocks():
        ended = run_together([mining.mine_pending] * 4)

    assert ended == {"ok": 4}
    mine()
    assert is_all_sealed()


@pytest.mark.django_db(transaction=True)
def test_miners_without_the_lock_lose_work_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    pay(40)
    monkeypatch.setattr(mining, "mining_lock", lambda: nullcontext(enter_result=True))

    with cheap_blocks():
        ended = run_together([mining.mine_pending] * 4)

    assert ended == {"ok": 4}
    mine()
    assert is_all_sealed()


@pytest.mark.django_db(transaction=True)
def test_a_miner_waits_for_nobody_while_another_mines(somebody_else: psycopg.Connection[Any]) -> None:
    pay()
    somebody_else.execute("SELECT pg_advisory_lock(%s)", (mining.LOCK,))

    assert mine() == 0
    assert written() == (0, 0, 0, 0)

    # Its process dies; the server lets go of the lock when it has noticed.
    somebody_else.close()
    run(f"SELECT pg_advisory_lock({mining.LOCK}), pg_advisory_unlock({mining.LOCK})")
    assert mine() == 1


@pytest.mark.django_db(transaction=True)
def test_a_booking_that_commits_late_is_sealed_late(somebody_else: psycopg.Connection[Any]) -> None:
    payer, payee = customer_without_floor(), customer()
    somebody_else.execute("SELECT ledger_post_entry(gen_random_uuid(), %s, %s, 1, 'INR', 'transfer')", (payer, payee))
    earlier = services.post_entry(order(customer_without_floor(), customer(), 1)).entry_id

    mine()
    with_the_first_open = Block.objects.get()
    somebody_else.commit()
    mine()

    late = Leaf.objects.get(number=1).entry_id
    assert late < earlier == Leaf.objects.get(number=0).entry_id
    assert with_the_first_open.sealed_through < late
    assert Block.objects.latest("height").sealed_through >= earlier
    assert is_all_sealed()


@pytest.mark.django_db(transaction=True)
def test_a_booking_that_never_commits_holds_nothing_up(somebody_else: psycopg.Connection[Any]) -> None:
    payer, payee = customer_without_floor(), customer()
    somebody_else.execute("SELECT ledger_post_entry(gen_random_uuid(), %s, %s, 1, 'INR', 'transfer')", (payer, payee))
    somebody_else.rollback()
    last = pay()

    mine()

    assert Block.objects.get().sealed_through == last
    assert is_all_sealed()


@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_is_not_looked_at_again() -> None:
    pay(9)
    mine()
    sealed_through = Block.objects.latest("height").sealed_through

    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + pending.PENDING,
                       {"sealed_through": sealed_through, "limit": 100})  # fmt: skip
        ((plan,),) = cursor.fetchall()
        cursor.execute("RESET enable_seqscan")

    assert "Seq Scan" not in str(plan)
    assert pending.pending(sealed_through=sealed_through, limit=100) == []


@pytest.mark.django_db(transaction=True)
def test_several_processes_verify_together() -> None:
    pay(9)
    mine()

    report = verification.verify(processes=2)

    assert (report.fault, report.sealed) == (None, 9)


@pytest.mark.django_db(transaction=True)
def test_the_command_mines_with_several_processes() -> None:
    pay(5)
    out = StringIO()

    with cheap_blocks():
        call_command("mine", processes=2, stdout=out)

    assert out.getvalue().endswith("2 blocks mined.\n")
    assert is_all_sealed()


@pytest.mark.django_db
def test_the_task_seals_what_is_pending() -> None:
    pay()

    with cheap_blocks():
        tasks.mine()

    assert is_all_sealed()
    assert ROUTES["ledger.tasks.mine"] == {"queue": "chain"}
    assert SWEEPS["mine"]["schedule"] <= timedelta(seconds=5)


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["mine", "verify_chain"])
def test_a_command_wants_at_least_one_process(command: str) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        call_command(command, processes=0)


def customer_without_floor() -> int:
    payer = customer()
    run(f"UPDATE ledger_ledgeraccount SET floor_minor = NULL WHERE id = {payer}")
    return payer
