"""Boosted trees, by two libraries."""

from typing import Any, Final

import lightgbm
import numpy as np
import numpy.typing as npt
import xgboost

from ml.fraud.train.fitted import Fitted, Inputs, Sample, Scores, Settings
from ml.fraud.train.graph import boosted, rounded_down
from ml.fraud.train.trees import LEAF, trees_of

# Rounds without progress on the validation part after which no more trees are added.
PATIENCE: Final = 20
MOST_ROUNDS: Final = 200
THREADS: Final = 2

# No class weights: scores stay probabilities.
XGBOOST: Final = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "tree_method": "hist",
    "max_depth": 5,
    "learning_rate": 0.08,
    "min_child_weight": 5,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "reg_lambda": 5.0,
}
LIGHTGBM: Final = {
    "objective": "binary",
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_child_samples": 50,
    "subsample": 0.8,
    "subsample_freq": 1,
    "colsample_bytree": 0.5,
    "reg_lambda": 5.0,
}


def fit_xgboost(sample: Sample, check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit XGBoost's trees."""
    parameters = XGBOOST | {name: value for name, value in settings.items() if name != "rounds"}
    booster = xgboost.train(
        parameters | {"seed": seed, "nthread": THREADS},
        _matrix(sample),
        num_boost_round=settings.get("rounds", MOST_ROUNDS),
        evals=[] if check is None else [(_matrix(check), "check")],
        early_stopping_rounds=None if check is None else PATIENCE,
        verbose_eval=False,
    )
    if check is not None:
        booster = booster[: booster.best_iteration + 1]
    return fitted_booster(booster, parameters)


def fitted_booster(booster: xgboost.Booster, parameters: Settings) -> Fitted:
    """Return a trained booster as every other model is told of."""

    def log_odds(inputs: Inputs) -> Scores:
        matrix = xgboost.DMatrix(inputs, nthread=THREADS)
        return np.asarray(booster.predict(matrix, output_margin=True), np.float64)

    rounds = booster.num_boosted_rounds()
    return Fitted(boosted(trees_of(booster)), log_odds, {**parameters, "rounds": rounds})


def _matrix(sample: Sample) -> xgboost.DMatrix:
    return xgboost.DMatrix(sample.inputs, sample.labels, weight=sample.weights, nthread=THREADS)


def fit_lightgbm(sample: Sample, check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit LightGBM's trees."""
    parameters = LIGHTGBM | {name: value for name, value in settings.items() if name != "rounds"}
    booster = lightgbm.train(
        parameters | {"seed": seed, "num_threads": THREADS, "deterministic": True, "verbose": -1},
        lightgbm.Dataset(sample.inputs, sample.labels, weight=sample.weights),
        num_boost_round=settings.get("rounds", MOST_ROUNDS),
        valid_sets=[] if check is None else [lightgbm.Dataset(check.inputs, check.labels, weight=check.weights)],
        callbacks=[] if check is None else [lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    rounds = booster.best_iteration if check is not None else booster.current_iteration()

    def log_odds(inputs: Inputs) -> Scores:
        said = booster.predict(inputs, num_iteration=rounds, raw_score=True, num_threads=THREADS)
        return np.asarray(said, np.float64)

    part = boosted(_lightgbm_trees(booster, rounds), "BRANCH_LEQ")
    return Fitted(part, log_odds, {**parameters, "rounds": rounds})


def _lightgbm_trees(booster: lightgbm.Booster, rounds: int) -> dict[str, npt.NDArray[Any]]:
    """Return the trees' nodes one after the other, as ``trees_of`` does."""
    nodes: list[tuple[int, int, int, float, float]] = []
    roots = []
    for tree in booster.dump_model(num_iteration=rounds)["tree_info"]:
        roots.append(len(nodes))
        _append(nodes, tree["tree_structure"])
    left, right, feature, threshold, value = (np.array(column) for column in zip(*nodes, strict=True))
    return {
        "left": left.astype(np.int32),
        "right": right.astype(np.int32),
        "feature": feature.astype(np.int16),
        "threshold": rounded_down(threshold.astype(np.float64)),
        "value": value.astype(np.float32),
        "root": np.array(roots, np.int32),
        "base": np.array(0.0, np.float32),
    }


def _append(nodes: list[tuple[int, int, int, float, float]], node: dict[str, Any]) -> int:
    """Append a node and what hangs on it; return its place."""
    place = len(nodes)
    if "leaf_value" in node:
        nodes.append((LEAF, LEAF, 0, 0.0, node["leaf_value"]))
        return place
    nodes.append((0, 0, 0, 0.0, 0.0))
    left, right = _append(nodes, node["left_child"]), _append(nodes, node["right_child"])
    nodes[place] = (left, right, node["split_feature"], node["threshold"], 0.0)
    return place
