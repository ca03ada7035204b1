"""Money set aside."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger import registry, selectors, services
from ledger.errors import AccountNotEmpty, CaptureTooLarge, ClientIdReused, HoldNotOpen, InsufficientFunds, UnknownHold
from ledger.models import Hold
from ledger.types import Balance
from securebank.kernel.errors import Conflict
from securebank.kernel.ids import new_id
from securebank.kernel.money import CurrencyMismatch, Money
from tests.ledger.builders import customer, order

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AWAY = datetime.now(UTC) + timedelta(days=365)


def inr(minor: int) -> Money:
    return Money(minor, "INR")


def test_takes_what_is_held_from_what_is_available() -> None:
    payer, payee = customer(100), customer()

    services.place_hold(order(payer, payee, 30))

    assert selectors.balance_of(payer) == Balance(inr(100), inr(30), inr(70))
    assert selectors.balance_of(payee) == Balance(inr(0), inr(0), inr(0))


def test_refuses_an_entry_over_what_holds_leave() -> None:
    payer, payee = customer(100), customer()
    services.place_hold(order(payer, payee, 30))

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(payer, payee, 71))


def test_refuses_a_hold_over_what_holds_leave() -> None:
    payer, payee = customer(100), customer()
    services.place_hold(order(payer, payee, 30))

    with pytest.raises(InsufficientFunds):
        services.place_hold(order(payer, payee, 71))


def test_books_the_whole_hold_when_captured() -> None:
    payer, payee = customer(100), customer()
    hold = services.place_hold(order(payer, payee, 100))

    services.capture_hold(hold_id=hold.hold_id, client_id=new_id())

    assert selectors.balance_of(payer) == Balance(inr(0), inr(0), inr(0))
    assert selectors.balance_of(payee).settled == inr(100)


def test_gives_the_rest_back_when_part_is_captured() -> None:
    payer, payee = customer(100), customer()
    hold = services.place_hold(order(payer, payee, 100))

    services.capture_hold(hold_id=hold.hold_id, client_id=new_id(), amount=inr(40))

    assert selectors.balance_of(payer) == Balance(inr(60), inr(0), inr(60))
    assert selectors.balance_of(payee).settled == inr(40)


def test_refuses_to_capture_more_than_was_held() -> None:
    hold = services.place_hold(order(customer(100), customer(), 50))

    with pytest.raises(CaptureTooLarge):
        services.capture_hold(hold_id=hold.hold_id, client_id=new_id(), amount=inr(51))


def test_refuses_to_capture_in_another_currency() -> None:
    hold = services.place_hold(order(customer(100), customer(), 50))

    with pytest.raises(CurrencyMismatch):
        services.capture_hold(hold_id=hold.hold_id, client_id=new_id(), amount=Money(50, "USD"))


def test_answers_a_replayed_capture_with_the_first_entry() -> None:
    hold = services.place_hold(order(customer(100), customer(), 50))
    client_id = new_id()
    first = services.capture_hold(hold_id=hold.hold_id, client_id=client_id)

    again = services.capture_hold(hold_id=hold.hold_id, client_id=client_id)

    assert (again.entry_id, again.is_replay) == (first.entry_id, True)


def test_refuses_a_capture_under_the_id_of_another_entry() -> None:
    payer, payee = customer(100), customer()
    hold = services.place_hold(order(payer, payee, 50))
    booked = order(payer, payee, 50)
    services.post_entry(booked)

    with pytest.raises(ClientIdReused):
        services.capture_hold(hold_id=hold.hold_id, client_id=booked.client_id)


@pytest.mark.parametrize("resolve", ["capture", "void"])
def test_a_resolved_hold_can_neither_be_captured_nor_voided(resolve: str) -> None:
    hold = services.place_hold(order(customer(100), customer(), 50))
    if resolve == "capture":
        services.capture_hold(hold_id=hold.hold_id, client_id=new_id())
    else:
        services.void_hold(hold_id=hold.hold_id)

    with pytest.raises(HoldNotOpen):
        services.capture_hold(hold_id=hold.hold_id, client_id=new_id())
    with pytest.raises(HoldNotOpen):
        services.void_hold(hold_id=hold.hold_id)


def test_gives_the_money_back_when_voided() -> None:
    payer = customer(100)
    hold = services.place_hold(order(payer, customer(), 50))

    services.void_hold(hold_id=hold.hold_id)

    assert selectors.balance_of(payer).available == inr(100)


def test_says_when_there_is_no_such_hold() -> None:
    with pytest.raises(UnknownHold):
        services.void_hold(hold_id=2**62)


def test_answers_a_replayed_hold_with_the_first() -> None:
    asked = order(customer(100), customer(), 100)
    first = services.place_hold(asked, expires_at=FAR_AWAY)

    again = services.place_hold(asked, expires_at=FAR_AWAY)

    assert (again.hold_id, again.placed_at, again.is_replay) == (first.hold_id, first.placed_at, True)


def test_the_sweep_gives_back_only_what_is_over() -> None:
    payer, payee = customer(100), customer()
    over = services.place_hold(order(payer, payee, 10), expires_at=LONG_AGO)
    services.place_hold(order(payer, payee, 20), expires_at=FAR_AWAY)
    services.place_hold(order(payer, payee, 30))

    assert services.expire_holds() == [over.hold_id]

    assert selectors.balance_of(payer).held == inr(50)
    assert Hold.objects.get(pk=over.hold_id).state == Hold.State.EXPIRED


def test_refuses_to_capture_a_hold_whose_time_is_over_before_the_sweep() -> None:
    hold = services.place_hold(order(customer(100), customer(), 50), expires_at=LONG_AGO)

    with pytest.raises(HoldNotOpen):
        services.capture_hold(hold_id=hold.hold_id, client_id=new_id())


def test_the_sweep_tells_who_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(registry, "on_hold_expired", [told.append])
    hold = services.place_hold(order(customer(100), customer(), 50), expires_at=LONG_AGO)

    services.expire_holds()

    assert told == [hold.hold_id]


def test_a_listener_that_refuses_keeps_its_hold_open_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    payer, payee = customer(100), customer()
    kept = services.place_hold(order(payer, payee, 10), expires_at=LONG_AGO)
    given_back = services.place_hold(order(payer, payee, 20), expires_at=LONG_AGO)

    def refuse(hold_id: int) -> None:
        if hold_id == kept.hold_id:
            raise Conflict("not now")

    monkeypatch.setattr(registry, "on_hold_expired", [refuse])

    assert services.expire_holds() == [given_back.hold_id]
    assert selectors.balance_of(payer).held == inr(10)


@pytest.mark.parametrize("side", [0, 1])
def test_refuses_to_close_an_account_with_holds_on_either_side(side: int) -> None:
    payer, payee = customer(100), customer()
    services.place_hold(order(payer, payee, 100))

    with pytest.raises(AccountNotEmpty):
        services.close_account(account_id=(payer, payee)[side])
