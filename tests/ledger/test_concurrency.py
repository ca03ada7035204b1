"""Everything at once, with real connections; and the same again with the guard taken out, to see it matter."""

import random
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial

import pytest

from ledger import selectors, services, verification
from ledger.models import Hold, JournalEntry
from ledger.types import EntryType
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from tests.ledger import mutants
from tests.ledger.builders import customer, is_right, order, settled, settlement, two_of
from tests.ledger.mutants import NO_PAIR_LOCK, PAUSE
from tests.ledger.together import Job, run_together

pytestmark = pytest.mark.django_db(transaction=True)

NO_LOCK = ("FOR NO KEY UPDATE", "")
DEBIT_FIRST = mutants.FIRST.format("p_debit", "p_type <> 'transfer'")


# --- transfers among a few accounts ----------------------------------------------------------------------------------


def test_two_hundred_transfers_among_ten_accounts_leave_exact_books() -> None:
    accounts = [customer(1000_00) for _ in range(10)]
    dice = random.Random(1)
    orders = [order(*two_of(dice, accounts), dice.randint(1, 100_00)) for _ in range(200)]

    ended = run_together([partial(services.post_entry, asked) for asked in orders], threads=40)

    expected = dict.fromkeys(accounts, 1000_00)
    booked = set(JournalEntry.objects.values_list("client_id", flat=True))
    for asked in orders:
        if asked.client_id in booked:
            expected[asked.debit_account_id] -= asked.amount.minor
            expected[asked.credit_account_id] += asked.amount.minor
    assert ended["ok"] + ended["insufficient_funds"] == 200
    assert settled(*accounts) == list(expected.values())
    assert is_right()


