"""How good scores are, in figures that mean something at one fraud in a hundred."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score, roc_curve

Scores = npt.NDArray[Any]

BINS: Final = 10


def measure(labels: npt.NDArray[np.bool_], scores: Scores) -> dict[str, float | int]:
    """Return the figures of one model on payments that it has not seen."""
    return {
        "auc_pr": _rounded(average_precision_score(labels, scores)),
        "auc_roc": _rounded(roc_auc_score(labels, scores)),
        "recall_at_fpr_0.001": _rounded(recall_at(labels, scores, 0.001)),
        "recall_at_fpr_0.01": _rounded(recall_at(labels, scores, 0.01)),
        "brier": round(float(brier_score_loss(labels, scores)), 6),
        "calibration_error": round(calibration_error(labels, scores), 6),
        "rows": len(labels),
        "frauds": int(labels.sum()),
    }


def recall_at(labels: npt.NDArray[np.bool_], scores: Scores, rate: float) -> float:
    """Return the share of frauds above the lowest threshold that flags at most this share of honest payments.

    >>> recall_at(np.array([0, 0, 0, 0, 1, 1], bool), np.array([0.1, 0.2, 0.3, 0.6, 0.5, 0.9]), 0.0)
    0.5
    """
    false_rates, recalls, _ = roc_curve(labels, scores, drop_intermediate=False)
    return float(recalls[false_rates <= rate].max())


def recall_by_kind(
    labels: npt.NDArray[np.bool_], scores: Scores, kinds: npt.NDArray[Any], names: Sequence[str], *, rate: float
) -> dict[str, float]:
    """Return the same share for each kind of fraud that is there, at the threshold of all."""
    threshold = np.quantile(scores[~labels], 1 - rate)
    present = [number for number in range(1, len(names)) if (kinds == number).any()]
    return {names[number]: _rounded((scores[kinds == number] > threshold).mean()) for number in present}


def best_single(labels: npt.NDArray[np.bool_], inputs: Scores, names: Sequence[str]) -> dict[str, float | str]:
    """Return the one feature that alone, read upwards or downwards, ranks best."""
    found = [max(average_precision_score(labels, sign * column) for sign in (1, -1)) for column in inputs.T]
    return {"feature": names[int(np.argmax(found))], "auc_pr": _rounded(max(found))}


def calibration_error(labels: npt.NDArray[np.bool_], scores: Scores) -> float:
    """Return how far promised and real fraud rates lie apart, over ten equally large groups by score.

    >>> calibration_error(np.array([0, 1] * 50, bool), np.full(100, 0.5))
    0.0
    """
    groups = np.array_split(np.argsort(scores, kind="stable"), BINS)
    apart = [abs(float(scores[group].mean()) - float(labels[group].mean())) * len(group) for group in groups]
    return sum(apart) / len(labels)


def _rounded(value: float) -> float:
    return round(float(value), 4)
