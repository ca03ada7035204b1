"""Inputs of one size, for models that measure distances; fitted on the training part alone."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from ml.fraud.train.fitted import Inputs
from ml.fraud.train.graph import Graph

# Scaled inputs end here: nothing honest lies further out, and a tenfold amount is no more suspicious than this.
BOUND: Final = 6.0
# An input that varies less than this in training tells nothing.
SMALLEST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Scale:
    """Draws long tails in by a logarithm that keeps the sign, then centres, divides by the deviation, and cuts."""

    mean: Inputs
    deviation: Inputs

    @classmethod
    def of(cls, inputs: Inputs) -> Self:
        """Learn from the training part."""
        drawn = _drawn_in(inputs)
        return cls(drawn.mean(axis=0), np.maximum(drawn.std(axis=0), SMALLEST))

    def __call__(self, inputs: Inputs) -> Inputs:
        """Return scaled inputs."""
        scaled = (_drawn_in(inputs) - self.mean) / self.deviation
        return np.asarray(np.clip(scaled, -BOUND, BOUND), np.float32)

    def part(self, graph: Graph, inputs: str) -> str:
        """Add the same to a graph."""
        size = graph.op("Log", graph.op("Add", graph.op("Abs", inputs), graph.constant(1.0)))
        centred = graph.op("Sub", graph.op("Mul", graph.op("Sign", inputs), size), graph.constant(self.mean))
        scaled = graph.op("Div", centred, graph.constant(self.deviation))
        return graph.op("Clip", scaled, graph.constant(-BOUND), graph.constant(BOUND))


def _drawn_in(inputs: Inputs) -> Inputs:
    return np.asarray(np.sign(inputs) * np.log(np.abs(inputs) + np.float32(1.0)), np.float32)
