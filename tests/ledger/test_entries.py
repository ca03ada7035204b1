"""Booking one entry."""

import pytest

from ledger import selectors, services
from ledger.errors import (
    AccountClosed,
    ClientIdReused,
    InsufficientFunds,
    SameLedgerAccount,
    UnknownLedgerAccount,
)
from ledger.models import JournalEntry, LedgerAccount
from ledger.types import EntryType
from securebank.kernel.money import CurrencyMismatch, InvalidAmount, Money
from tests.ledger.builders import customer, order, settlement

pytestmark = pytest.mark.django_db


def test_moves_money_from_one_account_to_the_other() -> None:
    payer, payee = customer(100_00), customer()

    services.post_entry(order(payer, payee, 30_00))

    assert selectors.balance_of(payer).settled == Money(70_00, "INR")
    assert selectors.balance_of(payee).available == Money(30_00, "INR")


def test_answers_a_replay_with_the_first_entry() -> None:
    payer, payee = customer(100_00), customer()
    asked = order(payer, payee, 100_00)
    first = services.post_entry(asked)

    again = services.post_entry(asked)

    assert (again.entry_id, again.posted_at, again.is_replay) == (first.entry_id, first.posted_at, True)
    assert selectors.balance_of(payee).settled.minor == 100_00


def test_answers_a_replay_even_after_the_account_was_closed() -> None:
    payer, payee = customer(100_00), customer()
    asked = order(payer, payee, 100_00)
    services.post_entry(asked)
    services.close_account(account_id=payer)

    assert services.post_entry(asked).is_replay


def test_refuses_another_order_under_a_used_id() -> None:
    payer, payee = customer(100_00), customer()
    asked = order(payer, payee, 10_00)
    services.post_entry(asked)

    with pytest.raises(ClientIdReused):
        services.post_entry(order(payer, payee, 20_00, client_id=asked.client_id))

    assert selectors.balance_of(payee).settled.minor == 10_00


def test_refuses_to_go_below_the_floor_and_writes_nothing() -> None:
    payer, payee = customer(100_00), customer()
    before = JournalEntry.objects.count()

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(payer, payee, 100_01))

    assert JournalEntry.objects.count() == before
    assert selectors.balance_of(payer).settled.minor == 100_00


def test_leaves_the_callers_transaction_usable_after_a_refusal() -> None:
    payer, payee = customer(100_00), customer()
    with pytest.raises(InsufficientFunds):
        services.post_entry(order(payer, payee, 100_01))

    assert not services.post_entry(order(payer, payee, 100_00)).is_replay


def test_lets_an_account_with_an_overdraft_down_to_its_floor() -> None:
    payer = services.open_account(code="overdraft", kind=LedgerAccount.Kind.LIABILITY, currency="INR", floor_minor=-500)
    payee = customer()

    services.post_entry(order(payer.pk, payee, 500))

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(payer.pk, payee, 1))


def test_holds_an_asset_account_to_its_floor_on_the_credit_side() -> None:
    cash = services.open_account(code="till", kind=LedgerAccount.Kind.ASSET, currency="INR").pk
    owner = customer(10_00)
    services.post_entry(order(cash, owner, 5_00, EntryType.DEPOSIT))

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(owner, cash, 5_01, EntryType.WITHDRAWAL))

    services.post_entry(order(owner, cash, 5_00, EntryType.WITHDRAWAL))
    assert selectors.balance_of(cash).settled.minor == 0


@pytest.mark.parametrize("minor", [0, -1, 10**14 + 1])
def test_refuses_amounts_out_of_bounds(minor: int) -> None:
    with pytest.raises(InvalidAmount):
        services.post_entry(order(customer(10_00), customer(), minor))


def test_refuses_one_account_on_both_sides() -> None:
    payer = customer(10_00)

    with pytest.raises(SameLedgerAccount):
        services.post_entry(order(payer, payer, 1))


def test_refuses_unknown_accounts() -> None:
    with pytest.raises(UnknownLedgerAccount):
        services.post_entry(order(customer(10_00), 2**62, 1))


def test_refuses_accounts_of_different_currencies() -> None:
    with pytest.raises(CurrencyMismatch):
        services.post_entry(order(customer(10_00), customer(currency="USD"), 1))


def test_refuses_a_closed_account() -> None:
    payer, payee = customer(10_00), customer()
    services.close_account(account_id=payee)

    with pytest.raises(AccountClosed):
        services.post_entry(order(payer, payee, 1))


def test_takes_one_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    payer, payee = customer(10_00), customer()

    with django_assert_num_queries(1):
        services.post_entry(order(payer, payee, 1))


def test_settlement_accounts_are_hot_from_the_start() -> None:
    assert LedgerAccount.objects.get(pk=settlement()).shards == 16
