"""Guesses on many connections at the same time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from accounts.errors import PinLocked, PinWrong
from accounts.models import PaymentPin, User
from accounts.services import pins
from tests.factories import PASSWORD, PIN, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def answer(user: User, pin: str) -> str:
    try:
        pins.check_pin(user=user, pin=pin, is_required=True, now=NOW)
    except (PinWrong, PinLocked) as refusal:
        return refusal.code
    finally:
        connection.close()
    return "passed"


def test_fifty_wrong_guesses_at_once_are_judged_five_times() -> None:
    user = UserFactory.create()
    pins.set_pin(user=user, pin=PIN, password=PASSWORD, now=NOW)

    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(lambda guess: answer(user, f"{guess:04}"), range(50)))

    assert answers == {"pin_wrong": 4, "pin_locked": 46}
    assert PaymentPin.objects.get().wrong_tries == 5


def test_the_right_pin_sent_many_times_at_once_never_locks() -> None:
    user = UserFactory.create()
    pins.set_pin(user=user, pin=PIN, password=PASSWORD, now=NOW)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: answer(user, PIN), range(20))) == {"passed"}


def test_refuses_to_run_where_a_rollback_would_forget_the_try() -> None:
    user = UserFactory.create()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        pins.check_pin(user=user, pin=PIN, is_required=True, now=NOW)
