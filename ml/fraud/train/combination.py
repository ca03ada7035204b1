"""Several models and rules as one score: the weighted form, and a logistic layer; compared, not believed."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from ml.fraud.train.fitted import Inputs, Scores, sigmoid
from ml.fraud.train.metrics import recall_at

# The weighted form: what the model and what the rules count.
MODEL_SHARE, RULES_SHARE = 0.6, 0.4

# Rules as staff write them, on the features they can be seen in: the feature, and the value from which the rule fires.
RULES: Final = {
    "amount_deviations": 3.0,
    "pace_hour": 10.0,
    "is_new_device": 1.0,
    "is_new_country": 1.0,
    "near_limit": 1.0,
    "failures": 3.0,
    "balance_share": 0.9,
    "is_new_payee": 1.0,
}


def rule_bits(inputs: Inputs, names: list[str]) -> npt.NDArray[np.float64]:
    """Return which rules fire, [rows, rules]; of the rules whose feature there is."""
    fired = [inputs[:, names.index(name)] >= least for name, least in RULES.items() if name in names]
    return np.column_stack(fired).astype(np.float64) if fired else np.zeros((len(inputs), 0))


def compared(
    validated: dict[str, Scores],
    held_out: dict[str, Scores],
    bits: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    labels: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
    main: str,
) -> dict[str, Any]:
    """Return what each way to combine is worth on the held-out part; layers are fitted on the validation part.

    Args:
        validated: calibrated log odds of each kind there.
        held_out: the same there.
        bits: fired rules of both parts.
        labels: frauds of both parts.
        main: the kind that takes the model's place in the weighted form.
    """
    before, after = (
        np.column_stack([*odds.values(), fired]) for odds, fired in zip((validated, held_out), bits, strict=True)
    )
    centre, spread = before.mean(axis=0), np.maximum(before.std(axis=0), 1e-6)
    layer = LogisticRegression(C=1.0, max_iter=500).fit((before - centre) / spread, labels[0])
    model, rules = sigmoid(held_out[main]), bits[1].mean(axis=1) if bits[1].shape[1] else np.zeros(len(after))
    ways = {
        "model alone": model,
        "rules alone": rules,
        "60 % model, 40 % rules": MODEL_SHARE * model + RULES_SHARE * rules,
        "logistic layer": layer.predict_proba((after - centre) / spread)[:, 1],
    }
    weights = layer.coef_[0] / spread
    names = [*held_out, *(f"rule {number + 1}" for number in range(bits[0].shape[1]))]
    return {
        "held_out": {name: _worth(labels[1], scores) for name, scores in ways.items()},
        "layer": {
            "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
            "bias": round(float(layer.intercept_[0] - (weights * centre).sum()), 4),
        },
        "rules": list(RULES),
    }


def _worth(labels: npt.NDArray[np.bool_], scores: npt.NDArray[Any]) -> dict[str, float]:
    return {
        "auc_pr": round(float(average_precision_score(labels, scores)), 4),
        "recall_at_fpr_0.001": round(recall_at(labels, scores, 0.001), 4),
        "recall_at_fpr_0.01": round(recall_at(labels, scores, 0.01), 4),
    }
