"""The state equals what the whole history says, in bounded space."""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.fraud.features import Outcome, PaymentEvent, State, signals_of
from ml.fraud.features.state import DAY, PAYEES, VERSION, WINDOW, key_of
from tests.ml.recomputed import HALF_LIVES, Recomputed, Told

MONDAY = 1_700_000_000.0
A_DAY = 86_400.0

# Milliseconds, so that what is kept is what was told.
moments = st.integers(0, int(40 * A_DAY * 1000)).map(lambda ms: MONDAY + ms / 1000)
events = st.builds(
    PaymentEvent,
    at=moments | st.sampled_from([MONDAY, MONDAY + A_DAY, MONDAY + 3600]),
    amount=st.integers(1, 10**15),
    payee=st.sampled_from([f"payee-{number}" for number in range(12)]),
    local_hour=st.floats(0, 23.99),
    local_weekday=st.integers(0, 6),
    device=st.sampled_from(["", "phone", "laptop"]),
    country=st.sampled_from(["", "IN", "AE", "GB"]),
    category=st.sampled_from(["", "5411"]),
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
)
outcomes = st.sampled_from([Outcome.APPROVED] * 4 + [Outcome.HELD, Outcome.DECLINED, Outcome.RELEASED])
# As they come, in any order: on time, late, at equal times, and with a clock that was set back by weeks.
histories = st.lists(st.tuples(events, outcomes), min_size=1, max_size=25)


def told(history: Sequence[Told]) -> State:
    state = State()
    for event, outcome in history:
        state = State.from_json(json.loads(json.dumps(state.to_json())))
        state.observe(event, outcome)
    return state


def payment(at: float, **told_too: Any) -> PaymentEvent:
    return PaymentEvent(at=at, amount=100_00, payee="shop", local_hour=12.0, local_weekday=1, **told_too)


@given(histories)
def test_keeps_the_window_exactly(history: list[Told]) -> None:
    state, slow = told(history), Recomputed(history)

    assert state.count == len(slow.asked)
    if slow.asked:
        assert state.newest == round(slow.newest() * 1000)
        assert state.window == [[round(at * 1000), amount, declined] for at, amount, declined in slow.window()]


@given(histories)
def test_fades_counts_and_sums_as_their_ages_say(history: list[Told]) -> None:
    state, slow = told(history), Recomputed(history)

    for index, half_life in enumerate(HALF_LIVES):
        number, paise = slow.faded(half_life)
        assert state.counts[index] == pytest.approx(number * 1e6, abs=len(history))
        assert state.sums[index] == pytest.approx(paise, rel=1e-9, abs=len(history))


@given(histories.filter(lambda history: bool(Recomputed(history).learnt)), events)
def test_tells_mean_and_deviation_of_what_went_through(history: list[Told], event: PaymentEvent) -> None:
    told_of = signals_of(told(history), event, trust=100.0)

    mean, deviation = Recomputed(history).mean_and_deviation()
    assert told_of.amount_mean == pytest.approx(mean, rel=1e-12)
    assert told_of.amount_deviation == pytest.approx(deviation, rel=1e-9, abs=1e-6)


@given(histories)
def test_knows_what_was_seen_first_and_last(history: list[Told]) -> None:
    state, slow = told(history), Recomputed(history)

    for attribute in ("country", "device", "category", "payee"):
        known = {"country": state.countries, "device": state.devices}.get(
            attribute, state.categories if attribute == "category" else state.payees
        )
        assert known == {key_of(text): list(times) for text, times in slow.seen(attribute).items()}


@given(st.lists(events, min_size=1, max_size=25), st.floats(0, 23.99), st.integers(0, 6))
def test_tells_how_usual_hour_and_weekday_are(history: list[PaymentEvent], hour: float, weekday: int) -> None:
    ordered = sorted(history, key=lambda event: event.at)
    state = told([(event, Outcome.APPROVED) for event in ordered])
    asked = replace(ordered[-1], local_hour=hour, local_weekday=weekday)

    told_of = signals_of(state, asked, trust=100.0)

    hours: dict[float, float] = {}
    weekdays: dict[float, float] = {}
    for event in ordered:
        weight = 2 ** (-(ordered[-1].at - event.at) / (30 * A_DAY))
        hours[event.local_hour / 24] = hours.get(event.local_hour / 24, 0.0) + weight
        weekdays[event.local_weekday / 7] = weekdays.get(event.local_weekday / 7, 0.0) + weight
    slow = Recomputed([])
    assert told_of.hour_share == pytest.approx(slow.share(hours, hour / 24, 4), abs=1e-4)
    assert told_of.weekday_share == pytest.approx(slow.share(weekdays, weekday / 7, 3), abs=1e-4)


