"""Why boosted trees gave a score: exact Shapley values of their features, in plain numpy.

The path-dependent kind (Lundberg, Erion, Lee, "Consistent Individualized Feature Attribution for Tree Ensembles",
2018), which ``pred_contribs`` of the library tells too: where a feature is taken as unknown, a tree is walked down both
sides, weighed by how the training rows went.

For one leaf it has a closed form. Let each feature on its path hold (``hit`` = 1) or not (0) and let ``odds`` be the
part of training rows that went the leaf's way where it was asked for. The leaf's Shapley value of feature i is

    value * (hit_i - odds_i) * integral over t in [0, 1] of the product over j != i of ((1 - t) * odds_j + t * hit_j)

because t^k (1 - t)^(m - 1 - k) integrates to k! (m - 1 - k)! / m!, the weight of a coalition of k among m features.
With at most five features on a path the integrand's degree is at most four, so three Gauss points are exact. Whether
each of five features holds has 32 answers: all of them are worked out once, and explaining a payment is looking up and
adding.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

LEAF: Final = -1

# Gauss-Legendre points and weights of [0, 1]: exact to degree 2 * 3 - 1.
POINTS: Final = np.array([0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15)])
WEIGHTS: Final = np.array([5, 8, 5]) / 18

# Deeper trees need more points and twice the answers a level.
DEEPEST: Final = 5

Floats = npt.NDArray[np.float64]


class TreeShap:
    """Explains one model. Takes about a hundred milliseconds to make; keep it.

    Attributes:
        base: what the log-odds are before anything is known of a payment.
    """

    def __init__(self, trees: Mapping[str, npt.NDArray[Any]], *, features: int) -> None:
        """Take the trees as ``ml.fraud.train`` wrote them.

        Raises:
            ValueError: a path asks for more than five features.
        """
        self.features = features
        paths = [path for root in trees["root"].tolist() for path in _paths(trees, root)]
        size = len(paths)
        asked = np.zeros((size, DEEPEST), np.intp)
        low, high = np.full((2, size, DEEPEST), [[[-np.inf]], [[np.inf]]], np.float32)
        odds = np.ones((size, DEEPEST))
        for leaf, (_, splits) in enumerate(paths):
            for place, (feature, (least, below, part)) in enumerate(splits.items()):
                asked[leaf, place], odds[leaf, place] = feature, part
                low[leaf, place], high[leaf, place] = least, below
        value = np.array([value for value, _ in paths])
        self.base = float(trees["base"]) + float(value @ odds.prod(axis=1))
        self._asked, self._low, self._high = asked, low, high
        self._answers = _answers(value, odds)
        self._rows = np.arange(size)

    def explain(self, inputs: Sequence[float]) -> Floats:
        """Return what each feature adds to the log-odds; with ``base`` they sum to the model's."""
        told = np.asarray(inputs, np.float32)[self._asked]
        hits = (told >= self._low) & (told < self._high)
        answer = hits @ (1 << np.arange(DEEPEST))
        parts = self._answers[self._rows, answer]
        return np.bincount(self._asked.ravel(), parts.ravel(), minlength=self.features).astype(np.float64, copy=False)


def _answers(value: Floats, odds: Floats) -> Floats:
    """Return the Shapley values of each leaf's features [leaves, answers, features on the path]."""
    hits = (np.arange(1 << DEEPEST)[:, None] >> np.arange(DEEPEST)) & 1
    found = np.empty((len(value), len(hits), DEEPEST))
    for answer, hit in enumerate(hits):
        at_points = (1 - POINTS) * odds[:, :, None] + POINTS * hit[:, None]
        others = at_points.prod(axis=1, keepdims=True) / at_points
        found[:, answer] = value[:, None] * (hit - odds) * (others @ WEIGHTS)
    return found


def _paths(
    trees: Mapping[str, npt.NDArray[Any]], root: int
) -> list[tuple[float, dict[int, tuple[float, float, float]]]]:
    """Return each leaf's value and, by feature, the stretch that leads to it and the part of the rows that went."""
    left, right = trees["left"], trees["right"]
    found = []
    open_nodes: list[tuple[int, dict[int, tuple[float, float, float]]]] = [(root, {})]
    while open_nodes:
        node, splits = open_nodes.pop()
        if left[node] == LEAF:
            found.append((float(trees["value"][node]), splits))
            continue
        feature, threshold = int(trees["feature"][node]), float(trees["threshold"][node])
        least, below, part = splits.get(feature, (-np.inf, np.inf, 1.0))
        if len(splits) == DEEPEST and feature not in splits:
            raise ValueError(f"more than {DEEPEST} features on one path")
        for child, stretch in (
            (left[node], (least, min(below, threshold))),
            (right[node], (max(least, threshold), below)),
        ):
            went = float(trees["cover"][child]) / float(trees["cover"][node])
            open_nodes.append((int(child), splits | {feature: (*stretch, part * went)}))
    return found
