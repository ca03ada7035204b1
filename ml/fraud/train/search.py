"""A search for settings with a budget: so many random draws, judged on the validation part."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from sklearn.metrics import average_precision_score

from ml.fraud.train.fitted import Fit, Sample, Settings

SPACES: Final[Mapping[str, Mapping[str, Sequence[Any]]]] = {
    "xgboost": {
        "max_depth": (4, 5, 6, 7),
        "learning_rate": (0.04, 0.06, 0.08, 0.12),
        "min_child_weight": (1, 5, 20),
        "colsample_bytree": (0.3, 0.5, 0.8),
        "reg_lambda": (1.0, 5.0, 20.0),
    },
    "lightgbm": {
        "num_leaves": (15, 31, 63),
        "learning_rate": (0.03, 0.05, 0.08),
        "min_child_samples": (20, 50, 200),
        "colsample_bytree": (0.3, 0.5, 0.8),
    },
    "forest": {"max_depth": (8, 10, 12), "min_samples_leaf": (5, 20, 50)},
    "logistic": {"C": (0.01, 0.1, 1.0)},
    "network": {"learning_rate": (1e-3, 2e-3, 5e-3), "decay": (0.0, 1e-5, 1e-4)},
}
# A draw is judged on at most so many rows of the learnt part.
ROWS: Final = 300_000


def best_settings(
    kind: str, fit: Fit, sample: Sample, check: Sample, *, draws: int, seed: int, tell: Callable[[], object] = bool
) -> tuple[Settings, list[dict[str, Any]]]:
    """Return the best of the usual settings and ``draws`` random ones, and how each did on the validation part.

    Kinds without labels or without settings worth a search keep theirs.
    """
    dice = np.random.default_rng(seed)
    space = SPACES.get(kind, {})
    drawn = [{}, *({name: dice.choice(values).item() for name, values in space.items()} for _ in range(draws))]
    if len(drawn) == 1 or not space:
        return {}, []
    thin = sample.thinned(ROWS, seed)
    tried: list[dict[str, Any]] = []
    for settings in drawn:
        said = fit(thin, check, settings, seed).log_odds(check.inputs)
        tried.append({"settings": settings, "auc_pr": round(float(average_precision_score(check.labels, said)), 4)})
        tell()
    best = int(np.argmax([each["auc_pr"] for each in tried]))
    return tried[best]["settings"], tried
