"""Accounts whose postings are spread over shards."""

import pytest

from ledger import selectors, services, verification
from ledger.errors import AccountClosed, AccountNotEmpty, InsufficientFunds, UnknownLedgerAccount
from ledger.models import JournalEntry, LedgerAccount
from securebank.kernel.ids import new_id
from tests.ledger.builders import customer, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> int:
    account = customer()
    services.set_shards(account_id=account, shards=4)
    return account


def test_credits_go_to_shards_and_the_balance_is_their_sum(shop: int) -> None:
    payer = customer(1000)
    for _ in range(20):
        services.post_entry(order(payer, shop, 10))

    used = set(JournalEntry.objects.filter(credit_account=shop).values_list("credit_shard", flat=True))
    assert used <= {1, 2, 3, 4}
    assert len(used) > 1
    assert selectors.balance_of(shop).settled.minor == 200


def test_spends_what_lies_on_the_shards_to_the_last_unit(shop: int) -> None:
    payer = customer(1000)
    for _ in range(20):
        services.post_entry(order(payer, shop, 10))

    services.post_entry(order(shop, payer, 150))
    services.post_entry(order(shop, payer, 50))

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(shop, payer, 1))
    assert verification.differences() == []


def test_holds_and_captures_count_what_lies_on_the_shards(shop: int) -> None:
    payer = customer(1000)
    services.post_entry(order(payer, shop, 100))
    hold = services.place_hold(order(shop, payer, 80))

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(shop, payer, 21))
    services.capture_hold(hold_id=hold.hold_id, client_id=new_id())

    assert selectors.balance_of(shop).available.minor == 20
    assert verification.differences() == []


def test_a_hold_towards_it_can_be_resolved_from_another_shard(shop: int) -> None:
    payer = customer(1000)
    holds = [services.place_hold(order(payer, shop, 10)) for _ in range(8)]
    for hold in holds[::2]:
        services.capture_hold(hold_id=hold.hold_id, client_id=new_id())
    for hold in holds[1::2]:
        services.void_hold(hold_id=hold.hold_id)

    assert selectors.balance_of(shop).settled.minor == 40
    assert verification.differences() == []


def test_an_account_with_money_can_become_hot() -> None:
    shop, payer = customer(100), customer(100)
    services.place_hold(order(payer, shop, 5))
    services.set_shards(account_id=shop, shards=2)
    services.post_entry(order(payer, shop, 50))

    services.post_entry(order(shop, payer, 150))

    assert selectors.balance_of(shop).settled.minor == 0
    assert verification.differences() == []


def test_a_batch_may_pay_into_it_and_out_of_it(shop: int) -> None:
    payer = customer(100)
    services.post_entry(order(payer, shop, 30))

    services.post_batch([order(payer, shop, 70), order(shop, payer, 100)], batch_id=new_id())

    assert selectors.balance_of(shop).settled.minor == 0
    with pytest.raises(InsufficientFunds):
        services.post_batch([order(shop, payer, 1), order(payer, shop, 1)], batch_id=new_id())
    assert verification.differences() == []


def test_closes_only_when_all_shards_are_empty_together(shop: int) -> None:
    payer = customer(100)
    services.post_entry(order(payer, shop, 30))
    with pytest.raises(AccountNotEmpty):
        services.close_account(account_id=shop)

    services.post_entry(order(shop, payer, 30))
    services.close_account(account_id=shop)

    with pytest.raises(AccountClosed):
        services.post_entry(order(payer, shop, 1))
    with pytest.raises(AccountClosed):
        services.place_hold(order(payer, shop, 1))


def test_the_number_of_shards_never_shrinks(shop: int) -> None:
    services.set_shards(account_id=shop, shards=1)

    assert LedgerAccount.objects.get(pk=shop).shards == 4


def test_says_when_there_is_no_such_account() -> None:
    with pytest.raises(UnknownLedgerAccount):
        services.set_shards(account_id=2**62, shards=2)


def test_settlement_and_customer_may_both_be_hot(shop: int) -> None:
    till = services.system_account(code="settlement:INR", kind=LedgerAccount.Kind.ASSET, currency="INR").pk
    first = order(till, shop, 10)
    services.post_entry(first)

    assert services.post_entry(first).is_replay
    assert selectors.balance_of(shop).settled.minor == 10
