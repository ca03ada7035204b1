"""Forests: random and extremely random trees that vote, and isolation trees that look for what stands alone."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier, IsolationForest, RandomForestClassifier

from ml.fraud.train.fitted import Fitted, Inputs, Sample, Scores, Settings, logit
from ml.fraud.train.graph import Graph, Part, averaged, rounded_down
from ml.fraud.train.trees import LEAF, Trees

THREADS: Final = 2
FOREST: Final = {"n_estimators": 100, "max_depth": 10, "min_samples_leaf": 20, "max_features": "sqrt"}
EXTRA_TREES: Final = {"n_estimators": 80, "min_samples_leaf": 2, "max_features": "sqrt"}
ISOLATION: Final = {"n_estimators": 100, "max_samples": 256}


def fit_forest(sample: Sample, _check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit a random forest. Its trees don't build on one another, so there is nothing to stop early."""
    return _fitted_forest(RandomForestClassifier, {**FOREST, **settings}, sample, seed)


def fit_extra_trees(sample: Sample, _check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit extremely random trees."""
    return _fitted_forest(ExtraTreesClassifier, {**EXTRA_TREES, **settings}, sample, seed)


def _fitted_forest(kind: type[Any], settings: Settings, sample: Sample, seed: int) -> Fitted:
    forest = kind(**settings, random_state=seed, n_jobs=THREADS)
    forest.fit(sample.inputs, sample.labels, sample_weight=sample.weights)
    trees = [tree.tree_ for tree in forest.estimators_]
    shares = [tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1) / len(trees) for tree in trees]

    def log_odds(inputs: Inputs) -> Scores:
        return logit(forest.predict_proba(inputs)[:, 1])

    return Fitted(averaged(_arrays(trees, shares)), log_odds, settings)


def fit_isolation_forest(sample: Sample, _check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit an isolation forest on good and bad alike: it looks at no label."""
    settings = {**ISOLATION, **settings}
    forest = IsolationForest(**settings, random_state=seed, n_jobs=THREADS).fit(sample.inputs)
    trees = [tree.tree_ for tree in forest.estimators_]
    usual = float(_path(np.array([settings["max_samples"]]))[0])
    depths = [(_depths(tree) + _path(tree.n_node_samples)) / (len(trees) * usual) for tree in trees]

    def log_odds(inputs: Inputs) -> Scores:
        return logit(-forest.score_samples(inputs))

    return Fitted(_isolation(_arrays(trees, depths)), log_odds, settings, is_anomaly=True)


def _isolation(trees: Trees) -> Part:
    """Return log odds of two to the minus mean path, in shares of the usual path."""

    def add(graph: Graph, inputs: str) -> str:
        path = graph.trees(inputs, trees, "BRANCH_LEQ")
        return graph.logit(graph.op("Exp", graph.op("Mul", path, graph.constant(-np.log(2.0)))))

    return add


def _path(samples: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the mean depth of an unsuccessful search among so many. Source: Liu, Ting and Zhou 2008, equation 1."""
    many = np.maximum(samples, 3).astype(np.float64)
    mean = 2 * (np.log(many - 1) + np.euler_gamma) - 2 * (many - 1) / many
    return np.where(samples > 2, mean, np.where(samples == 2, 1.0, 0.0))  # noqa: PLR2004 -- the formula's own cases


def _depths(tree: Any) -> npt.NDArray[np.float64]:
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        if tree.children_left[node] != LEAF:
            depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1
    return depth


def _arrays(trees: Sequence[Any], values: Sequence[npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return the trees' nodes one after the other, as ``trees_of`` does, with these values at the leaves."""
    root = np.cumsum([0, *(tree.node_count for tree in trees)])[:-1]
    places = list(zip(trees, root, strict=True))
    left = np.concatenate([np.where(tree.children_left < 0, LEAF, tree.children_left + at) for tree, at in places])
    right = np.concatenate([np.where(tree.children_right < 0, LEAF, tree.children_right + at) for tree, at in places])
    is_leaf = left == LEAF
    return {
        "left": left.astype(np.int32),
        "right": right.astype(np.int32),
        "feature": np.where(is_leaf, 0, np.concatenate([tree.feature for tree in trees])).astype(np.int16),
        "threshold": rounded_down(np.where(is_leaf, 0.0, np.concatenate([tree.threshold for tree in trees]))),
        "value": np.where(is_leaf, np.concatenate(values), 0.0).astype(np.float32),
        "root": root.astype(np.int32),
        "base": np.array(0.0, np.float32),
    }
