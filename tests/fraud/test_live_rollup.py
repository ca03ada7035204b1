"""The live page shows what a plain count shows, however the day moves on; nothing new costs it nothing."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from fraud.dashboard import rollup as rollup_module
from fraud.dashboard.figures import Desk
from fraud.dashboard.rollup import Rollup
from fraud.models import Alert, Decision
from securebank.kernel.ids import new_id
from tests.factories import UserFactory
from tests.fraud.stored import alert, decision

NOW = datetime(2026, 3, 2, 12, 30, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KOLKATA = ZoneInfo("Asia/Kolkata")

pytestmark = pytest.mark.django_db


def some_decision(chance: random.Random, at: datetime) -> Decision:
    minor = chance.randrange(1, 1_000_00)
    return Decision(
        payment_id=new_id(),
        customer_id=new_id(),
        facts={
            "amount_minor": minor, "reference_minor": minor, "currency": "INR", "channel": "site",
            "payee_customer_id": str(new_id()),
        },
        score=0.1,
        rule_score=0.1,
        level=chance.choice(Decision.Level.values),
        recommendation=chance.choice(Decision.Recommendation.values),
        degraded=chance.choice(["", "", "slow", "missing"]),
        policy_version="policy-1",
        decided_at=at,
    )  # fmt: skip


def plainly(history: Sequence[Decision], now: datetime) -> dict[str, Any]:
    """Count one by one what the page should show at ``now``."""
    begins = (now - timedelta(days=1)).replace(second=0, microsecond=0)
    day = [each for each in history if each.decided_at >= begins]
    advice = Counter(each.recommendation for each in day)
    levels = Counter(each.level for each in day)
    hours = Counter(each.decided_at.astimezone(KOLKATA).strftime("%d %H:00") for each in day)
    approved = Counter(
        each.decided_at.astimezone(KOLKATA).strftime("%d %H:00") for each in day if each.recommendation == "APPROVE"
    )
    shown = [(now - timedelta(hours=ago)).astimezone(KOLKATA).strftime("%d %H:00") for ago in reversed(range(24))]
    return {
        "count": len(day),
        "amount_minor": sum(each.facts["reference_minor"] for each in day),
        "advice": (advice["APPROVE"], advice["REVIEW"], advice["DECLINE"]),
        "degraded": sum(1 for each in day if each.degraded),
        "tiers": [levels[level] for level in Decision.Level.values],
        "hours": [(hour[3:], hours[hour], approved[hour], hours[hour] - approved[hour]) for hour in shown],
    }


def in_short(snapshot: dict[str, Any]) -> dict[str, Any]:
    totals = snapshot["totals"]
    return {
        "count": totals["count"],
        "amount_minor": totals["amount_minor"],
        "advice": (totals["approved"], totals["held"], totals["declined"]),
        "degraded": totals["degraded"],
        "tiers": [tier["count"] for tier in snapshot["tiers"]],
        "hours": [(hour["hour"], hour["count"], hour["approved"], hour["stopped"]) for hour in snapshot["hours"]],
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_desk_that_watches_for_days_shows_what_a_plain_count_shows(seed: int) -> None:
    chance = random.Random(seed)
    desk, now = Desk(), NOW
    history = [some_decision(chance, now - chance.random() * timedelta(hours=30)) for _ in range(300)]
    Decision.objects.bulk_create(history)

    for _ in range(120):
        now += chance.choice([1, 1, 7, 29, 61, 1800, 5000, 90_000 if chance.random() < 0.05 else 3]) * SECOND
        new = [some_decision(chance, now - chance.random() * 28 * SECOND) for _ in range(chance.randrange(4))]
        Decision.objects.bulk_create(new)
        history += new

        assert in_short(desk.read(now)) == plainly(history, now)


def test_a_look_with_nothing_new_is_one_statement_and_the_same_figures(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    decision(at=NOW - SECOND)
    desk = Desk()
    before = desk.read(NOW)

    with django_assert_num_queries(1):
        assert desk.read(NOW + SECOND) is before


def test_a_decision_that_is_committed_after_a_newer_one_is_shown() -> None:
    decision(at=NOW - SECOND)
    desk = Desk()
    desk.read(NOW)

    decision(at=NOW - 29 * SECOND)

    assert desk.read(NOW + SECOND)["totals"]["count"] == 2


def test_an_alert_that_is_decided_changes_the_figures_without_a_new_decision() -> None:
    held = alert(decision(at=NOW, level="HIGH"), at=NOW)
    desk = Desk()
    assert desk.read(NOW)["queue"]["length"] == 1

    Alert.objects.filter(pk=held.pk).update(state=Alert.State.CONFIRMED)
    shown = desk.read(NOW + SECOND)

    assert (shown["queue"]["length"], shown["totals"]["confirmed"], shown["totals"]["suspected"]) == (0, 1, 0)


def test_a_minute_that_grows_older_than_a_day_goes_though_nothing_else_changed() -> None:
    decision(at=NOW - timedelta(days=1))
    desk = Desk()
    assert desk.read(NOW)["totals"]["count"] == 1

    assert desk.read(NOW + 25 * SECOND)["totals"]["count"] == 0


def test_a_new_name_is_shown_within_a_minute() -> None:
    payer = UserFactory.create(name="Asha Rao")
    decision(at=NOW, customer_id=payer.pk)
    desk = Desk()
    desk.read(NOW)

    User.objects.filter(pk=payer.pk).update(name="Asha Sen")

    assert desk.read(NOW + 60 * SECOND)["recent"][0]["payer"] == "Asha S••"


def test_a_clock_that_is_set_back_counts_nothing_twice() -> None:
    rollup = Rollup()
    decision(at=NOW - 90 * SECOND)
    for now in (NOW, NOW - 120 * SECOND, NOW + SECOND):
        rollup.last_day(now)

    assert sum(tally.number for tally in rollup.last_day(NOW + 2 * SECOND).values()) == 1


def test_a_look_that_fails_half_way_counts_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    rollup, read = Rollup(), rollup_module._read
    decision(at=NOW - 90 * SECOND)

    def breaks(since: datetime) -> Any:
        yield from read(since)
        raise OperationalError

    monkeypatch.setattr(rollup_module, "_read", breaks)
    with pytest.raises(OperationalError):
        rollup.last_day(NOW)
    monkeypatch.setattr(rollup_module, "_read", read)

    assert sum(tally.number for tally in rollup.last_day(NOW + SECOND).values()) == 1


def test_hours_that_are_past_are_forgotten() -> None:
    rollup = Rollup()
    decision(at=NOW - 90 * SECOND)
    rollup.last_day(NOW)

    assert rollup.last_day(NOW + timedelta(hours=25)) == {}
