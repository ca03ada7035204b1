"""What the fraud check is worth, against figures worked by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from fraud.impact import assumptions
from fraud.impact.assumptions import ASSUMPTIONS, DEFAULTS, AssumptionInvalid
from fraud.impact.history import History, Sum, Week, history
from fraud.impact.reckoning import outcome, weigh
from fraud.labelled import Labels
from fraud.models import Label
from securebank.kernel.ids import new_id
from tests.fraud.stored import alert, decision

MONDAY = date(2026, 11, 2)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=15)

# 12 frauds of 240,000 rupees stopped, 3 of 30,000 through, 40 genuine payments of 35 customers stopped.
COUNTED = History(
    since=SINCE,
    until=UNTIL,
    labels=Labels.PEOPLE,
    payments=9_000,
    held=45,
    declined=10,
    annoyed=35,
    weeks=(
        Week(MONDAY, caught=Sum(8, 160_000_00), missed=Sum(3, 30_000_00), false_alarms=Sum(30, 60_000_00)),
        Week(MONDAY + timedelta(7), caught=Sum(4, 80_000_00), false_alarms=Sum(10, 9_000_00), passed=Sum(5, 500_00)),
    ),
)
ASSUMED = {
    "review_cost": Decimal(50),
    "running_cost": Decimal(20_000),
    "recovery_share": Decimal("0.25"),
    "churn_probability": Decimal("0.02"),
    "customer_value": Decimal(5_000),
}


def test_sums_what_the_weeks_have() -> None:
    assert (COUNTED.caught, COUNTED.missed, COUNTED.false_alarms) == (
        Sum(12, 240_000_00),
        Sum(3, 30_000_00),
        Sum(40, 69_000_00),
    )
    assert (COUNTED.labelled, COUNTED.reviews, COUNTED.stopped) == (60, 60, 55)


def test_money_is_what_the_hand_finds() -> None:
    found = outcome(COUNTED, ASSUMED)

    # 240,000 less a quarter; 60 reviews at 50; 35 customers * 2 % * 5,000; half a month of 20,000.
    assert found.prevented == 180_000_00
    assert found.missed == 22_500_00
    assert (found.reviews, found.customers, found.running) == (3_000_00, 3_500_00, 10_000_00)
    assert found.customers_lost == Decimal("0.70")
    assert (found.cost, found.net) == (16_500_00, 163_500_00)
    assert found.return_on_cost == Decimal("9.91")


def test_a_check_may_cost_more_than_it_saves() -> None:
    assert outcome(COUNTED, {**ASSUMED, "running_cost": Decimal(1_000_000)}).net < 0


def test_without_costs_there_is_no_return() -> None:
    free = {**ASSUMED, "review_cost": Decimal(0), "running_cost": Decimal(0), "customer_value": Decimal(0)}

    assert outcome(COUNTED, free).return_on_cost is None


def test_the_low_case_lies_below_the_expected_one_and_that_below_the_high_one() -> None:
    report = weigh(COUNTED, ASSUMED)

    assert report.low.net < report.expected.net < report.high.net
    # Twice the recovery leaves half of 240,000.
    assert report.low.prevented == 120_000_00


def test_shares_stay_shares_in_the_low_case() -> None:
    assert ASSUMPTIONS["recovery_share"].at(Decimal("0.8"), Decimal(2)) == 1


def test_each_assumption_is_moved_alone_and_the_strongest_comes_first() -> None:
    swings = weigh(COUNTED, ASSUMED).swings

    assert swings[0].name == "recovery_share"
    assert {swing.name for swing in swings} == set(ASSUMPTIONS)
    reviews = next(swing for swing in swings if swing.name == "review_cost")
    # Twice the cost of 60 reviews, and half of it.
    assert (reviews.worse, reviews.better) == (163_500_00 - 3_000_00, 163_500_00 + 1_500_00)


def test_what_is_not_written_has_its_default() -> None:
    assert assumptions.read({"review_cost": "75.50"}) == {**DEFAULTS, "review_cost": Decimal("75.50")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weather", "1"),
        ("review_cost", "cheap"),
        ("review_cost", ""),
        ("review_cost", "NaN"),
        ("review_cost", "Infinity"),
        ("review_cost", "-1"),
        ("review_cost", "1.005"),
        ("review_cost", "1e10"),
        ("review_cost", "1" * 5000),
        ("churn_probability", "1.01"),
        ("churn_probability", "0.00001"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(AssumptionInvalid) as refusal:
        assumptions.read({name: value})

    assert refusal.value.facts == {"field": name}


def _labelled(*, is_fraud: bool, is_stopped: bool, source: str = "analyst", **fields: Any) -> Label:
    advice = "REVIEW" if is_stopped else "APPROVE"
    made = decision(at=SINCE + timedelta(days=2), recommendation=advice, **fields)
    if is_stopped:
        alert(made, at=made.decided_at)
    return Label.objects.create(decision=made, is_fraud=is_fraud, source=source)


@pytest.mark.django_db
def test_counts_what_people_said_of_the_period() -> None:
    customer = new_id()
    _labelled(is_fraud=True, is_stopped=True, minor=300_00)
    _labelled(is_fraud=True, is_stopped=False, minor=200_00, source="dispute")
    for minor in (10_00, 20_00):
        _labelled(is_fraud=False, is_stopped=True, minor=minor, customer_id=customer)
    _labelled(is_fraud=True, is_stopped=True, minor=999_00, source="simulator")
    decision(at=SINCE + timedelta(days=1))

    found = history(since=SINCE, until=timezone.now())

    assert (found.payments, found.held, found.declined) == (6, 4, 0)
    assert (found.caught, found.missed, found.false_alarms) == (Sum(1, 300_00), Sum(1, 200_00), Sum(2, 30_00))
    assert (found.annoyed, found.reviews) == (1, 4)
    assert [week.monday for week in found.weeks] == [date(2026, 11, 2)]


@pytest.mark.django_db
def test_the_newest_label_counts() -> None:
    first = _labelled(is_fraud=True, is_stopped=True)
    Label.objects.create(decision=first.decision, is_fraud=False, source="analyst")

    found = history(since=SINCE, until=UNTIL)

    assert (found.caught.number, found.false_alarms.number) == (0, 1)


@pytest.mark.django_db
def test_the_simulator_knows_its_own_payments() -> None:
    _labelled(is_fraud=True, is_stopped=True, minor=999_00, source="simulator")
    _labelled(is_fraud=True, is_stopped=True, minor=1_00)

    found = history(since=SINCE, until=UNTIL, labels=Labels.SIMULATOR)

    # Nobody reviewed anything; both stopped payments would need it.
    assert (found.caught, found.reviews) == (Sum(1, 999_00), 2)


@pytest.mark.django_db
def test_a_period_ends_before_its_last_moment() -> None:
    made = decision(at=UNTIL)
    Label.objects.create(decision=made, is_fraud=True, source="analyst")

    assert (history(since=SINCE, until=UNTIL).payments, history(since=SINCE, until=UNTIL).labelled) == (0, 0)
