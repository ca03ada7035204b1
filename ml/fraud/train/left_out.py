"""What the model would make of a kind of fraud that it has never seen."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.fraud.bank import BankData
from ml.fraud.kinds import KINDS

Mask = npt.NDArray[np.bool_]
# Rows to learn from, their labels, and rows to score, to scores.
Fit = Callable[[npt.NDArray[np.float32], Mask, npt.NDArray[np.float32]], npt.NDArray[Any]]


def leave_one_kind_out(
    data: BankData, labels: Mask, early: Mask, late: Mask, *, fit: Fit, rate: float = 0.01
) -> dict[str, dict[str, float]]:
    """Return for each kind the share caught at a rate of false alarms: by a model that knew it, and by one that didn't.

    Args:
        data: payments with the kinds of fraud that they were.
        labels: as they were known when training began.
        early: what is learnt from.
        late: what is measured on.
        fit: learns and scores.
        rate: share of honest later payments that the threshold flags.
    """
    later = data.inputs[late]
    honest = data.kind[late] == 0
    known = fit(data.inputs[early], labels[early], later)
    found = {}
    for number in np.unique(data.kind[late & (data.kind > 0)]).tolist():
        without = early & (data.kind != number)
        new = fit(data.inputs[without], labels[without], later)
        is_kind = data.kind[late] == number
        found[KINDS[number]] = {
            "known": caught(known, is_kind, honest, rate),
            "never_seen": caught(new, is_kind, honest, rate),
            "payments": int(is_kind.sum()),
        }
    return found


def caught(scores: npt.NDArray[Any], is_kind: Mask, honest: Mask, rate: float) -> float:
    """Return the share of a kind above the threshold that flags this share of honest payments.

    >>> honest = np.array([True, True, True, True, False, False])
    >>> caught(np.array([0.1, 0.2, 0.3, 0.6, 0.5, 0.9]), ~honest, honest, 0.25)
    0.5
    """
    threshold = np.quantile(scores[honest], 1 - rate, method="higher")
    return round(float((scores[is_kind] > threshold).mean()), 4)
