"""How well scores put fraud before the rest; None where nothing can be said."""

import numpy as np
import numpy.typing as npt

from fraud.model_metrics import average_precision

Labels = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


def auc_roc(labels: Labels, scores: Scores) -> float | None:
    """Return the probability that a fraud scores above a genuine payment, ties counting half; None without both.

    >>> auc_roc(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8]))
    0.75
    """
    frauds = int(labels.sum())
    genuine = len(labels) - frauds
    if not frauds or not genuine:
        return None
    _values, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[labels].sum() - frauds * (frauds + 1) / 2) / (frauds * genuine))


def auc_pr(labels: Labels, scores: Scores) -> float | None:
    """Return the average precision: see ``average_precision``; None without frauds.

    >>> round(auc_pr(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8])), 4)
    0.8333
    """
    return average_precision(labels, scores, np.ones(len(labels))) if labels.any() else None
