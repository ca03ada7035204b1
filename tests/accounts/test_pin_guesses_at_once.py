"""Guesses on many connections at the same time; and again without the lock that has them judged one by one."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import transaction

from accounts.errors import PinLocked, PinWrong
from accounts.models import PaymentPin, User
from accounts.services import pins
from tests.factories import PASSWORD, PIN, UserFactory
from tests.races import Guard, Race
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def answer(user: User, pin: str) -> str:
    try:
        pins.check_pin(user=user, pin=pin, is_required=True, now=NOW)
    except (PinWrong, PinLocked) as refusal:
        return refusal.code
    return "passed"


def wrong_guesses(times: int, *without: Guard) -> tuple[Counter[str], int]:
    """Return how the guesses were answered, and how many wrong tries were counted."""
    user = UserFactory.create()
    pins.set_pin(user=user, pin=PIN, password=PASSWORD, now=NOW)
    race = Race('UPDATE "accounts_paymentpin"', without)
    answers = Counter(race.run([partial(answer, user, f"{guess:04}") for guess in range(times)]))
    return answers, PaymentPin.objects.get().wrong_tries


def test_fifty_wrong_guesses_at_once_are_judged_five_times() -> None:
    assert wrong_guesses(50) == ({"pin_wrong": 4, "pin_locked": 46}, 5)


def test_without_the_lock_of_the_pin_ten_guesses_count_as_one() -> None:
    lock = Guard("FOR UPDATE", about='"accounts_paymentpin"')

    assert wrong_guesses(10, lock) == ({"pin_wrong": 10}, 1)


def test_the_right_pin_sent_many_times_at_once_never_locks() -> None:
    user = UserFactory.create()
    pins.set_pin(user=user, pin=PIN, password=PASSWORD, now=NOW)

    assert set(all_at_once([partial(answer, user, PIN)] * 20)) == {"passed"}


def test_refuses_to_run_where_a_rollback_would_forget_the_try() -> None:
    user = UserFactory.create()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        pins.check_pin(user=user, pin=PIN, is_required=True, now=NOW)
