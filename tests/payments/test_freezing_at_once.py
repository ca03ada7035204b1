"""Freezing and closing an account at the moment when a payment is about to be booked on it."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from accounts.models import BankAccount, User
from accounts.services import bank_accounts
from tests.ledger import mutants
from tests.payments.conftest import account_of, settled
from tests.payments.together import BOOKING, PAYEE_LOCK, kinds, order
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

PAYMENT, OTHER = 0, 1
# Taken out at the payer's end altogether, so that nothing is left to wait for.
END_LOCKS = {"payer": Guard("FOR NO KEY UPDATE OF payer "), "payee": PAYEE_LOCK}


def payment_against(
    change: Callable[..., BankAccount], asha: User, ben: User, owner: User, *without: Guard
) -> tuple[list[Any], list[int]]:
    """Let the owner change the account when a payment has looked at it; return outcomes and who ended first."""
    race = Race(BOOKING, without)
    other = race.later(partial(change, owner=owner, account_id=account_of(owner).pk))
    return race.run([order(asha, ben, "1"), other]), race.finish


@pytest.mark.parametrize("end", ["payer", "payee"])
def test_a_freeze_waits_for_the_payment_that_began_before(end: str, asha: User, ben: User) -> None:
    outcomes, finish = payment_against(bank_accounts.freeze, asha, ben, {"payer": asha, "payee": ben}[end])

    assert finish == [PAYMENT, OTHER]
    assert (kinds(outcomes)["completed"], settled(ben)) == (1, 1_00)


@pytest.mark.parametrize("end", ["payer", "payee"])
def test_without_its_lock_a_payment_moves_money_on_a_frozen_account(end: str, asha: User, ben: User) -> None:
    frozen = {"payer": asha, "payee": ben}[end]

    outcomes, finish = payment_against(bank_accounts.freeze, asha, ben, frozen, END_LOCKS[end])

    assert finish == [OTHER, PAYMENT]
    assert (kinds(outcomes)["completed"], settled(ben)) == (1, 1_00)


def closing_against_payment(asha: User, ben: User, *without: Guard) -> tuple[dict[str, int], str, int]:
    outcomes, _ = payment_against(bank_accounts.close, asha, ben, ben, *without)
    return kinds(outcomes), account_of(ben).status, settled(ben)


def test_no_account_is_closed_under_a_payment(asha: User, ben: User) -> None:
    assert closing_against_payment(asha, ben) == ({"completed": 1, "AccountNotEmpty": 1}, "active", 1_00)


def test_without_the_payments_lock_the_books_still_refuse_the_money(asha: User, ben: User) -> None:
    assert closing_against_payment(asha, ben, PAYEE_LOCK) == ({"BankAccount": 1, "AccountClosed": 1}, "closed", 0)


def test_without_both_money_is_left_on_a_closed_account(mutate: ExitStack, asha: User, ben: User) -> None:
    mutants.install("ledger_post_entry", (" AND l.closed_at IS NULL AND h.closed_at IS NULL", ""))

    assert closing_against_payment(asha, ben, PAYEE_LOCK) == ({"BankAccount": 1, "completed": 1}, "closed", 1_00)
