"""The figures and the model's inputs: finite for anything, and meaning what they say."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.fraud.features import FEATURES, Outcome, PaymentEvent, Signals, State, signals_of, vector_of
from ml.fraud.features.geo import distance_km

NOON = 1_700_000_000.0

anything = st.floats(allow_nan=True, allow_infinity=True)
absurd = st.builds(
    PaymentEvent,
    at=anything | st.floats(0, 4e9),
    amount=st.integers(-(10**15), 10**15),
    payee=st.text(max_size=5),
    local_hour=anything,
    local_weekday=st.integers(-9, 9),
    device=st.text(max_size=3),
    country=st.text(max_size=3),
    latitude=st.none() | anything,
    longitude=st.none() | anything,
    available=st.none() | st.integers(-(10**15), 10**15),
    account_age_days=anything,
    is_new_payee=st.booleans(),
    is_own_account=st.booleans(),
    payee_trust=anything,
    payee_confirmed_frauds=st.integers(-5, 10**9),
    failures=st.integers(-5, 10**9),
)


def feature(name: str, event: PaymentEvent, *before: PaymentEvent) -> float:
    state = State()
    for each in before:
        state.observe(each, Outcome.APPROVED)
    return vector_of(signals_of(state, event, trust=100.0), event)[FEATURES.index(name)]


def payment(after_hours: float = 0.0, *, amount: int = 100_00, **more: Any) -> PaymentEvent:
    at = NOON + 3600 * after_hours
    facts: dict[str, Any] = {"at": at, "amount": amount, "payee": "shop", "local_weekday": 1}
    return PaymentEvent(**({"local_hour": 12 + after_hours % 12} | facts | more))


@given(st.lists(st.tuples(absurd, st.sampled_from(Outcome)), max_size=4), absurd)
def test_inputs_are_finite_whatever_is_claimed(
    history: list[tuple[PaymentEvent, Outcome]], event: PaymentEvent
) -> None:
    state = State()
    for each, outcome in history:
        state.observe(each, outcome)

    inputs = vector_of(signals_of(state, event, trust=100.0), event)

    assert len(inputs) == len(FEATURES) == 20
    assert all(abs(value) <= 100 for value in inputs)
    json.dumps(state.to_json(), allow_nan=False)


@given(absurd)
def test_reading_changes_nothing(event: PaymentEvent) -> None:
    state = State()
    state.observe(payment(), Outcome.APPROVED)
    before = json.dumps(state.to_json())

    signals_of(state, event, trust=100.0)

    assert json.dumps(state.to_json()) == before


def test_figures_are_the_same_after_a_trip_through_json() -> None:
    figures = signals_of(State(), payment(), trust=97.5, blocked=("customer",))

    assert Signals.from_json(json.loads(json.dumps(figures.as_json()))) == figures


def test_a_first_payment_is_as_usual() -> None:
    first = payment()
    inputs = dict(zip(FEATURES, vector_of(signals_of(State(), first, trust=100.0), first), strict=True))

    quiet = (
        "amount_to_mean",
        "amount_deviations",
        "spend_day",
        "spend_week",
        "pace_day",
        "is_new_device",
        "near_limit",
    )
    assert {name: inputs[name] for name in quiet} == dict.fromkeys(quiet, 0.0)


@pytest.mark.parametrize("name", ["amount_to_mean", "amount_deviations", "spend_day", "spend_week"])
def test_a_ten_times_larger_amount_shows_the_same_for_small_and_large_customers(name: str) -> None:
    def spike(usual: int) -> float:
        return feature(name, payment(2400, amount=10 * usual), *[payment(24 * day, amount=usual) for day in range(100)])

    assert spike(50_000_00) == pytest.approx(spike(5_000_00), rel=0.25)
    assert spike(50_000_00) > 0.5


@pytest.mark.parametrize("name", ["pace_day", "spend_day", "spend_week"])
def test_a_steady_customer_is_as_usual_from_the_first_week_to_the_third_year(name: str) -> None:
    steady = [payment(24 * day) for day in range(1000)]
    for known in (7, 30, 999):
        assert feature(name, steady[known], *steady[:known]) == pytest.approx(0, abs=0.45)


def test_many_payments_in_an_hour_raise_the_pace() -> None:
    days = [payment(24 * day) for day in range(60)]
    burst = [payment(1440 + minute / 60) for minute in range(20)]

    usual, hurried = feature("pace_day", burst[0], *days), feature("pace_day", burst[-1], *days, *burst[:-1])

    assert usual < 0.5
    assert hurried > 1.5


@pytest.mark.parametrize(
    ("more", "flagged"),
    [({"device": "phone"}, 0.0), ({"device": "other"}, 1.0), ({"device": ""}, 0.0)],
    ids=["known", "new", "untold"],
)
def test_a_device_is_new_when_others_were_seen(more: dict[str, Any], flagged: float) -> None:
    assert feature("is_new_device", payment(1, **more), payment(device="phone")) == flagged


def test_counts_payments_just_under_a_limit() -> None:
    under = [payment(hour, amount=49_900_00) for hour in range(3)]

    assert feature("near_limit", payment(3, amount=49_000_00), *under, payment(2.5, amount=50_000_00)) == 4.0


def test_impossible_travel_shows_as_speed() -> None:
    mumbai, london = payment(latitude=19.08, longitude=72.88), payment(1, latitude=51.51, longitude=-0.13)

    told_of = feature("travel_speed_log", london, mumbai)

    assert math.expm1(told_of) == pytest.approx(7194, rel=0.01)


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((90.0, 0.0), (90.0, 135.0), 0.0),
        ((90.0, 0.0), (-90.0, 77.0), 20015.1),
        ((0.0, 180.0), (0.0, -180.0), 0.0),
        ((10.0, -179.9), (10.0, 179.9), 21.9),
        ((12.0, 34.0), (-12.0, -146.0), 20015.1),
    ],
    ids=["at the pole", "pole to pole", "same meridian", "across the antimeridian", "antipodes"],
)
def test_distance_holds_at_the_edges_of_the_map(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    assert distance_km(one, other) == pytest.approx(kilometres, abs=0.1)


def test_an_own_account_is_no_new_payee() -> None:
    own = payment(is_own_account=True, is_new_payee=True)

    assert feature("is_new_payee", own) == 0.0
    assert feature("payee_known_log", own) > feature("payee_known_log", payment(2400), payment())


def test_a_payees_confirmed_frauds_lower_its_record() -> None:
    records = [feature("payee_record", payment(payee_confirmed_frauds=number)) for number in (0, 1, 2)]

    assert records == [1.0, 0.5, 0.25]
