"""What the fraud check says."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import registry
from fraud.models import CustomerProfile, Decision
from tests.fraud.cases import CUSTOMER, NOON, assess, codes, remember

pytestmark = pytest.mark.django_db


def earlier(payments: int, *, minutes_ago: int) -> None:
    """Let the customer have paid before."""
    remember([{"requested_at": NOON - timedelta(minutes=minutes_ago)}] * payments)


def test_lets_a_newcomers_small_first_payment_through() -> None:
    verdict = assess(account_opened_at=NOON - timedelta(minutes=5), device={"device_id": "phone"})

    assert (verdict.score, verdict.recommendation, codes(verdict)) == (0.05, "APPROVE", ["YOUNG_ACCOUNT"])


def test_has_nothing_to_say_about_a_customer_of_some_years() -> None:
    verdict = assess()

    assert (verdict.score, verdict.level, verdict.recommendation, codes(verdict)) == (0.0, "LOW", "APPROVE", [])


@pytest.mark.parametrize("hour", range(24))
def test_lets_a_newcomers_small_payment_with_a_second_device_through_at_any_hour(hour: int) -> None:
    remember([{"device": {"device_id": "phone"}}])

    verdict = assess(
        5_000_00,
        requested_at=NOON + timedelta(hours=hour),
        account_opened_at=NOON,
        device={"device_id": "tablet"},
        available_minor=5_000_00,
    )

    assert verdict.recommendation == "APPROVE"


@pytest.mark.parametrize(
    ("minor", "expected"), [(199_999_99, "APPROVE"), (200_000_00, "REVIEW")], ids=["below", "from there on"]
)
def test_reviews_large_amounts(minor: int, expected: str) -> None:
    assert assess(minor).recommendation == expected


def test_lets_large_amounts_move_between_own_accounts() -> None:
    assert assess(900_000_00, is_own_account=True).recommendation == "APPROVE"


@pytest.mark.parametrize(
    ("before", "minutes_ago", "score"),
    [(9, 30, 0.0), (10, 30, 0.25), (29, 30, 0.25), (30, 30, 0.5),
     (30, 90, 0.0), (49, 90, 0.0), (50, 90, 0.5), (99, 1500, 0.0)],
)  # fmt: skip
def test_counts_payments_of_the_hour_and_the_day(before: int, minutes_ago: int, score: float) -> None:
    earlier(before, minutes_ago=minutes_ago)

    assert assess().score == score


@pytest.mark.parametrize(("trust", "expected"), [(50, []), (49.9, ["LOW_TRUST"])])
def test_looks_closer_at_low_trust(trust: float, expected: list[str]) -> None:
    CustomerProfile.objects.create(customer_id=CUSTOMER, trust_score=trust)

    assert codes(assess()) == expected


def test_declines_what_two_rules_find() -> None:
    CustomerProfile.objects.create(customer_id=CUSTOMER, trust_score=10)

    verdict = assess(200_000_00)

    assert (verdict.score, verdict.level, verdict.recommendation) == (0.78, "HIGH", "DECLINE")


def test_caps_the_score_at_one() -> None:
    CustomerProfile.objects.create(customer_id=CUSTOMER, trust_score=10)
    earlier(40, minutes_ago=1)

    assert assess(200_000_00).score == 1.0


def test_stores_what_the_verdict_rests_on() -> None:
    verdict = assess(200_000_00)

    row = Decision.objects.get(pk=verdict.decision_id)
    assert (row.score, row.policy_version, row.reasons[0]["code"]) == (0.43, "policy-1", "AMOUNT_LIMIT")
    assert row.facts["reference_minor"] == 200_000_00
    assert (row.signals["trust"], row.signals["payments_hour"], row.signals["payments_day"]) == (100.0, 1, 1)


@pytest.mark.parametrize("change", [{"score": 0.9}, {"recommendation": "APPROVE"}])
def test_no_decision_is_rewritten(change: dict[str, Any]) -> None:
    assess()

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(**change)


def test_no_decision_is_deleted() -> None:
    assess()

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.all().delete()


def test_costs_the_same_however_long_the_history() -> None:
    assess()
    with CaptureQueriesContext(connection) as short:
        assess()
    earlier(500, minutes_ago=30)
    with CaptureQueriesContext(connection) as long:
        assess()

    assert len(short) == len(long) == 2


def test_shows_the_trust_in_the_profile() -> None:
    assert registry.facts_of(CUSTOMER)["trust_score"] == 100.0
    CustomerProfile.objects.create(customer_id=CUSTOMER, trust_score=42)
    assert registry.facts_of(CUSTOMER)["trust_score"] == 42.0