@given(st.lists(st.tuples(events, outcomes), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_does_not_depend_on_the_order_within_a_day(history: list[Told], dice: random.Random) -> None:
    one_day = [(replace(event, at=MONDAY + event.at % A_DAY), outcome) for event, outcome in history]
    shuffled = dice.sample(one_day, len(one_day))

    first, other = told(one_day), told(shuffled)

    assert first.window == other.window
    assert (first.amounts, first.payees, first.last_place) == (other.amounts, other.payees, other.last_place)
    assert first.counts == pytest.approx(other.counts, abs=len(history))


@given(histories)
def test_is_the_same_after_a_trip_through_json(history: list[Told]) -> None:
    state = told(history)

    assert State.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_remembers_the_most_recent_payees_when_there_are_too_many() -> None:
    dice = random.Random(7)
    history = [
        (replace(payment(MONDAY + 60 * n), payee=str(dice.randrange(200))), Outcome.APPROVED) for n in range(900)
    ]

    state, everything = told(history), Recomputed(history).seen("payee")

    latest = sorted(everything, key=lambda text: everything[text][1])[-PAYEES:]
    assert {key: seen[1] for key, seen in state.payees.items()} == {
        key_of(text): everything[text][1] for text in latest
    }
    assert all(state.payees[key_of(text)][0] >= everything[text][0] for text in latest)


def test_is_bounded_however_many_payments_there_were() -> None:
    dice = random.Random(1)
    state, at, largest = State(), MONDAY, 0
    for number in range(100_000):
        at += dice.expovariate(1 / 300)
        event = PaymentEvent(
            at=at,
            amount=10**18,
            payee="x" * 64 + str(number),
            local_hour=dice.uniform(0, 24),
            local_weekday=number % 7,
            device=f"device-{number}",
            country=f"country-{number}",
            category=f"category-{number}",
            latitude=-12.3456789,
            longitude=-123.456789,
        )
        state.observe(event, Outcome.APPROVED)
        if number % 1000 == 0:
            largest = max(largest, len(json.dumps(state.to_json())))

    assert largest < 12_000
    assert len(state.window) == WINDOW


def test_says_when_the_window_is_full() -> None:
    state = told([(payment(MONDAY + number), Outcome.APPROVED) for number in range(WINDOW)])
    almost = told([(payment(MONDAY + number), Outcome.APPROVED) for number in range(WINDOW - 1)])

    full, exact = (signals_of(each, payment(MONDAY + 500), trust=100.0) for each in (state, almost))

    assert (full.payments_day, full.is_window_full) == (WINDOW + 1, True)
    assert (exact.payments_day, exact.is_window_full) == (WINDOW, False)


@pytest.mark.parametrize(
    ("after", "hour", "day"), [(3599.999, 2, 2), (3600, 1, 2), (A_DAY - 0.001, 1, 2), (A_DAY, 1, 1), (-60, 2, 2)]
)
def test_counts_an_hour_and_a_day_without_their_far_ends(after: float, hour: int, day: int) -> None:
    state = told([(payment(MONDAY), Outcome.APPROVED)])

    told_of = signals_of(state, payment(MONDAY + after), trust=100.0)

    assert (told_of.payments_hour, told_of.payments_day) == (hour, day)


def test_starts_its_window_anew_when_the_clock_is_set_back() -> None:
    ahead = [(payment(MONDAY + 400 * A_DAY), Outcome.APPROVED)] * 3

    state = told([*ahead, (payment(MONDAY), Outcome.APPROVED)])

    assert state.window == [[round(MONDAY * 1000), 100_00, 0]]
    assert signals_of(state, payment(MONDAY + 60), trust=100.0).payments_day == 2
    assert state.counts[-1] == 4_000_000


def test_takes_a_late_payment_into_its_place() -> None:
    state = told([(payment(MONDAY + 600), Outcome.APPROVED), (payment(MONDAY), Outcome.APPROVED)])

    assert [row[0] for row in state.window] == [round(MONDAY * 1000), round((MONDAY + 600) * 1000)]


@pytest.mark.parametrize(("outcome", "known", "asked"), [
    (Outcome.APPROVED, True, 1),
    (Outcome.HELD, False, 1),
    (Outcome.DECLINED, False, 1),
    (Outcome.RELEASED, True, 0),
])  # fmt: skip
def test_learns_habits_from_what_went_through(outcome: Outcome, known: bool, asked: int) -> None:
    state = told([(payment(MONDAY, device="phone", country="IN", latitude=1.0, longitude=2.0), outcome)])

    learnt = {bool(each) for each in (state.devices, state.countries, state.payees, state.last_place, state.amounts[0])}
    assert (learnt, state.count) == ({known}, asked)


def test_counts_refused_payments_of_the_hour_as_failures() -> None:
    state = told([(payment(MONDAY - 3600), Outcome.DECLINED), (payment(MONDAY - 60), Outcome.DECLINED)])

    assert signals_of(state, payment(MONDAY, failures=2), trust=100.0).failures == 3


def test_takes_the_time_of_the_newest_for_what_is_no_time() -> None:
    state = told([(payment(MONDAY), Outcome.APPROVED), (payment(math.nan), Outcome.APPROVED)])

    assert state.newest == round(MONDAY * 1000)
    assert len(state.window) == 2


def test_refuses_a_state_of_another_version() -> None:
    with pytest.raises(ValueError, match=f"version 99, this is {VERSION}"):
        State.from_json({**State().to_json(), "v": 99})


def test_a_customer_who_never_paid_has_an_empty_state() -> None:
    assert State.from_json({}) == State()
    assert DAY == A_DAY * 1000
