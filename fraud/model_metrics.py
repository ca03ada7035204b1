"""How good two models are on the same labelled payments, with the doubt that so few payments leave. Pure numpy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Metric = Callable[[Flags, Floats, Floats], float]

# Resamples of the payments; the bounds below then move by less than a twentieth of the interval.
ROUNDS: Final = 400
# One-sided: the bound is passed by chance once in twenty times.
BOUND: Final = 0.05
FALSE_RATE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Difference:
    """Candidate less champion, by one metric.

    Attributes:
        low, high: one-sided bounds of the difference, each at 95 %.
    """

    champion: float
    candidate: float
    low: float
    high: float


def average_precision(labels: Flags, scores: Floats, weights: Floats) -> float:
    """Return the area under the precision-recall curve as the sum of precisions at each step of recall.

    Args:
        labels: which payments are fraud, shape (n,).
        scores: likewise; a higher one is more likely fraud. Equal scores are one step.
        weights: how often each payment counts.

    >>> average_precision(np.array([1, 0, 1, 0], bool), np.array([0.9, 0.8, 0.7, 0.1]), np.ones(4)).__round__(4)
    0.8333
    """
    caught, flagged = _steps(labels, scores, weights)
    total = caught[-1] if len(caught) else 0.0
    if total == 0:
        return 0.0
    gained = np.diff(caught, prepend=0.0)
    return float((gained * caught / np.maximum(flagged, 1e-12)).sum() / total)


def recall_at_false_rate(labels: Flags, scores: Floats, weights: Floats) -> float:
    """Return the share of frauds above the lowest threshold that flags at most one honest payment in a hundred.

    >>> recall_at_false_rate(np.array([1, 0, 1, 0], bool), np.array([0.9, 0.8, 0.7, 0.1]), np.ones(4))
    0.5
    """
    caught, flagged = _steps(labels, scores, weights)
    honest = flagged - caught
    if not len(caught) or caught[-1] == 0:
        return 0.0
    allowed = honest <= FALSE_RATE * honest[-1] + 1e-9
    return float(caught[allowed].max(initial=0.0) / caught[-1])


def compare(labels: Flags, champion: Floats, candidate: Floats, *, seed: int = 7) -> dict[str, Difference]:
    """Return both metrics of both models, and bounds of the difference by a paired bootstrap over payments.

    Frauds and honest payments are resampled apart, so each round has as many of either.
    """
    dice = np.random.default_rng(seed)
    ones = np.ones(len(labels))
    rounds = [_resampled(dice, labels) for _ in range(ROUNDS)]
    return {
        name: _difference(metric, labels, champion, candidate, ones, rounds)
        for name, metric in (("auc_pr", average_precision), ("recall_at_fpr_0.01", recall_at_false_rate))
    }


def _difference(
    metric: Metric, labels: Flags, champion: Floats, candidate: Floats, ones: Floats, rounds: list[Floats]
) -> Difference:
    apart = [metric(labels, candidate, weights) - metric(labels, champion, weights) for weights in rounds]
    low, high = np.quantile(apart, [BOUND, 1 - BOUND])
    return Difference(metric(labels, champion, ones), metric(labels, candidate, ones), float(low), float(high))


def _resampled(dice: Any, labels: Flags) -> Floats:
    weights = np.zeros(len(labels))
    for group in (np.flatnonzero(labels), np.flatnonzero(~labels)):
        if len(group):
            weights[group] = dice.multinomial(len(group), np.full(len(group), 1 / len(group)))
    return weights


def _steps(labels: Flags, scores: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weights of frauds and of all payments at or above each score that occurs, highest first."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.append(ranked[1:] != ranked[:-1], True) if len(ranked) else np.zeros(0, bool)
    caught = np.cumsum((weights * labels)[order])[ends]
    flagged = np.cumsum(weights[order])[ends]
    return caught, flagged
