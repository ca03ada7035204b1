"""Our explanation is the library's, to the last digits that matter."""

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
import xgboost

from ml.fraud.features.tree_shap import TreeShap
from ml.fraud.train.data import load
from ml.fraud.train.trees import trees_of
from tests.ml.conftest import CHAMPION

FEATURES = 7


@pytest.fixture(scope="module")
def rows() -> npt.NDArray[np.float32]:
    return np.random.default_rng(3).normal(size=(3000, FEATURES)).astype(np.float32)


def boosted(rows: npt.NDArray[np.float32], depth: int) -> xgboost.Booster:
    noise = np.random.default_rng(4).normal(size=len(rows))
    labels = rows[:, 0] * rows[:, 1] + np.sin(3 * rows[:, 2]) + noise > 1.2
    parameters = {"objective": "binary:logistic", "max_depth": depth, "nthread": 1}
    return xgboost.train(parameters, xgboost.DMatrix(rows, labels, nthread=1), num_boost_round=30)


@pytest.mark.parametrize("depth", [1, 3, 5])
def test_equals_what_the_library_tells(rows: npt.NDArray[np.float32], depth: int) -> None:
    booster = boosted(rows, depth)
    shap = TreeShap(trees_of(booster), features=FEATURES)

    told = np.array([[*shap.explain(row), shap.base] for row in rows[:200]])

    by_library = booster.predict(xgboost.DMatrix(rows[:200], nthread=1), pred_contribs=True)
    assert np.abs(told - by_library).max() < 1e-5


def test_contributions_sum_to_the_log_odds_of_the_score(rows: npt.NDArray[np.float32]) -> None:
    booster = boosted(rows, 5)
    shap = TreeShap(trees_of(booster), features=FEATURES)

    scores = booster.predict(xgboost.DMatrix(rows[:50], nthread=1))

    for row, score in zip(rows[:50], scores, strict=True):
        assert shap.base + shap.explain(row).sum() == pytest.approx(math.log(score / (1 - score)), abs=1e-4)


def test_equals_the_definition_over_all_coalitions(rows: npt.NDArray[np.float32]) -> None:
    trees = trees_of(boosted(rows, 3))
    row = rows[11]

    def known(features: frozenset[int], node: int) -> float:
        if trees["left"][node] < 0:
            return float(trees["value"][node])
        left, right = int(trees["left"][node]), int(trees["right"][node])
        if int(trees["feature"][node]) in features:
            return known(features, left if row[trees["feature"][node]] < trees["threshold"][node] else right)
        parts = ((side, float(trees["cover"][side]) / float(trees["cover"][node])) for side in (left, right))
        return sum(part * known(features, side) for side, part in parts)

    def worth(features: tuple[int, ...]) -> float:
        return sum(known(frozenset(features), int(root)) for root in trees["root"])

    def shapley(feature: int) -> float:
        others = [each for each in range(FEATURES) if each != feature]
        return sum(
            (worth((*some, feature)) - worth(some)) / (FEATURES * math.comb(FEATURES - 1, size))
            for size in range(FEATURES)
            for some in combinations(others, size)
        )

    told = TreeShap(trees, features=FEATURES).explain(row)

    assert told[0] == pytest.approx(shapley(0), abs=1e-9)
    assert told[2] == pytest.approx(shapley(2), abs=1e-9)


def test_refuses_trees_that_ask_for_more_than_five_features(rows: npt.NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match="more than 5 features"):
        TreeShap(trees_of(boosted(rows, 7)), features=FEATURES)


def test_explains_the_shipped_model() -> None:
    trees = load(CHAMPION / "trees.npz")

    told = TreeShap(trees, features=20).explain([0.0] * 20)

    assert told.shape == (20,)
    assert np.isfinite(told).all()