def test_without_row_locks_the_same_transfers_leave_wrong_books(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_ledgeraccount", "account_not_below_floor"))
    mutants.install("ledger_post_entry", NO_PAIR_LOCK, PAUSE)
    accounts = [customer(1000_00) for _ in range(10)]
    dice = random.Random(1)
    # From the lower to the higher only: this is about wrong sums, not about deadlocks.
    pairs = [two_of(dice, accounts) for _ in range(60)]

    run_together(
        [partial(services.post_entry, order(min(pair), max(pair), 1)) for pair in pairs],
        threads=30,
    )

    assert not is_right()


# --- opposite pairs --------------------------------------------------------------------------------------------------


def opposite_pairs(count: int) -> dict[str, int]:
    first, second = customer(1000_00), customer(1000_00)
    jobs = [partial(services.post_entry, order(*pair, 1)) for pair in [(first, second), (second, first)] * count]
    return run_together(jobs, threads=20)


def test_opposite_pairs_never_deadlock() -> None:
    assert opposite_pairs(50) == {"ok": 100}
    assert is_right()


def test_locked_in_another_order_than_by_id_opposite_pairs_deadlock(mutate: ExitStack) -> None:
    mutants.install("ledger_post_entry", ("    -- Locks l, then h:", f"{DEBIT_FIRST}    -- Locks l, then h:"))

    assert opposite_pairs(1)["DeadlockDetected"] > 0


# --- one balance, many spenders --------------------------------------------------------------------------------------


def fifty_spends(*, shards: int = 0) -> dict[str, int]:
    # A payee each: one for all would let them in one by one.
    payer, payees = customer(), [customer() for _ in range(50)]
    if shards:
        services.set_shards(account_id=payer, shards=shards)
    for _ in range(7):
        services.post_entry(order(settlement(), payer, 10_00, EntryType.DEPOSIT))
    return run_together([partial(services.post_entry, order(payer, payee, 10_00)) for payee in payees], threads=50)


@pytest.mark.parametrize("shards", [0, 4])
def test_of_fifty_spends_of_a_balance_that_covers_seven_seven_succeed(shards: int) -> None:
    assert fifty_spends(shards=shards) == {"ok": 7, "insufficient_funds": 43}
    assert is_right()


def test_without_row_locks_more_than_seven_succeed(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_ledgeraccount", "account_not_below_floor"))
    mutants.install("ledger_post_entry", NO_PAIR_LOCK, PAUSE)

    assert fifty_spends()["ok"] > 7
    assert "no account is below its floor" in {difference.check for difference in verification.differences()}


def test_without_row_locks_the_constraint_still_keeps_the_floor(mutate: ExitStack) -> None:
    mutants.install("ledger_post_entry", NO_PAIR_LOCK, PAUSE)

    ended = fifty_spends()

    assert ended["ok"] <= 7
    assert ended["CheckViolation"] > 0


def test_without_the_lock_on_its_own_row_a_hot_account_is_overspent(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_ledgeraccount", "account_not_below_floor"))
    mutants.install(
        "ledger_lock_hot",
        ("WHERE id = p_account FOR NO KEY UPDATE", "WHERE id = p_account"),
        ("    RETURN slot;\nEND", "    PERFORM pg_sleep(0.02);\n    RETURN slot;\nEND"),
    )

    assert fifty_spends(shards=4)["ok"] > 7
    assert not is_right()


def test_holds_and_entries_together_never_exceed_the_balance() -> None:
    payer, payee = customer(70_00), customer()
    jobs: list[Job] = [partial(services.post_entry, order(payer, payee, 10_00)) for _ in range(20)]
    jobs += [partial(services.place_hold, order(payer, payee, 10_00)) for _ in range(20)]

    assert run_together(jobs, threads=40) == {"ok": 7, "insufficient_funds": 33}
    assert selectors.balance_of(payer).available.minor == 0
    assert is_right()


def test_without_row_locks_holds_exceed_the_balance(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_ledgeraccount", "account_not_below_floor"))
    mutants.install(
        "ledger_lock_cold",
        NO_LOCK,
        ("    RETURN ledger_slot_of(a)", "    PERFORM pg_sleep(0.02);\n    RETURN ledger_slot_of(a)"),
    )
    payer, payees = customer(70_00), [customer() for _ in range(20)]

    ended = run_together([partial(services.place_hold, order(payer, payee, 10_00)) for payee in payees], threads=20)

    assert ended["ok"] > 7
    assert not is_right()


# --- one identifier, many calls --------------------------------------------------------------------------------------


def hundred_replays(payer: int) -> tuple[dict[str, int], int]:
    payee = customer()
    asked = order(payer, payee, 1_00)
    return run_together([partial(services.post_entry, asked)] * 100, threads=40), settled(payee)[0]


@pytest.mark.parametrize("is_hot", [False, True])
def test_a_hundred_calls_under_one_id_book_once(is_hot: bool) -> None:
    payer = settlement() if is_hot else customer(1000_00)

    assert hundred_replays(payer) == ({"ok": 100}, 1_00)
    assert is_right()


def test_without_the_unique_id_it_is_booked_again(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_journalentry", "ledger_journalentry_client_id_key"))
    for name in ("ledger_post_entry", "ledger_book"):
        mutants.install(name, ("ON CONFLICT (client_id) DO NOTHING", ""))

    _, received = hundred_replays(customer(1000_00))

    assert received > 1_00


# --- one hold, many ends ---------------------------------------------------------------------------------------------


def race_for_a_hold() -> dict[str, int]:
    payer, payee = customer(100_00), customer()
    asked = order(payer, payee, 100_00)
    hold_id = services.place_hold(asked).hold_id
    captures = [partial(services.capture_hold, hold_id=hold_id, client_id=new_id()) for _ in range(10)]
    voids = [partial(services.void_hold, hold_id=hold_id) for _ in range(10)]
    return run_together([job for pair in zip(captures, voids, strict=True) for job in pair], threads=20)


def test_a_hold_resolves_once() -> None:
    assert race_for_a_hold() == {"ok": 1, "hold_not_open": 19}
    assert is_right()


def unlock_holds(mutate: ExitStack) -> None:
    mutants.unlock_holds()
    mutants.let_holds_end_twice(mutate)


def test_without_the_lock_on_the_hold_it_resolves_more_often(mutate: ExitStack) -> None:
    unlock_holds(mutate)

    assert race_for_a_hold()["ok"] > 1
    assert not is_right()


def eight_sweeps(payer: int) -> int:
    payee = customer()
    for _ in range(10):
        services.place_hold(order(payer, payee, 10_00), expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    run_together([services.expire_holds] * 8, threads=8)
    return selectors.balance_of(payer).available.minor


def test_a_hold_that_is_over_is_given_back_once_by_many_sweeps() -> None:
    assert eight_sweeps(customer(100_00)) == 100_00
    assert Hold.objects.filter(state=Hold.State.EXPIRED).count() == 10
    assert is_right()


def test_without_the_lock_on_the_hold_it_is_given_back_by_many_sweeps(mutate: ExitStack) -> None:
    unlock_holds(mutate)

    assert eight_sweeps(customer(100_00)) > 100_00
    assert not is_right()


# --- one entry, many reversals ---------------------------------------------------------------------------------------


def twenty_reversals_of_a_quarter() -> dict[str, int]:
    # Enough on the payee that only the original bounds them, and both hot so that no account lock helps.
    payer, payee = customer(), customer()
    for account in (payer, payee):
        services.set_shards(account_id=account, shards=8)
        services.post_entry(order(settlement(), account, 1000_00, EntryType.DEPOSIT))
    entry = services.post_entry(order(payer, payee, 100_00))
    quarter = Money(25_00, "INR")
    return run_together(
        [
            partial(services.reverse_entry, entry_id=entry.entry_id, client_id=new_id(), amount=quarter)
            for _ in range(20)
        ],
        threads=20,
    )


def test_reversals_together_never_exceed_the_entry() -> None:
    assert twenty_reversals_of_a_quarter() == {"ok": 4, "over_reversal": 16}
    assert is_right()


def test_without_the_lock_on_the_total_they_do(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_reversaltotal", "reversal_within_entry"))
    mutants.install(
        "ledger_reverse_entry", NO_LOCK, ("    taken := coal", "    PERFORM pg_sleep(0.05);\n    taken := coal")
    )

    assert twenty_reversals_of_a_quarter()["ok"] > 4
    assert not is_right()
