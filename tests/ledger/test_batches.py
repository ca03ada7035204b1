"""Booking many entries at once."""

import pytest

from ledger import selectors, services
from ledger.errors import AccountClosed, ClientIdReused, InsufficientFunds
from ledger.models import JournalEntry
from securebank.kernel.ids import new_id
from tests.ledger.builders import customer, order, settlement

pytestmark = pytest.mark.django_db


def test_books_all_in_the_order_given() -> None:
    payer, payee = customer(100), customer()
    orders = [order(payer, payee, minor) for minor in (10, 20, 30)]

    posted = services.post_batch(orders, batch_id=new_id())

    assert [entry.client_id for entry in posted] == [asked.client_id for asked in orders]
    assert [entry.entry_id for entry in posted] == sorted(entry.entry_id for entry in posted)
    assert selectors.balance_of(payee).settled.minor == 60


def test_books_none_when_one_is_refused() -> None:
    payer, payee = customer(100), customer()
    before = JournalEntry.objects.count()

    with pytest.raises(InsufficientFunds):
        services.post_batch([order(payer, payee, 60), order(payer, payee, 60)], batch_id=new_id())

    assert JournalEntry.objects.count() == before
    assert selectors.balance_of(payer).settled.minor == 100


def test_lets_money_that_came_in_earlier_be_spent() -> None:
    payer, middle, payee = customer(100), customer(), customer()

    services.post_batch([order(payer, middle, 100), order(middle, payee, 100)], batch_id=new_id())

    assert selectors.balance_of(payee).settled.minor == 100


def test_refuses_to_spend_money_that_comes_in_later() -> None:
    payer, middle, payee = customer(100), customer(), customer()

    with pytest.raises(InsufficientFunds):
        services.post_batch([order(middle, payee, 100), order(payer, middle, 100)], batch_id=new_id())


def test_answers_a_replay_with_the_first_entries() -> None:
    payer, payee = customer(100), customer()
    orders, batch_id = [order(payer, payee, 50), order(payer, payee, 50)], new_id()
    first = services.post_batch(orders, batch_id=batch_id)

    again = services.post_batch(orders, batch_id=batch_id)

    assert [entry.entry_id for entry in again] == [entry.entry_id for entry in first]
    assert all(entry.is_replay for entry in again)


def test_refuses_another_batch_under_a_used_id() -> None:
    payer, payee = customer(100), customer()
    orders, batch_id = [order(payer, payee, 10), order(payer, payee, 10)], new_id()
    services.post_batch(orders, batch_id=batch_id)

    with pytest.raises(ClientIdReused):
        services.post_batch(orders[:1], batch_id=batch_id)


def test_refuses_a_client_id_that_was_booked_before() -> None:
    payer, payee = customer(100), customer()
    booked = order(payer, payee, 10)
    services.post_entry(booked)

    with pytest.raises(ClientIdReused):
        services.post_batch([order(payer, payee, 10), booked], batch_id=new_id())


def test_refuses_a_booked_client_id_as_such_even_when_the_money_has_gone() -> None:
    payer, payee = customer(100), customer()
    booked = order(payer, payee, 100)
    services.post_entry(booked)

    with pytest.raises(ClientIdReused):
        services.post_batch([booked], batch_id=new_id())


def test_names_the_first_order_that_cannot_be_booked() -> None:
    payer, payee, closed = customer(100), customer(), customer()
    services.close_account(account_id=closed)

    with pytest.raises(InsufficientFunds):
        services.post_batch([order(payer, payee, 101), order(payer, closed, 1)], batch_id=new_id())
    with pytest.raises(AccountClosed):
        services.post_batch([order(payer, closed, 1), order(payer, payee, 101)], batch_id=new_id())


def test_refuses_one_client_id_twice() -> None:
    payer, payee = customer(100), customer()
    twice = order(payer, payee, 10)

    with pytest.raises(ClientIdReused):
        services.post_batch([twice, twice], batch_id=new_id())


def test_refuses_a_closed_account() -> None:
    payer, payee = customer(100), customer()
    services.close_account(account_id=payee)

    with pytest.raises(AccountClosed):
        services.post_batch([order(payer, payee, 10)], batch_id=new_id())


def test_pays_thousands_from_a_hot_account_in_one_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    payees = [customer() for _ in range(200)]
    orders = [order(settlement(), payees[place % 200], 100 + place) for place in range(3000)]

    with django_assert_num_queries(1):
        services.post_batch(orders, batch_id=new_id())

    assert selectors.balance_of(settlement()).settled.minor == sum(asked.amount.minor for asked in orders)


def test_an_empty_batch_books_nothing() -> None:
    assert services.post_batch([], batch_id=new_id()) == []
