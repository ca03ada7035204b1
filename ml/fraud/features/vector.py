"""The model's inputs: twenty figures without a unit, the same for a student and a company."""

import math
from typing import Final

from ml.fraud.features.events import PaymentEvent
from ml.fraud.features.signals import Signals
from ml.fraud.features.state import paise

# A model says in its card which version it was trained on, and is refused under another.
SCHEMA: Final = 1

FEATURES: Final = (
    "amount_log",
    "amount_to_mean",
    "amount_deviations",
    "spend_day",
    "spend_week",
    "pace_hour",
    "pace_day",
    "gap_log",
    "is_new_payee",
    "payee_known_log",
    "payees_day",
    "is_new_device",
    "is_new_country",
    "travel_speed_log",
    "balance_share",
    "near_limit",
    "hour_share",
    "payee_record",
    "account_age_log",
    "failures",
)

# What nobody has seen yet is taken to lie this long ago; oneself one knows for ten years.
LONG_AGO_SECONDS: Final = 90 * 86400.0
ONESELF_DAYS: Final = 3650.0

# Nobody reckons with more: it keeps absurd inputs finite and within what the model has seen.
MOST_COUNTED: Final = 100
MOST_DEVIATIONS: Final = 12.0
MOST_LOG: Final = 50.0


def vector_of(signals: Signals, event: PaymentEvent) -> tuple[float, ...]:
    """Return the inputs, in the order of ``FEATURES``. Finite whatever the payment claims."""
    amount = paise(event.amount)
    known = ONESELF_DAYS if event.is_own_account else signals.payee_known_days
    return (
        _log(amount / 100),
        _ratio(amount + 100.0, signals.amount_mean + 100.0) if signals.amount_mean else 0.0,
        _within(signals.log_deviations, MOST_DEVIATIONS),
        _ratio(signals.spend_day, 1.0),
        _ratio(signals.spend_week, 1.0),
        _log(signals.pace_hour),
        _ratio(signals.pace_day, 1.0),
        _log(signals.gap_seconds if signals.payments_seen else LONG_AGO_SECONDS),
        float(signals.is_new_payee and not event.is_own_account),
        _log(known),
        float(min(signals.payees_day, MOST_COUNTED)),
        float(signals.is_new_device),
        float(signals.is_new_country),
        _log(signals.travel_kmh),
        _within(signals.balance_share, 1.0),
        float(min(signals.near_limit, MOST_COUNTED)),
        _within(signals.hour_share, 1.0),
        _record(signals),
        _log(signals.account_age_days),
        float(min(signals.failures, MOST_COUNTED)),
    )


def _record(signals: Signals) -> float:
    """Return the payee's record: 1 for a clean one, less with trust lost, halved by each confirmed fraud."""
    halvings = min(max(signals.payee_confirmed_frauds, 0), MOST_COUNTED)
    return max(0.0, _within(signals.payee_trust / 100, 1.0)) * 0.5**halvings


def _log(value: float) -> float:
    """Return log(1 + value), 0 for what is no positive number."""
    return min(math.log1p(value), MOST_LOG) if value > 0 else 0.0


def _ratio(value: float, of: float) -> float:
    """Return the logarithm of a ratio of positive numbers."""
    return _within(math.log(value / of), MOST_LOG) if value > 0 and of > 0 else 0.0


def _within(value: float, bound: float) -> float:
    """Return the value kept between -bound and bound, 0 for what is no number."""
    return min(max(value, -bound), bound) if value == value else 0.0  # noqa: PLR0124 -- only NaN differs from itself
