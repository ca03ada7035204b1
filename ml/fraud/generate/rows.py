"""Payments as columns, before and after the books are kept."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rows = dict[str, Array]

# What the generators say of a payment that somebody wants to make, and what it is when they don't say.
WANTED: Final[dict[str, tuple[type, Any]]] = {
    "at": (np.float64, 0.0),
    "payer": (np.int64, 0),
    "payee": (np.int64, 0),
    "amount": (np.float64, 0.0),
    # Where it is positive: this part of what the payer has just then, instead of an amount.
    "share": (np.float64, 0.0),
    "device": (np.int64, 0),
    "city": (np.int64, -1),
    "latitude": (np.float64, np.nan),
    "longitude": (np.float64, np.nan),
    "category": (np.int64, 0),
    "failures": (np.int64, 0),
    "is_own": (np.bool_, False),
    "kind": (np.int64, 0),
}


def chance(dice: np.random.Generator, share: float, size: int | None = None) -> Any:
    """Return whether what happens in this share of all cases happens, once or so many times."""
    return dice.random(size) < share


def rows(size: int, **columns: Any) -> Rows:
    """Return so many payments; columns that are not given have their usual value."""
    return {
        name: np.broadcast_to(np.asarray(columns.get(name, usual), dtype=kind), size).copy()
        for name, (kind, usual) in WANTED.items()
    }


def together(parts: Sequence[Rows]) -> Rows:
    """Return all payments in the order of time; equal times keep the order of the parts."""
    joined = {name: np.concatenate([part[name] for part in parts]) for name in WANTED}
    order = np.argsort(joined["at"], kind="stable")
    return {name: column[order] for name, column in joined.items()}
