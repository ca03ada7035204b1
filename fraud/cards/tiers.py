"""What a card transaction's probability of fraud means: four tiers, and what to do in each."""

from enum import StrEnum
from typing import Final


class Tier(StrEnum):
    """How risky a transaction is."""

    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"
    CRITICAL = "Critical"


class Action(StrEnum):
    """What whoever asked should do with it."""

    APPROVE = "approve"
    MONITOR = "monitor"
    REVIEW = "review"
    DECLINE = "decline"


# From which probability on, the highest first; a probability on a border belongs above it.
BORDERS: Final = ((0.70, Tier.CRITICAL), (0.30, Tier.HIGH), (0.10, Tier.MEDIUM))
ACTIONS: Final = {
    Tier.LOW: Action.APPROVE,
    Tier.MEDIUM: Action.MONITOR,
    Tier.HIGH: Action.REVIEW,
    Tier.CRITICAL: Action.DECLINE,
}


def tier_of(probability: float) -> Tier:
    """Return the tier of a probability in [0, 1].

    >>> [tier_of(value).value for value in (0.0999, 0.1, 0.3, 0.7)]
    ['Low', 'Medium', 'High', 'Critical']
    """
    return next((tier for border, tier in BORDERS if probability >= border), Tier.LOW)
