"""Reading the books."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger import selectors, services
from ledger.errors import UnknownLedgerAccount
from securebank.kernel.ids import new_id
from tests.ledger.builders import customer, order, settlement

pytestmark = pytest.mark.django_db

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def shop(shards: int) -> int:
    account = customer()
    services.set_shards(account_id=account, shards=shards)
    return account


@pytest.mark.parametrize("shards", [0, 4])
def test_balance_at_a_past_moment_is_what_it_was_then(shards: int) -> None:
    payer, payee = customer(1000), shop(shards)
    moments = [services.post_entry(order(payer, payee, minor)).posted_at for minor in (1, 10, 100)]
    services.post_entry(order(payee, payer, 50))

    assert [selectors.balance_at(payee, moment).minor for moment in moments] == [1, 11, 111]
    assert selectors.balance_at(payee, EPOCH).minor == 0
    assert selectors.balance_at(payee, TOMORROW).minor == 61


@pytest.mark.parametrize("shards", [0, 4])
def test_a_statement_shows_the_balance_after_each_posting(shards: int) -> None:
    payer, payee = customer(1000), shop(shards)
    for minor in (1, 10, 100):
        services.post_entry(order(payer, payee, minor))
    services.post_entry(order(payee, payer, 111))
    services.post_batch([order(payer, payee, 5), order(payer, payee, 6)], batch_id=new_id())

    lines = selectors.statement(payee, since=EPOCH, until=TOMORROW)

    assert [line.change.minor for line in lines] == [1, 10, 100, -111, 5, 6]
    assert [line.balance_after.minor for line in lines] == [1, 11, 111, 0, 5, 11]
    assert {line.counterpart_id for line in lines} == {payer}


def test_a_statement_of_a_period_starts_from_what_was_there() -> None:
    payer, payee = customer(1000), customer()
    services.post_entry(order(payer, payee, 100))
    since = services.post_entry(order(payer, payee, 10)).posted_at
    until = services.post_entry(order(payer, payee, 1)).posted_at

    lines = selectors.statement(payee, since=since, until=until)

    assert [(line.change.minor, line.balance_after.minor) for line in lines] == [(10, 110)]


@pytest.mark.parametrize("shards", [0, 4])
def test_running_balances_are_found_by_entry(shards: int) -> None:
    payer, payee = customer(1000), shop(shards)
    first, _, third = (services.post_entry(order(payer, payee, minor)) for minor in (1, 10, 100))

    found = selectors.running_balances(payee, [first.entry_id, third.entry_id])

    assert {entry: money.minor for entry, money in found.items()} == {first.entry_id: 1, third.entry_id: 111}


def test_the_two_columns_of_the_trial_balance_are_equal() -> None:
    payer, payee = customer(1000), shop(4)
    before = services.post_entry(order(payer, payee, 300)).posted_at
    services.post_entry(order(settlement(), payee, 11))

    now = {line.account_id: line for line in selectors.trial_balance(currency="INR")}
    then = selectors.trial_balance(currency="INR", at=before)

    assert sum(line.debit.minor for line in now.values()) == sum(line.credit.minor for line in now.values()) == 1011
    assert now[settlement()].debit.minor == now[payer].credit.minor + now[payee].credit.minor
    assert sum(line.debit.minor for line in then) == sum(line.credit.minor for line in then) == 1000


def test_balances_of_several_accounts_take_one_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    accounts = [customer(1), customer(2), settlement()]

    with django_assert_num_queries(1):
        balances = selectors.balances_of(accounts)

    assert [balances[account].settled.minor for account in accounts] == [1, 2, 3]


def test_says_when_there_is_no_such_account() -> None:
    with pytest.raises(UnknownLedgerAccount):
        selectors.balance_of(2**62)
    with pytest.raises(UnknownLedgerAccount):
        selectors.balance_at(2**62, EPOCH)
