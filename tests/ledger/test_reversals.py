"""Undoing an entry."""

import pytest

from ledger import selectors, services
from ledger.errors import ClientIdReused, InsufficientFunds, OverReversal, UnknownEntry
from ledger.models import JournalEntry
from securebank.kernel.ids import new_id
from securebank.kernel.money import CurrencyMismatch, Money
from tests.ledger.builders import customer, order

pytestmark = pytest.mark.django_db


def test_books_the_opposite_linked_to_the_original() -> None:
    payer, payee = customer(100), customer()
    entry = services.post_entry(order(payer, payee, 60))

    reversal = services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())

    assert JournalEntry.objects.get(pk=reversal.entry_id).reverses_id == entry.entry_id
    assert selectors.balance_of(payer).settled.minor == 100
    assert selectors.balance_of(payee).settled.minor == 0


def test_refuses_a_second_whole_reversal() -> None:
    entry = services.post_entry(order(customer(100), customer(), 60))
    services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())

    with pytest.raises(OverReversal):
        services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())


def test_parts_add_up_to_the_entry_at_most() -> None:
    entry = services.post_entry(order(customer(100), customer(100), 60))
    for minor in (10, 20):
        services.reverse_entry(entry_id=entry.entry_id, client_id=new_id(), amount=Money(minor, "INR"))

    with pytest.raises(OverReversal):
        services.reverse_entry(entry_id=entry.entry_id, client_id=new_id(), amount=Money(31, "INR"))

    rest = services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())
    assert JournalEntry.objects.get(pk=rest.entry_id).amount_minor == 30


def test_answers_a_replay_with_the_first_reversal() -> None:
    entry = services.post_entry(order(customer(100), customer(), 60))
    client_id = new_id()
    first = services.reverse_entry(entry_id=entry.entry_id, client_id=client_id)

    again = services.reverse_entry(entry_id=entry.entry_id, client_id=client_id)

    assert (again.entry_id, again.is_replay) == (first.entry_id, True)


def test_refuses_the_id_of_another_entry() -> None:
    asked = order(customer(100), customer(), 60)
    entry = services.post_entry(asked)

    with pytest.raises(ClientIdReused):
        services.reverse_entry(entry_id=entry.entry_id, client_id=asked.client_id)


def test_refuses_when_the_payee_has_spent_the_money() -> None:
    payer, payee = customer(100), customer()
    entry = services.post_entry(order(payer, payee, 60))
    services.post_entry(order(payee, payer, 1))

    with pytest.raises(InsufficientFunds):
        services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())


def test_refuses_to_reverse_a_reversal() -> None:
    entry = services.post_entry(order(customer(100), customer(), 60))
    reversal = services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())

    with pytest.raises(OverReversal):
        services.reverse_entry(entry_id=reversal.entry_id, client_id=new_id())


def test_refuses_another_currency() -> None:
    entry = services.post_entry(order(customer(100), customer(), 60))

    with pytest.raises(CurrencyMismatch):
        services.reverse_entry(entry_id=entry.entry_id, client_id=new_id(), amount=Money(1, "USD"))


def test_says_when_there_is_no_such_entry() -> None:
    with pytest.raises(UnknownEntry):
        services.reverse_entry(entry_id=2**62, client_id=new_id())
