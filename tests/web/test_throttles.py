"""Counting tries."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from securebank.web import tasks, throttles
from securebank.web.models import RateCounter


@pytest.fixture(autouse=True)
def three_a_minute(settings: Settings) -> None:
    settings.RATE_LIMITS = {"guess": (3, 60), "moment": (1, 0)}


@pytest.mark.django_db
def test_refuses_the_fourth_of_three_and_says_how_long_to_wait() -> None:
    for _ in range(3):
        throttles.take("guess", "asha")

    with pytest.raises(throttles.TooManyTries) as refusal:
        throttles.take("guess", "asha")

    assert 1 <= refusal.value.facts["retry_after"] <= 60


@pytest.mark.django_db
def test_counts_subjects_apart() -> None:
    for _ in range(3):
        throttles.take("guess", "asha", "203.0.113.5")

    throttles.take("guess", "asha", "203.0.113.6")
    throttles.take("guess", "asha203.0.113.5")


@pytest.mark.django_db
def test_a_try_given_back_can_be_taken_again() -> None:
    for _ in range(10):
        throttles.take("guess", "asha")
        throttles.give_back("guess", "asha")
    throttles.give_back("guess", "asha")

    assert RateCounter.objects.get().hits == 0


@pytest.mark.django_db
def test_a_new_window_begins_after_the_old_one() -> None:
    for _ in range(3):
        throttles.take("moment", "asha")


@pytest.mark.django_db
def test_keeps_no_address_and_forgets_old_windows() -> None:
    throttles.take("moment", "asha@example.com")
    assert b"asha" not in bytes(RateCounter.objects.get().key)

    RateCounter.objects.update(ends_at="2001-01-01T00:00:00Z")
    tasks.forget_rate_counters()

    assert not RateCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_thirty_at_once_three_get_through() -> None:
    def attempt(_number: int) -> bool:
        try:
            throttles.take("guess", "asha")
        except throttles.TooManyTries:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(30))) == 3
