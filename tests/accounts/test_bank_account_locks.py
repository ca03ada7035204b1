"""Freezing and closing against payments on connections of their own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from accounts.errors import AccountFrozen, TooManyAccounts
from accounts.models import BankAccount
from accounts.selectors import bank_accounts as accounts_of
from accounts.services import bank_accounts
from tests.factories import BankAccountFactory, UserFactory
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)


def closing(work: Callable[[], str]) -> Callable[[], str]:
    """Give the thread's connection back when the work is done."""

    def run() -> str:
        try:
            return work()
        finally:
            connection.close()

    return run


@pytest.mark.parametrize("end", ["payer", "payee"])
def test_a_freeze_waits_for_the_payment_that_holds_either_end(end: str) -> None:
    ends = {"payer": BankAccountFactory.create(), "payee": BankAccountFactory.create()}
    locked, order = Event(), list[str]()

    def pay() -> str:
        with transaction.atomic():
            accounts_of.lock_for_payment(payer_id=ends["payer"].pk, payee_id=ends["payee"].pk)
            locked.set()
            wait_until_somebody_waits()
            order.append("paid")
        return "paid"

    def freeze() -> str:
        locked.wait(5)
        bank_accounts.freeze(owner=ends[end].owner, account_id=ends[end].pk)
        order.append("frozen")
        return "frozen"

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda work: closing(work)(), [pay, freeze]))

    assert order == ["paid", "frozen"]


def test_a_payment_that_waited_for_a_freeze_sees_it() -> None:
    payer, payee = BankAccountFactory.create(), BankAccountFactory.create()
    locked = Event()

    def freeze() -> str:
        with transaction.atomic():
            bank_accounts.freeze(owner=payee.owner, account_id=payee.pk)
            locked.set()
            wait_until_somebody_waits()
        return "frozen"

    def pay() -> str:
        locked.wait(5)
        try:
            with transaction.atomic():
                accounts_of.lock_for_payment(payer_id=payer.pk, payee_id=payee.pk)
        except AccountFrozen:
            return "refused"
        return "paid"

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda work: closing(work)(), [freeze, pay])) == ["frozen", "refused"]


def test_opposite_payments_hold_both_ends_at_the_same_time() -> None:
    one, other = BankAccountFactory.create(), BankAccountFactory.create()
    both_inside = Barrier(2, timeout=5)

    def pay(payer: BankAccount, payee: BankAccount) -> str:
        with transaction.atomic():
            accounts_of.lock_for_payment(payer_id=payer.pk, payee_id=payee.pk)
            both_inside.wait()
        return "paid"

    with ThreadPoolExecutor(2) as threads:
        works = [closing(lambda: pay(one, other)), closing(lambda: pay(other, one))]
        assert list(threads.map(lambda work: work(), works)) == ["paid", "paid"]


def five_openings_of_the_last_three(*without: Guard) -> Counter[type]:
    owner = UserFactory.create()
    for _ in range(7):
        BankAccountFactory.create(owner=owner)
    opening = partial(bank_accounts.open_account, owner=owner, kind=BankAccount.Kind.CURRENT, currency="INR")
    return Counter(map(type, Race('INSERT INTO "accounts_bankaccount"', without).run([opening] * 5)))


def test_openings_at_once_never_make_an_eleventh_account() -> None:
    assert five_openings_of_the_last_three() == {BankAccount: 3, TooManyAccounts: 2}


def test_without_the_lock_of_the_owner_they_do() -> None:
    assert five_openings_of_the_last_three(Guard('FOR NO KEY UPDATE OF "accounts_user"')) == {BankAccount: 5}


def wait_until_somebody_waits() -> None:
    """Return when another connection waits for this transaction."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT count(*), pg_sleep(0.01) FROM pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody came to wait for the lock")
