"""What a kind of model learns from, and what comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ml.fraud.train.graph import HIGHEST, LOWEST, Part

Inputs = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """Payments to learn from.

    Attributes:
        inputs: [rows, features].
        labels: which are frauds.
        weights: for how many payments each row stands.
    """

    inputs: Inputs
    labels: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float32]

    @classmethod
    def of(cls, inputs: Inputs, labels: npt.NDArray[np.bool_]) -> Self:
        """Return payments each of which stands for itself."""
        return cls(inputs, labels, np.ones(len(labels), np.float32))

    def thinned(self, most: int, seed: int) -> Self:
        """Return all frauds and so many good payments that ``most`` rows remain, each standing for more of them.

        Probabilities learnt from the rest are those of all, up to chance.
        """
        honest = np.flatnonzero(~self.labels)
        kept = max(1, most - int(self.labels.sum()))
        if kept >= len(honest):
            return self
        drawn = np.random.default_rng(seed).choice(honest, kept, replace=False)
        chosen = np.sort(np.concatenate([np.flatnonzero(self.labels), drawn]))
        weights = np.where(self.labels, 1.0, len(honest) / kept).astype(np.float32) * self.weights
        return type(self)(self.inputs[chosen], self.labels[chosen], weights[chosen])


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model that has learnt.

    Attributes:
        part: the same as operators, for the exported file.
        log_odds: what the original library says of inputs; of an anomaly model any score that rises with oddity.
        settings: everything that it takes to fit it again without a validation part.
        is_anomaly: whether it learnt without labels.
    """

    part: Part
    log_odds: Callable[[Inputs], Scores]
    settings: Settings
    is_anomaly: bool = False


# Learns from the first sample; stops early by the second where there is one, and by its settings where there is none.
Fit = Callable[[Sample, Sample | None, Settings, int], Fitted]


def logit(probability: npt.NDArray[Any]) -> Scores:
    """Return log odds, of no more than the exported file tells apart."""
    inside = np.clip(np.asarray(probability, np.float64), LOWEST, HIGHEST)
    return np.asarray(np.log(inside / (1 - inside)))


def sigmoid(odds: npt.NDArray[Any]) -> Scores:
    """Return probabilities of log odds.

    >>> float(sigmoid(np.array([0.0]))[0])
    0.5
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -80, 80))), np.float64)
