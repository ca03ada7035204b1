"""The kinds of models, by the names of the command line."""

from typing import Final

import numpy as np

from ml.fraud.train.boosting import fit_lightgbm, fit_xgboost
from ml.fraud.train.fitted import Fit, Fitted, Inputs, Sample, Scores, Settings
from ml.fraud.train.forests import fit_extra_trees, fit_forest, fit_isolation_forest
from ml.fraud.train.graph import together
from ml.fraud.train.linear import fit_logistic, fit_one_class_svm
from ml.fraud.train.networks import fit_autoencoder, fit_network

# With few frauds, trees that are allowed to tell single ones apart, drawn many times.
SCARCE_FOREST: Final = {"n_estimators": 80, "max_depth": None, "min_samples_leaf": 2}
SCARCE_BOOST: Final = {"max_depth": 4, "min_child_weight": 1, "colsample_bytree": 0.4, "learning_rate": 0.05}
SEEDS: Final = 3


def fit_blend(sample: Sample, check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit boosted, random and extremely random trees, and take the mean of their log odds: for scarce frauds."""
    rounds = settings.get("rounds")
    boost = SCARCE_BOOST | ({} if rounds is None else {"rounds": rounds})
    first = fit_xgboost(sample, check, boost, seed)
    # The others grow as many trees as the first was stopped at.
    grown = first.settings["rounds"]
    others = [fit_xgboost(sample, None, SCARCE_BOOST | {"rounds": grown}, seed + more) for more in range(1, SEEDS)]
    forests = [
        fit_forest(sample, None, SCARCE_FOREST, seed),
        fit_extra_trees(sample, None, {}, seed),
    ]
    members = [first, *others, *forests]
    # Each of the three kinds has one voice.
    weights = [1 / (3 * SEEDS)] * SEEDS + [1 / 3, 1 / 3]

    def log_odds(inputs: Inputs) -> Scores:
        said = [weight * member.log_odds(inputs) for weight, member in zip(weights, members, strict=True)]
        return np.asarray(np.sum(said, axis=0))

    return Fitted(together([member.part for member in members], weights), log_odds, {"rounds": grown})


KINDS: Final[dict[str, Fit]] = {
    "xgboost": fit_xgboost,
    "lightgbm": fit_lightgbm,
    "forest": fit_forest,
    "logistic": fit_logistic,
    "network": fit_network,
    "blend": fit_blend,
    "isolation_forest": fit_isolation_forest,
    "autoencoder": fit_autoencoder,
    "one_class_svm": fit_one_class_svm,
}

# Rows that a kind learns from at most; of the rest of the good payments each stands for several.
MOST_ROWS: Final = {"xgboost": 2_000_000, "lightgbm": 1_000_000}
MOST_ROWS_OF_OTHERS: Final = 120_000
