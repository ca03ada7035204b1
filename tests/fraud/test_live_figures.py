"""What the live page counts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from fraud.dashboard.figures import Desk
from fraud.dashboard.rollup import Rollup
from fraud.models import Alert
from tests.factories import UserFactory
from tests.fraud.stored import alert, decision

NOW = datetime(2026, 3, 2, 12, 30, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def count(rollup: Rollup, now: datetime = NOW) -> int:
    return sum(tally.number for tally in rollup.last_day(now).values())


def test_counts_a_day_and_nothing_older() -> None:
    for ago in (timedelta(seconds=1), timedelta(hours=5), timedelta(hours=23, minutes=59), timedelta(hours=25)):
        decision(at=NOW - ago)

    assert count(Rollup()) == 3


def test_drops_what_grows_older_than_a_day() -> None:
    rollup = Rollup()
    decision(at=NOW - timedelta(hours=23, minutes=58))
    assert count(rollup) == 1

    assert count(rollup, NOW + 3 * MINUTE) == 0


def test_counts_each_decision_once_however_often_it_looks() -> None:
    rollup = Rollup()
    for second in range(0, 180, 10):
        decision(at=NOW + timedelta(seconds=second))
        count(rollup, NOW + timedelta(seconds=second + 1))

    assert count(rollup, NOW + timedelta(seconds=200)) == 18


def test_finds_what_committed_half_a_minute_late() -> None:
    rollup = Rollup()
    count(rollup, NOW)

    decision(at=NOW - timedelta(seconds=29))

    assert count(rollup, NOW + timedelta(seconds=1)) == 1


def test_reads_minutes_that_are_over_only_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rollup = Rollup()
    for minutes in range(1000):
        decision(at=NOW - minutes * MINUTE)
    count(rollup)

    with CaptureQueriesContext(connection) as asked:
        assert count(rollup, NOW + timedelta(seconds=1)) == 1000

    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute(asked[0]["sql"])
        assert len(cursor.fetchall()) <= 2


def test_all_that_a_look_asks_is_a_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    desk = Desk()
    decision(at=NOW)
    desk.read(NOW)

    with django_assert_max_num_queries(6):
        desk.read(NOW + timedelta(seconds=1))


def test_many_readers_within_a_tick_share_one_look(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    desk = Desk()
    first = desk.latest()

    with django_assert_num_queries(0):
        assert desk.latest() is first


def test_adds_up_totals_tiers_and_what_went_without_the_model() -> None:
    decision(at=NOW, minor=1_00)
    decision(at=NOW, minor=2_50, level="HIGH", recommendation="REVIEW", degraded="slow")
    decision(at=NOW, minor=4_00, level="CRITICAL", recommendation="DECLINE")
    decision(at=NOW)

    shown = Desk().read(NOW)

    totals = shown["totals"]
    assert (totals["count"], totals["amount"]) == (4, "107.50")
    assert (totals["approved"], totals["held"], totals["declined"]) == (2, 1, 1)
    assert (totals["degraded"], totals["degraded_share"]) == (1, 25.0)
    assert [(tier["level"], tier["count"], tier["share"]) for tier in shown["tiers"]] == [
        ("LOW", 2, 50.0), ("MEDIUM", 0, 0.0), ("HIGH", 1, 25.0), ("CRITICAL", 1, 25.0),
    ]  # fmt: skip


def test_tells_confirmed_from_suspected_fraud_and_how_long_the_oldest_waits() -> None:
    found = [decision(at=NOW, level="HIGH") for _ in range(8)]
    alert(found[0], at=NOW - timedelta(hours=3))
    alert(found[1], at=NOW - timedelta(hours=1))
    alert(found[2], at=NOW, state=Alert.State.CONFIRMED)
    alert(found[3], at=NOW, state=Alert.State.RELEASED)

    shown = Desk().read(NOW)

    totals = shown["totals"]
    assert (totals["confirmed"], totals["confirmed_rate"]) == (1, 12.5)
    assert (totals["suspected"], totals["suspected_rate"]) == (2, 25.0)
    assert shown["queue"] == {"length": 2, "oldest_at": "2026-03-02T09:30:40+00:00"}


def test_shows_the_last_24_hours_by_the_banks_own_clock() -> None:
    decision(at=datetime(2026, 3, 2, 11, 29, tzinfo=UTC))
    decision(at=datetime(2026, 3, 2, 11, 31, tzinfo=UTC), recommendation="REVIEW")

    hours = Desk().read(NOW)["hours"]

    assert (len(hours), hours[-1]["hour"]) == (24, "18:00")
    assert [(hour["hour"], hour["approved"], hour["stopped"]) for hour in hours if hour["count"]] == [
        ("16:00", 1, 0), ("17:00", 0, 1),
    ]  # fmt: skip


def test_shows_the_last_ten_payments_newest_first_with_masked_names() -> None:
    payer, payee = UserFactory.create(name="Asha Rao"), UserFactory.create(name="Ben Das")
    for second in range(12):
        decision(at=NOW + timedelta(seconds=second), minor=second + 1, customer_id=payer.pk, payee_id=payee.pk)

    recent = Desk().read(NOW)["recent"]

    assert [row["amount"] for row in recent] == [f"0.{minor:02}" for minor in range(12, 2, -1)]
    assert {(row["payer"], row["payee"]) for row in recent} == {("Asha R••", "Ben D••")}


def test_latency_is_that_of_the_last_decisions() -> None:
    for took in range(1, 101):
        decision(at=NOW + timedelta(milliseconds=took), took_us=took * 10)

    assert Desk().read(NOW)["latency"] == {"p50_us": 500, "p99_us": 990, "decisions": 100}


def test_an_empty_bank_shows_zeros() -> None:
    shown = Desk().read(NOW)

    assert (shown["totals"]["count"], shown["totals"]["confirmed_rate"], shown["recent"]) == (0, 0.0, [])
    assert shown["queue"] == {"length": 0, "oldest_at": None}
