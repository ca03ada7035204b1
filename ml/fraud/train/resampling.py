"""What balancing the classes costs, and what the figure that is often quoted is worth."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import NearestNeighbors

from ml.fraud.train.boosting import fit_xgboost
from ml.fraud.train.fitted import Sample, Scores, sigmoid
from ml.fraud.train.metrics import calibration_error

ROWS: Final = 150_000
SETTINGS: Final = {"rounds": 100, "max_depth": 5, "learning_rate": 0.08}
NEIGHBOURS: Final = 5
# SMOTE adds frauds until they are this share.
SHARE: Final = 0.1


def costs(learnt: Sample, held_out: Sample, seed: int) -> dict[str, Any]:
    """Return the same small model's figures on the held-out part, with and without balancing the training part.

    The last entry is the usual mistake, for comparison: frauds multiplied before a random split, half of the test.
    """
    sample = learnt.thinned(ROWS, seed)
    plain = Sample.of(sample.inputs, sample.labels)
    odds = float((plain.weights * ~plain.labels).sum() / plain.labels.sum())
    weighted = Sample(plain.inputs, plain.labels, np.where(plain.labels, odds, 1.0).astype(np.float32))
    ways = {"no balancing": plain, "class weights": weighted, "SMOTE in the training part": smote(plain, SHARE, seed)}
    found = {}
    for name, each in ways.items():
        said = sigmoid(fit_xgboost(each, None, SETTINGS, seed).log_odds(held_out.inputs))
        found[name] = _worth(held_out.labels, said)
    return found | {"SMOTE, then a random split, half frauds (misleading)": _misleading(plain, seed)}


def smote(sample: Sample, share: float, seed: int) -> Sample:
    """Return the sample with made-up frauds between neighbouring ones, until they are this share.

    Source: Chawla and others 2002, with distances in standard deviations.
    """
    dice = np.random.default_rng(seed)
    frauds = sample.inputs[sample.labels]
    number = max(0, int(share / (1 - share) * (~sample.labels).sum()) - len(frauds))
    scaled = frauds / np.maximum(sample.inputs.std(axis=0), 1e-6)
    near = NearestNeighbors(n_neighbors=min(NEIGHBOURS + 1, len(frauds))).fit(scaled).kneighbors(scaled)[1][:, 1:]
    first = dice.integers(len(frauds), size=number)
    second = near[first, dice.integers(near.shape[1], size=number)]
    made = frauds[first] + dice.random((number, 1), dtype=np.float32) * (frauds[second] - frauds[first])
    return Sample.of(np.concatenate([sample.inputs, made]), np.concatenate([sample.labels, np.ones(number, bool)]))


def _misleading(sample: Sample, seed: int) -> dict[str, float]:
    made = smote(sample, 0.5, seed)
    is_test = np.random.default_rng(seed).random(len(made.labels)) < 0.3  # noqa: PLR2004 -- the usual share
    learnt = Sample.of(made.inputs[~is_test], made.labels[~is_test])
    return _worth(
        made.labels[is_test], sigmoid(fit_xgboost(learnt, None, SETTINGS, seed).log_odds(made.inputs[is_test]))
    )


def _worth(labels: npt.NDArray[np.bool_], scores: Scores) -> dict[str, float]:
    return {
        "auc_pr": round(float(average_precision_score(labels, scores)), 4),
        "auc_roc": round(float(roc_auc_score(labels, scores)), 4),
        "calibration_error": round(calibration_error(labels, scores), 4),
    }
