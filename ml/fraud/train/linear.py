"""Logistic regression, and a one-class support vector machine: models of scaled inputs without hidden layers."""

from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import OneClassSVM

from ml.fraud.train.fitted import Fitted, Inputs, Sample, Scores, Settings
from ml.fraud.train.graph import Graph
from ml.fraud.train.scaling import Scale

LOGISTIC: Final = {"C": 0.1, "max_iter": 300}
# Good payments that the machine looks at: its file and its time grow with them.
SVM: Final = {"nu": 0.05, "rows": 3_000}
# Rows whose distances to the support vectors are computed at once.
BATCH: Final = 20_000


def fit_logistic(sample: Sample, _check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit logistic regression."""
    settings = {**LOGISTIC, **settings}
    scale = Scale.of(sample.inputs)
    model = LogisticRegression(**settings, random_state=seed)
    model.fit(scale(sample.inputs), sample.labels, sample_weight=sample.weights)

    def part(graph: Graph, inputs: str) -> str:
        weighted = graph.op("MatMul", scale.part(graph, inputs), graph.constant(model.coef_.T))
        return graph.op("Add", weighted, graph.constant(model.intercept_))

    def log_odds(inputs: Inputs) -> Scores:
        return np.asarray(model.decision_function(scale(inputs)), np.float64)

    return Fitted(part, log_odds, settings)


def fit_one_class_svm(sample: Sample, _check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit a one-class machine on some of the payments, whatever their labels."""
    settings = {**SVM, **settings}
    rows = np.random.default_rng(seed).choice(
        len(sample.labels), min(settings["rows"], len(sample.labels)), replace=False
    )
    scale = Scale.of(sample.inputs)
    gamma = 1.0 / sample.inputs.shape[1]
    model = OneClassSVM(nu=settings["nu"], gamma=gamma).fit(scale(sample.inputs[rows]))
    vectors, weights = model.support_vectors_.astype(np.float32), model.dual_coef_.T
    # The farthest outlier is similar to nothing, so this is the range of what the machine says.
    unit = 10.0 / float(weights.sum())

    def part(graph: Graph, inputs: str) -> str:
        scaled = scale.part(graph, inputs)
        own = graph.op("MatMul", graph.op("Mul", scaled, scaled), graph.constant(np.ones((vectors.shape[1], 1))))
        theirs = graph.constant((vectors**2).sum(axis=1)[None, :])
        crossed = graph.op("MatMul", scaled, graph.constant(-2.0 * vectors.T))
        apart = graph.op("Add", graph.op("Add", crossed, own), theirs)
        similar = graph.op("Exp", graph.op("Mul", apart, graph.constant(-gamma)))
        inside = graph.op("MatMul", similar, graph.constant(-unit * weights))
        return graph.op("Add", inside, graph.constant(unit * -model.intercept_))

    def log_odds(inputs: Inputs) -> Scores:
        parts = np.array_split(inputs, max(1, len(inputs) // BATCH))
        return -unit * np.concatenate([model.decision_function(scale(each)) for each in parts])

    return Fitted(part, log_odds, settings, is_anomaly=True)
