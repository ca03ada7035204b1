"""Payments as columns, before the books are kept."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rows = dict[str, Array]

# What is said of a payment that somebody wants to make, and what it is when nobody says.
WANTED: Final[dict[str, tuple[type, Any]]] = {
    "at": (np.float64, 0.0),
    "payer": (np.int32, 0),
    "payee": (np.int32, 0),
    "amount": (np.float64, 0.0),
    # Where it is positive: this part of what the payer has just then, instead of an amount.
    "share": (np.float32, 0.0),
    "device": (np.int32, 0),
    "address": (np.int32, 0),
    "city": (np.int8, -1),
    "category": (np.int8, 0),
    "failures": (np.int8, 0),
    "is_own": (np.bool_, False),
    # May be left out where there are too many: nothing hangs on it.
    "is_spare": (np.bool_, False),
    "kind": (np.int8, 0),
}


def chance(dice: np.random.Generator, share: Any, size: int | tuple[int, ...] | None = None) -> Any:
    """Return whether what happens in this share of all cases happens, once or so many times."""
    return dice.random(size) < share


def rows(size: int, **columns: Any) -> Rows:
    """Return so many payments; columns that are not given have their usual value."""
    return {
        name: np.broadcast_to(np.asarray(columns.get(name, usual)).astype(kind), size).copy()
        for name, (kind, usual) in WANTED.items()
    }


def only(made: Rows, kept: Array) -> Rows:
    """Return some of the payments."""
    return {name: column[kept] for name, column in made.items()}


def together(parts: Sequence[Rows]) -> Rows:
    """Return all payments in the order of time; equal times keep the order of the parts."""
    order = np.argsort(np.concatenate([part["at"] for part in parts]), kind="stable")
    return {name: np.concatenate([part[name] for part in parts])[order] for name in WANTED}


def steps(waits: Array, length: Array) -> Array:
    """Return waiting times added up within each of several runs of these lengths.

    >>> steps(np.array([1.0, 2.0, 5.0, 1.0]), np.array([3, 1])).tolist()
    [1.0, 3.0, 8.0, 1.0]
    """
    total = np.concatenate([[0.0], np.cumsum(waits)])
    return np.asarray(total[1:] - np.repeat(total[np.cumsum(length) - length], length))
