"""How far figures have moved from those that a model learnt from: shapes, stability index, Kolmogorov-Smirnov.

Numpy alone, so that training writes a shape into a model's card and serving compares with it by the same code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating[Any]]

BINS: Final = 10
# The distribution function is taken at the percentiles: what lies between two of them is not seen, at most 1 %.
POINTS: Final = 100
# An empty bin would make the index infinite. It is usual to count it as one row in ten thousand.
FLOOR: Final = 1e-4
# Terms of the Kolmogorov series; the next one lies below 1e-12 wherever the series is used.
TERMS: Final = 40


@dataclass(frozen=True, slots=True)
class Shape:
    """The distribution of one figure, small enough to be kept beside a model.

    Attributes:
        rows: values that it was taken from, the missing ones too.
        missing: share of values that are no finite number.
        edges: borders between bins, rising, shape (b - 1,); a value on a border lies below it.
        shares: part of the values in each bin, shape (b,).
        points: where the distribution function was taken, rising, shape (p,).
        cumulative: share of values at or below each point, shape (p,).
    """

    rows: int
    missing: float
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    points: tuple[float, ...]
    cumulative: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the shape as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Shape":
        """Return the shape that was stored.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        lists = {
            name: tuple(float(value) for value in stored[name]) for name in ("edges", "shares", "points", "cumulative")
        }
        if len(lists["shares"]) != len(lists["edges"]) + 1 or len(lists["points"]) != len(lists["cumulative"]):
            raise ValueError("lists of a shape must fit each other")
        return cls(rows=int(stored["rows"]), missing=float(stored["missing"]), **lists)


def shape_of(values: npt.ArrayLike) -> Shape:
    """Return the shape of a column, shape (n,): bins by its own deciles, fewer where many values are the same.

    Raises:
        ValueError: nothing in it is a finite number.

    >>> shape_of([0.0] * 97 + [1.0] * 3).shares
    (0.97, 0.03)
    """
    column, missing = _clean(values)
    if not len(column):
        raise ValueError("a shape needs at least one finite value")
    # Of real values, never between two: a border inside a gap would move with rounding.
    deciles = np.quantile(column, np.arange(1, BINS) / BINS, method="inverted_cdf")
    points = np.unique(np.quantile(column, np.arange(1, POINTS + 1) / POINTS, method="inverted_cdf"))
    edges = np.unique(deciles)
    if len(edges) > 1 and edges[-1] == column.max():
        edges = edges[:-1]
    return Shape(
        rows=np.size(values),
        missing=missing,
        edges=tuple(edges.tolist()),
        shares=tuple(shares_of(column, edges).round(6).tolist()),
        points=tuple(points.tolist()),
        cumulative=tuple(_cumulative(column, points).round(6).tolist()),
    )


def shares_of(values: npt.ArrayLike, edges: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the part of the finite values in each bin, shape (b,); zeros when there is none.

    >>> shares_of([1, 2, 3, 9], [2, 5]).tolist()
    [0.5, 0.25, 0.25]
    """
    column, _missing = _clean(values)
    borders = np.asarray(edges, np.float64)
    counts = np.bincount(np.searchsorted(borders, column, side="left"), minlength=len(borders) + 1)
    return np.asarray(counts / max(len(column), 1), np.float64)


def psi(expected: Sequence[float], actual: Sequence[float]) -> float:
    """Return the population stability index of two lists of shares over the same bins; 0 when they are the same.

    Source: Siddiqi, Credit Risk Scorecards (2006): the sum of (actual - expected) * ln(actual / expected).

    >>> round(psi([0.5, 0.5], [0.6, 0.4]), 4)
    0.0405
    """
    before, after = (np.maximum(np.asarray(shares, np.float64), FLOOR) for shares in (expected, actual))
    return float(((after - before) * np.log(after / before)).sum())


def missing_share(values: npt.ArrayLike) -> float:
    """Return the share of values that are no finite number; 0 without values."""
    return _clean(values)[1]


def ks(reference: Shape, values: npt.ArrayLike) -> float:
    """Return the Kolmogorov-Smirnov distance between a shape and a column, in [0, 1].

    Taken at the shape's points: exact for figures with few values, otherwise at most 0.01 below the true one.
    """
    column, _missing = _clean(values)
    if not len(column):
        return 0.0
    points = np.asarray(reference.points)
    return float(np.abs(_cumulative(column, points) - np.asarray(reference.cumulative)).max())


def ks_p(distance: float, *, rows: int, reference_rows: int) -> float:
    """Return how likely such a distance is between two samples of one distribution; by the limit for many rows.

    Source: Smirnov (1948), with Stephens' correction for finite samples (1970).
    """
    both = math.sqrt(rows * reference_rows / (rows + reference_rows))
    scaled = (both + 0.12 + 0.11 / both) * distance
    # Below this the series does not settle and the probability is 1 to seven places.
    if scaled < 0.3:  # noqa: PLR2004
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2.0 * (k * scaled) ** 2) for k in range(1, TERMS))
    return float(min(1.0, max(0.0, 2.0 * sum(terms))))


def _clean(values: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], float]:
    """Return the finite values at the precision that models read, and the share of the others."""
    # Training keeps its inputs in single precision. Compared at another one, equal values would part at a border.
    column = np.asarray(values, np.float32).astype(np.float64).ravel()
    finite = column[np.isfinite(column)]
    return finite, 1 - len(finite) / len(column) if len(column) else 0.0


def _cumulative(column: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.searchsorted(np.sort(column), points, side="right") / len(column), np.float64)
