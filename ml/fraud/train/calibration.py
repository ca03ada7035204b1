"""Probabilities that mean what they say: Platt's line through the log odds, fitted on the validation part."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from ml.fraud.train.fitted import Scores, sigmoid


@dataclass(frozen=True, slots=True)
class Platt:
    """What log odds are multiplied with, and what is added. Ranks stay as they are."""

    slope: float = 1.0
    bias: float = 0.0

    @classmethod
    def of(cls, odds: Scores, labels: npt.NDArray[np.bool_]) -> Self:
        """Fit the line, targets drawn in as Platt does. Source: Platt 1999, section 2.2.

        >>> line = Platt.of(np.array([-2.0, -1.0, 1.0, 2.0] * 50), np.array([False, False, True, True] * 50))
        >>> line.slope > 1
        True
        """
        frauds, honest = int(labels.sum()), int((~labels).sum())
        targets = np.where(labels, (frauds + 1) / (frauds + 2), 1 / (honest + 2))

        def loss(line: npt.NDArray[np.float64]) -> float:
            said = line[0] * odds + line[1]
            return float(np.mean(np.logaddexp(0, said) - targets * said))

        slope, bias = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(1e-3, None), (None, None)]).x
        return cls(float(slope), float(bias))

    def __call__(self, odds: Scores) -> Scores:
        """Return probabilities."""
        return sigmoid(self.slope * odds + self.bias)
