"""What a state says about one more payment."""

import math
from bisect import bisect_left, bisect_right
from typing import Any, Final

from ml.fraud.features import circular
from ml.fraud.features.events import PaymentEvent
from ml.fraud.features.geo import distance_km, place, speed_kmh
from ml.fraud.features.signals import Signals
from ml.fraud.features.state import DAY, HALF_LIVES, HOUR, WINDOW, State, key_of, paise

# Amounts from which a payment is reported or looked at: what calls for a tax number, a person, and the authorities.
LIMITS_MINOR: Final = (50_000_00, 200_000_00, 1_000_000_00)

# Just under a limit is from this share of it on.
NEAR: Final = 0.9

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


def is_near_limit(amount: float) -> bool:
    """Say whether an amount lies just under one of the limits.

    >>> is_near_limit(49_999_00), is_near_limit(50_000_00), is_near_limit(44_999_00)
    (True, False, False)
    """
    return any(NEAR * limit <= amount < limit for limit in LIMITS_MINOR)


def _balance_share(amount: int, available: int | None) -> float:
    if available is None:
        return 0.0
    return min(1.0, amount / available) if available > 0 else 1.0


def _window(state: State, at: float, amount: int, event: PaymentEvent) -> dict[str, Any]:
    """Count exactly what lies within a day of this payment, to either side: a clock set back hides nothing."""
    window = state.window
    day = window[bisect_right(window, [at - DAY, math.inf]) : bisect_left(window, [at + DAY])]
    hour = day[bisect_right(day, [at - HOUR, math.inf]) : bisect_left(day, [at + HOUR])]
    return {
        "payments_hour": len(hour) + 1,
        "payments_day": len(day) + 1,
        "amount_day": int(sum(row[1] for row in day)) + amount,
        "near_limit": sum(is_near_limit(row[1]) for row in day) + is_near_limit(amount),
        "failures": max(0, event.failures) + int(sum(row[2] for row in hour)),
        "is_window_full": len(day) >= WINDOW,
    }


def _pace(state: State, at: float, amount: int) -> dict[str, Any]:
    since = max(0.0, at - state.newest) if state.count else 0.0
    known = at - state.began if state.count else 0.0
    kept = [2.0 ** (-since / half_life) for half_life in HALF_LIVES]
    counts = [value * factor for value, factor in zip(state.counts, kept, strict=True)]
    sums = [value * factor for value, factor in zip(state.sums, kept, strict=True)]
    day, week = _part_of_month(DAY, known), _part_of_month(7 * DAY, known)
    return {
        "gap_seconds": since,
        "pace_hour": 1.0 + counts[0],
        "pace_day": (1.0 + counts[1]) / (1.0 + day * counts[3]),
        "spend_day": (amount + sums[1] + SMALL_MINOR) / (_usual(state, amount) + day * sums[3] + SMALL_MINOR),
        "spend_week": (amount + sums[2] + SMALL_MINOR) / (_usual(state, amount) + week * sums[3] + SMALL_MINOR),
    }


def _usual(state: State, amount: int) -> float:
    """Return what this payment would be expected to be: the mean so far, or itself for who never paid."""
    return state.amounts[1] if state.amounts[0] else float(amount)


def _part_of_month(half_life: float, known: float) -> float:
    """Return which part of the month's faded count a steady customer has under a shorter half-life.

    Someone known for an hour has the same count under both, someone known for years their ratio.
    """
    month = HALF_LIVES[-1]
    if known <= 0:
        return 1.0
    return (half_life * -math.expm1(-known / half_life * math.log(2))) / (
        month * -math.expm1(-known / month * math.log(2))
    )


def _amounts(state: State, amount: int) -> dict[str, Any]:
    number, mean, squares, log_mean, log_squares = state.amounts
    if not number:
        return {}
    deviation = math.sqrt(max(0.0, squares) / number)
    log_spread = math.sqrt((max(0.0, log_squares) + GUESS_WEIGHT * GUESSED_VARIANCE) / (number + GUESS_WEIGHT))
    sureness = number / (number + GUESS_WEIGHT)
    least = max(deviation, LEAST_DEVIATION * mean, 1.0)
    return {
        "amount_mean": mean,
        "amount_deviation": deviation,
        "deviations": (amount - mean) / least if number >= ENOUGH else 0.0,
        "log_deviations": sureness * (math.log1p(amount) - log_mean) / log_spread,
    }


def _habits(state: State, at: float, event: PaymentEvent) -> dict[str, Any]:
    payee = key_of(event.payee)
    known = state.payees.get(payee)
    lately = sum(last > at - DAY for key, (_, last) in state.payees.items() if key != payee)
    hour = event.local_hour if math.isfinite(event.local_hour) else 12.0
    return {
        "hour_share": circular.share(state.hours, hour / 24),
        "weekday_share": circular.share(state.weekdays, event.local_weekday / 7),
        "is_new_country": _is_new(state.countries, event.country),
        "is_new_device": _is_new(state.devices, event.device),
        "payee_known_days": max(0.0, at - known[0]) / DAY if known else 0.0,
        "payees_day": lately + 1,
    }


def _is_new(seen: dict[str, list[int]], text: str) -> bool:
    return bool(text) and bool(seen) and key_of(text) not in seen


def _travel(state: State, at: float, event: PaymentEvent) -> dict[str, Any]:
    here = place(event.latitude, event.longitude)
    if here is None or state.last_place is None:
        return {}
    seen_at, latitude, longitude = state.last_place
    kilometres = distance_km((latitude, longitude), here)
    return {"travel_km": kilometres, "travel_kmh": speed_kmh(kilometres, at - seen_at)}
