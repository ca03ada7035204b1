"""A block's worth of bookings wakes the miner, and nothing else does."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.conf import LazySettings
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from ledger import services, tasks
from ledger.errors import InsufficientFunds
from ledger.models import JournalEntry, Leaf
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from tests.ledger.builders import customer, order
from tests.ledger.chain.builders import pay, run

FULL: Final = 5
Told = list[str]


@pytest.fixture(autouse=True)
def blocks_of_five(settings: LazySettings) -> None:
    settings.CHAIN_BLOCK_BOOKINGS = FULL
    settings.CHAIN_DIFFICULTY = 1


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    names: Told = []
    monkeypatch.setattr("securebank.web.nudges.send_now", lambda task: names.append(task.name))
    return names


def next_number(number: int) -> None:
    """Let the next booking bear that number, counted from the last full block's."""
    run(
        "SELECT setval(pg_get_serial_sequence('ledger_journalentry', 'id'),"
        f" ((SELECT coalesce(max(id), 0) FROM ledger_journalentry) / {FULL} + 1) * {FULL} + {number - 1})"
    )


def two_customers() -> tuple[int, int]:
    return customer(1000), customer(1000)


def reverse(payer: int, payee: int) -> None:
    next_number(1)
    entry = services.post_entry(order(payer, payee, 5))
    next_number(FULL)
    services.reverse_entry(entry_id=entry.entry_id, client_id=new_id())


def capture(payer: int, payee: int) -> None:
    hold = services.place_hold(order(payer, payee, 5))
    services.capture_hold(hold_id=hold.hold_id, client_id=new_id(), amount=Money(5, "INR"))


BOOK: Final[dict[str, Callable[[int, int], Any]]] = {
    "an entry": lambda payer, payee: services.post_entry(order(payer, payee, 5)),
    "a reversal": reverse,
    "a capture": capture,
    "a batch": lambda payer, payee: services.post_batch([order(payer, payee, 1)], batch_id=new_id()),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", BOOK)
def test_the_booking_that_fills_a_block_wakes_the_miner(how: str, told: Told) -> None:
    parties = two_customers()
    next_number(FULL)
    told.clear()  # What the customers were given may have filled a block.

    BOOK[how](*parties)

    assert told == ["ledger.tasks.mine"]


@pytest.mark.django_db(transaction=True)
def test_a_batch_wakes_the_miner_once_however_many_blocks_it_fills(told: Told) -> None:
    payer, payee = two_customers()
    next_number(1)
    told.clear()

    services.post_batch([order(payer, payee, 1) for _ in range(3 * FULL)], batch_id=new_id())

    assert told == ["ledger.tasks.mine"]


@pytest.mark.django_db(transaction=True)
def test_one_booking_in_a_block_wakes_the_miner(told: Told) -> None:
    next_number(1)

    pay(4 * FULL)

    assert told == ["ledger.tasks.mine"] * 4


@pytest.mark.django_db
def test_the_miner_is_woken_after_the_booking_is_there_to_see(
    told: Told, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    parties = two_customers()
    next_number(FULL)
    told.clear()

    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            services.post_entry(order(*parties, 5))
        assert told == []

    assert told == ["ledger.tasks.mine"]


@pytest.mark.django_db(transaction=True)
def test_a_refused_booking_wakes_nobody(told: Told) -> None:
    payer, payee = customer(), customer()
    next_number(FULL)
    told.clear()

    with pytest.raises(InsufficientFunds):
        services.post_entry(order(payer, payee, 5))

    assert told == []


@pytest.mark.django_db(transaction=True)
def test_the_woken_miner_seals_the_block_before_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("securebank.web.nudges.send_now", lambda task, **_: task() if task is tasks.mine else None)
    next_number(1)

    pay(2 * FULL - 1)

    assert Leaf.objects.count() == FULL
    assert JournalEntry.objects.count() == 2 * FULL - 1
