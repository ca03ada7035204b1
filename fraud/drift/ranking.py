"""How well scores put fraud before the rest. Numpy alone: what training measures with is too heavy to serve."""

from typing import Any

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.floating[Any]]


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
    """Return the average precision: precision at each score, weighted by the recall it adds; None without frauds.

    >>> round(auc_pr(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8])), 4)
    0.8333
    """
    frauds = int(labels.sum())
    if not frauds:
        return None
    order = np.argsort(-scores, kind="stable")
    last_of_a_tie = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    caught = np.cumsum(labels[order])[last_of_a_tie]
    precision = caught / (last_of_a_tie + 1)
    return float((precision * np.diff(caught, prepend=0)).sum() / frauds)
