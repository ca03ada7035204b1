"""From reasons to a score, a level and a recommendation. Pure."""

from collections.abc import Sequence

from fraud import constants
from fraud.types import Reason


def rule_score(reasons: Sequence[Reason]) -> float:
    """Return the sum of the weights, capped at 1.

    Rounded, because sums of binary fractions would miss a threshold by their last bit.
    """
    return min(1.0, round(sum((reason.weight for reason in reasons), 0.0), 4))


def level_of(score: float) -> str:
    """Return the risk level of a score.

    >>> level_of(0.29), level_of(0.3), level_of(0.8)
    ('LOW', 'MEDIUM', 'CRITICAL')
    """
    return _first_above(score, constants.LEVELS, constants.WORST_LEVEL)


def recommendation_of(score: float) -> str:
    """Return what to do with a payment of that score.

    >>> recommendation_of(0.39), recommendation_of(0.4), recommendation_of(0.7)
    ('APPROVE', 'REVIEW', 'DECLINE')
    """
    return _first_above(score, constants.RECOMMENDATIONS, constants.WORST_RECOMMENDATION)


def _first_above(score: float, steps: Sequence[tuple[float, str]], worst: str) -> str:
    return next((name for bound, name in steps if score < bound), worst)
