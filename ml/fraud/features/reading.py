"""What a state says about one more payment."""

import math
from bisect import bisect_left, bisect_right
from typing import Any, Final

from ml.fraud.features import circular
from ml.fraud.features.circular import MILLION
from ml.fraud.features.events import PaymentEvent
from ml.fraud.features.geo import distance_km, place, speed_kmh
from ml.fraud.features.signals import Signals
from ml.fraud.features.state import DAY, HALF_LIVES, HOUR, MOST, SECOND, WINDOW, State, key_of, paise, turn

# Amounts from which a payment is reported or looked at: what calls for a tax number, a person, and the authorities.
LIMITS_MINOR: Final = (50_000_00, 200_000_00, 1_000_000_00)

# Just under a limit is from nine tenths of it on. Borders of these stretches, so that a look-up tells in from out.
NEAR_BORDERS: Final = tuple(border for limit in LIMITS_MINOR for border in (limit * 9 // 10, limit))

# So many payments before "usual" means anything.
ENOUGH: Final = 5

# A deviation is at least this share of the mean, so that ten equal rents don't make the eleventh rupee a surprise.
LEAST_DEVIATION: Final = 0.1

# Spread of the logarithms of a customer nobody knows yet, and how many payments that guess weighs.
GUESSED_VARIANCE: Final = 1.5
GUESS_WEIGHT: Final = 3.0

# Small change that keeps ratios of small sums quiet: 500 rupees.
SMALL_MINOR: Final = 500_00.0


def signals_of(state: State, event: PaymentEvent, *, trust: float, blocked: tuple[str, ...] = ()) -> Signals:
    """Return the figures about one payment. Changes nothing."""
    at, amount = state.moment(event.at), paise(event.amount)
    return Signals(
        trust=trust,
        blocked=blocked,
        payments_seen=state.count,
        local_hour=event.local_hour,
        is_new_payee=event.is_new_payee,
        account_age_days=event.account_age_days,
        payee_trust=event.payee_trust,
        payee_confirmed_frauds=event.payee_confirmed_frauds,
        balance_share=_balance_share(amount, event.available),
        **_window(state, at, amount, event),
        **_pace(state, at, amount),
        **_amounts(state, amount),
        **_habits(state, at, event),
        **_travel(state, at, event),
    )


def is_near_limit(amount: int) -> bool:
    """Say whether an amount lies just under one of the limits.

    >>> is_near_limit(49_999_00), is_near_limit(50_000_00), is_near_limit(44_999_00)
    (True, False, False)
    """
    return bisect_right(NEAR_BORDERS, amount) % 2 == 1


def _balance_share(amount: int, available: int | None) -> float:
    if available is None:
        return 0.0
    return min(1.0, amount / available) if available > 0 else 1.0


def _window(state: State, at: int, amount: int, event: PaymentEvent) -> dict[str, Any]:
    """Count exactly what lies within a day of this payment, to either side: a clock set back hides nothing."""
    window = state.window
    day = window[bisect_right(window, [at - DAY, MOST]) : bisect_left(window, [at + DAY])]
    hour = day[bisect_right(day, [at - HOUR, MOST]) : bisect_left(day, [at + HOUR])]
    amounts = [row[1] for row in day]
    amounts.append(amount)
    return {
        "payments_hour": len(hour) + 1,
        "payments_day": len(amounts),
        "amount_day": sum(amounts),
        "near_limit": sum(map(is_near_limit, amounts)) if max(amounts) >= NEAR_BORDERS[0] else 0,
        "failures": max(0, event.failures) + sum([row[2] for row in hour]),
        "is_window_full": len(day) >= WINDOW,
    }


def _pace(state: State, at: int, amount: int) -> dict[str, Any]:
    """Compare what fades fast with what the month's slow fading lets one expect."""
    if not state.count:
        return {}
    since = max(0, at - state.newest)
    hour, day, week, month = [math.exp2(-since / half_life) for half_life in HALF_LIVES]
    counts, sums = state.counts, state.sums
    known = at - state.began
    day_part, week_part = _part_of_month(DAY, known), _part_of_month(7 * DAY, known)
    usual = (state.amounts[1] / state.amounts[0] if state.amounts[0] else amount) + SMALL_MINOR
    asked = amount + SMALL_MINOR
    return {
        "gap_seconds": since / SECOND,
        "pace_hour": 1.0 + hour * counts[0] / MILLION,
        "pace_day": (MILLION + day * counts[1]) / (MILLION + day_part * month * counts[3]),
        "spend_day": (asked + day * sums[1]) / (usual + day_part * month * sums[3]),
        "spend_week": (asked + week * sums[2]) / (usual + week_part * month * sums[3]),
    }


def _part_of_month(half_life: int, known: int) -> float:
    """Return which part of the month's faded count a steady customer has under a shorter half-life.

    Someone known for an hour has the same count under both, someone known for years the ratio of the half-lives.
    """
    if known < HOUR:
        return 1.0
    month = HALF_LIVES[-1]
    reached, month_reached = 1 - math.exp2(-known / half_life), 1 - math.exp2(-known / month)
    return half_life * reached / (month * month_reached)


def _amounts(state: State, amount: int) -> dict[str, Any]:
    number, total, squares, log_total, log_squares = state.amounts
    if not number:
        return {}
    mean, log_mean = total / number, log_total / number / MILLION
    # Whole numbers until the last step: nothing is lost by the subtraction.
    deviation = math.sqrt((number * squares - total * total) / (number * number))
    log_scatter = (number * log_squares - log_total * log_total) / (number * MILLION * MILLION)
    log_spread = math.sqrt((log_scatter + GUESS_WEIGHT * GUESSED_VARIANCE) / (number + GUESS_WEIGHT))
    sureness = number / (number + GUESS_WEIGHT)
    return {
        "amount_mean": mean,
        "amount_deviation": deviation,
        "deviations": (amount - mean) / max(deviation, LEAST_DEVIATION * mean, 1.0) if number >= ENOUGH else 0.0,
        "log_deviations": sureness * (math.log1p(amount) - log_mean) / log_spread,
    }


def _habits(state: State, at: int, event: PaymentEvent) -> dict[str, Any]:
    known = state.payees.get(key_of(event.payee))
    yesterday = (at - DAY) // SECOND
    lately = len([1 for seen in state.payees.values() if seen[1] > yesterday])
    return {
        "hour_share": circular.share(state.hours, turn(event.local_hour, 24)),
        "weekday_share": circular.share(state.weekdays, turn(event.local_weekday, 7)),
        "is_new_country": _is_new(state.countries, event.country),
        "is_new_device": _is_new(state.devices, event.device),
        "payee_known_days": max(0.0, (at / SECOND - known[0]) / (DAY / SECOND)) if known else 0.0,
        "payees_day": lately + (known is None or known[1] <= yesterday),
    }


def _is_new(seen: dict[str, list[int]], text: str) -> bool:
    return bool(text and seen) and key_of(text) not in seen


def _travel(state: State, at: int, event: PaymentEvent) -> dict[str, Any]:
    here = place(event.latitude, event.longitude)
    if here is None or state.last_place is None:
        return {}
    seen_at, latitude, longitude = state.last_place
    kilometres = distance_km((latitude / MILLION, longitude / MILLION), here)
    return {"travel_km": kilometres, "travel_kmh": speed_kmh(kilometres, (at - seen_at) / SECOND)}
