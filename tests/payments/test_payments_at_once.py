"""Many payments at the same moment, on connections of their own; and again with the guard taken out."""

import random
from contextlib import ExitStack
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts as selectors
from ledger import verification
from payments.models import Payment
from tests.factories import BankAccountFactory
from tests.ledger import mutants
from tests.payments.conftest import settled
from tests.payments.together import BOOKING, kinds, order
from tests.races import Race
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a deadlock show instead of being tried again."""
    monkeypatch.setattr("securebank.web.transactions.ATTEMPTS", 1)


# --- transfers among a few accounts ----------------------------------------------------------------------------------


def transfers_among_ten(transfers: int) -> tuple[list[Any], dict[Any, int], dict[Any, int]]:
    """Return how the transfers ended, what is on the accounts, and what their outcomes say should be."""
    people = [BankAccountFactory.create(balance=1_000_00).owner for _ in range(10)]
    pick = random.Random(20)
    pairs = [pick.sample(people, 2) for _ in range(transfers)]
    outcomes = all_at_once([order(payer, payee, f"{1 + number % 7}.25") for number, (payer, payee) in enumerate(pairs)])
    expected = dict.fromkeys((person.pk for person in people), 1_000_00)
    for number, (payer, payee) in enumerate(pairs):
        if isinstance(outcomes[number], Payment) and outcomes[number].status == "completed":
            minor = (1 + number % 7) * 100 + 25
            expected[payer.pk] -= minor
            expected[payee.pk] += minor
    return outcomes, {person.pk: settled(person) for person in people}, expected


def test_200_transfers_among_10_accounts_leave_exact_books(no_second_try: None) -> None:
    outcomes, left, expected = transfers_among_ten(200)

    assert left == expected
    assert kinds(outcomes)["completed"] >= 190
    assert set(kinds(outcomes)) <= {"completed", "held"}
    assert verification.differences() == []


def test_without_the_books_row_locks_the_same_transfers_leave_wrong_books(mutate: ExitStack) -> None:
    mutate.enter_context(mutants.dropped("ledger_ledgeraccount", "account_not_below_floor"))
    mutants.install("ledger_post_entry", mutants.NO_PAIR_LOCK, mutants.PAUSE)

    transfers_among_ten(60)

    assert verification.differences() != []


# --- opposite pairs --------------------------------------------------------------------------------------------------


def opposite_pairs(pairs: int) -> tuple[list[Any], tuple[int, int]]:
    asha, ben = (BankAccountFactory.create(balance=1_000_000).owner for _ in range(2))
    outcomes = all_at_once([order(asha, ben, "1"), order(ben, asha, "1")] * pairs)
    return outcomes, (settled(asha), settled(ben))


@pytest.fixture
def both_ends_locked_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock the payee as firmly as the payer, after it, once two payments have come that far."""
    assert "FOR NO KEY UPDATE OF payer FOR KEY SHARE OF payee" in selectors.LOCK_PAYMENT
    came, both_hold_a_payer = count(), Barrier(2, timeout=5)

    def lock(*, payer_id: Any, payee_id: Any) -> tuple[BankAccount, BankAccount]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '10ms'")
        payer = selectors.lock_for_withdrawal(account_id=payer_id)
        if next(came) < both_hold_a_payer.parties:
            both_hold_a_payer.wait()
        return payer, selectors.lock_for_withdrawal(account_id=payee_id)

    monkeypatch.setattr(selectors, "lock_for_payment", lock)


def test_opposite_pairs_never_deadlock(no_second_try: None) -> None:
    outcomes, left = opposite_pairs(20)

    assert set(kinds(outcomes)) == {"completed"}
    assert left == (1_000_000, 1_000_000)


def test_opposite_pairs_deadlock_where_both_ends_are_locked_alike(
    no_second_try: None, both_ends_locked_alike: None
) -> None:
    outcomes, _ = opposite_pairs(1)

    assert kinds(outcomes) == {"completed": 1, "OperationalError": 1}
    (lost,) = (item for item in outcomes if isinstance(item, OperationalError))
    assert isinstance(lost.__cause__, DeadlockDetected)


def test_a_payment_that_lost_a_deadlock_is_made_after_all(both_ends_locked_alike: None) -> None:
    outcomes, left = opposite_pairs(1)

    assert kinds(outcomes) == {"completed": 2}
    assert left == (1_000_000, 1_000_000)


# --- one balance, many spenders --------------------------------------------------------------------------------------


def fifty_spends_of_700(asha: User, ben: User) -> tuple[dict[str, int], int]:
    return kinds(Race(BOOKING).run([order(asha, ben, "700")] * 50)), settled(asha)


def test_a_balance_that_covers_seven_is_spent_seven_times(asha: User, ben: User) -> None:
    assert fifty_spends_of_700(asha, ben) == ({"completed": 7, "InsufficientFunds": 43}, 100_00)
    assert settled(ben) == 4_900_00
    assert verification.differences() == []


UNLOOKED = (
    "           AND ledger_allows(l, l_is_debit, p_amount) AND ledger_allows(h, NOT l_is_debit, p_amount)\n",
    "",
)


def test_where_the_books_do_not_look_the_constraint_still_keeps_the_floor(
    mutate: ExitStack, asha: User, ben: User
) -> None:
    mutants.install("ledger_post_entry", UNLOOKED)

    assert fifty_spends_of_700(asha, ben) == ({"completed": 7, "IntegrityError": 43}, 100_00)


def test_without_the_floor_the_balance_is_overspent(mutate: ExitStack, asha: User, ben: User) -> None:
    mutate.enter_context(mutants.dropped("ledger_ledgeraccount", "account_not_below_floor"))
    mutants.install("ledger_post_entry", UNLOOKED)

    ended, left = fifty_spends_of_700(asha, ben)

    assert ended["completed"] > 7
    assert left < 0
    assert "no account is below its floor" in {difference.check for difference in verification.differences()}
