"""Freezing and closing an account at the moment when a payment is about to be booked on it."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import BankAccount, User
from accounts.services import bank_accounts
from payments.models import Payment
from payments.services import deposits, withdrawals
from tests.ledger import mutants
from tests.payments.conftest import account_of, settled
from tests.payments.together import BOOKING, PAYEE_LOCK, WITHDRAWAL_LOCK, kinds, order
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

DEPOSIT_LOCK = Guard("FOR KEY SHARE", about="SELECT 1 FROM accounts_bankaccount WHERE id")

Move = Callable[[User, User], Callable[[], Payment]]


def payment(asha: User, ben: User) -> Callable[[], Payment]:
    return order(asha, ben, "1")


def cash_out(asha: User, _ben: User) -> Callable[[], Payment]:
    wanted = withdrawals.WithdrawalOrder(asha, account_of(asha).pk, "1")
    return partial(withdrawals.withdraw, order=wanted, requested_at=timezone.now())


def cash_in(_asha: User, ben: User) -> Callable[[], Payment]:
    return partial(deposits.deposit, owner=ben, account_id=account_of(ben).pk, amount="1")


def move_against(
    change: Callable[..., BankAccount], move: Callable[[], Payment], owner: User, *without: Guard
) -> tuple[dict[str, int], bool]:
    """Let the owner change the account when money is about to move; return outcomes and whether the owner waited."""
    race = Race(BOOKING, without)
    other = race.later(partial(change, owner=owner, account_id=account_of(owner).pk))
    return kinds(race.run([move, other])), race.waited == 1


# A lock that is taken out altogether leaves nothing to wait for, unlike the weaker lock of the payment's foreign keys.
MOVES = pytest.mark.parametrize(
    ("move", "end", "lock"),
    [
        pytest.param(payment, "payer", Guard("FOR NO KEY UPDATE OF payer "), id="payer"),
        pytest.param(payment, "payee", PAYEE_LOCK, id="payee"),
        pytest.param(cash_out, "payer", WITHDRAWAL_LOCK, id="cash out"),
        pytest.param(cash_in, "payee", DEPOSIT_LOCK, id="cash in"),
    ],
)


@MOVES
def test_a_freeze_waits_for_money_already_on_its_way(move: Move, end: str, lock: Guard, asha: User, ben: User) -> None:
    frozen = {"payer": asha, "payee": ben}[end]

    assert move_against(bank_accounts.freeze, move(asha, ben), frozen) == (
        {"completed": 1, "BankAccount": 1},
        True,
    )


@MOVES
def test_without_its_lock_money_moves_on_a_frozen_account(
    move: Move, end: str, lock: Guard, asha: User, ben: User
) -> None:
    frozen = {"payer": asha, "payee": ben}[end]

    assert move_against(bank_accounts.freeze, move(asha, ben), frozen, lock) == (
        {"completed": 1, "BankAccount": 1},
        False,
    )


def closing_against_payment(asha: User, ben: User, *without: Guard) -> tuple[dict[str, int], str, int]:
    outcomes, _waited = move_against(bank_accounts.close, payment(asha, ben), ben, *without)
    return outcomes, account_of(ben).status, settled(ben)


def test_no_account_is_closed_under_a_payment(asha: User, ben: User) -> None:
    assert closing_against_payment(asha, ben) == ({"completed": 1, "AccountNotEmpty": 1}, "active", 1_00)


def test_without_the_payments_lock_the_books_still_refuse_the_money(asha: User, ben: User) -> None:
    assert closing_against_payment(asha, ben, PAYEE_LOCK) == ({"BankAccount": 1, "AccountClosed": 1}, "closed", 0)


def test_without_both_money_is_left_on_a_closed_account(mutate: ExitStack, asha: User, ben: User) -> None:
    mutants.install("ledger_post_entry", (" AND l.closed_at IS NULL AND h.closed_at IS NULL", ""))

    assert closing_against_payment(asha, ben, PAYEE_LOCK) == ({"BankAccount": 1, "completed": 1}, "closed", 1_00)
