"""What is known of an entity before each of its rows: windows over earlier rows, and labels that have arrived by then.

Rows are in the order of time. A row sees only rows before it, and only labels at least ``delay`` seconds old; every
function below follows from two index ranges, so none can look further.
"""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

HOUR: Final = 3_600
DAY: Final = 86_400
# What is older than this, in seconds, says no more than this.
LONG_AGO: Final = 90 * DAY
# What evidence begins with, as if so many payments of a cell had been seen at this rate of frauds.
EVIDENCE_WEIGHT, BASE_RATE = 10.0, 0.005
# A longer quiet time between two confirmed frauds of one entity, in seconds, makes them two campaigns.
CAMPAIGN_GAP: Final = 21 * DAY


@dataclass(frozen=True, slots=True)
class Range:
    """For each row, in the entity's own order, the earlier rows from ``low`` up to but not including ``high``."""

    low: Indices
    high: Indices

    @property
    def count(self) -> Numbers:
        """How many rows."""
        return (self.high - self.low).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Past:
    """The rows of each entity one after the other, each entity's in the order of time.

    Attributes:
        order: row numbers, sorted by entity, then by time.
        begin: where the row's entity begins in that order.
        key: grows along the order; within an entity by seconds.
        at: seconds of each row, in that order.
    """

    order: Indices
    begin: Indices
    key: Indices
    at: Indices

    @classmethod
    def of(cls, entity: npt.NDArray[Any], at: npt.NDArray[Any]) -> Self:
        """Sort rows by entity. ``at`` are seconds, ascending.

        >>> past = Past.of(np.array([7, 5, 7]), np.array([0, 10, 20]))
        >>> past.in_rows(past.earlier(100).count).tolist()
        [0.0, 0.0, 1.0]
        """
        order = np.argsort(entity, kind="stable")
        sorted_entity = entity[order]
        is_first = np.ones(len(order), bool)
        is_first[1:] = sorted_entity[1:] != sorted_entity[:-1]
        begin = np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
        seconds = at[order].astype(np.int64)
        span = int(at[-1] - at[0]) + 1 if len(at) else 1
        number = np.cumsum(is_first) - 1
        return cls(order, begin, number * (2 * span + LONG_AGO * 5) + seconds - int(at[0] if len(at) else 0), seconds)

    def earlier(self, window: int | None = None) -> Range:
        """Return the rows before each row, at most ``window`` seconds older."""
        here = np.arange(len(self.order))
        if window is None:
            return Range(self.begin, here)
        return Range(np.maximum(self.begin, np.searchsorted(self.key, self.key - window)), here)

    def known(self, delay: int, window: int | None = None) -> Range:
        """Return the rows whose labels have arrived, ``delay`` to ``delay + window`` seconds older than each row."""
        here = np.arange(len(self.order))
        high = np.minimum(here, np.searchsorted(self.key, self.key - delay, side="right"))
        high = np.maximum(self.begin, high)
        if window is None:
            return Range(self.begin, high)
        low = np.searchsorted(self.key, self.key - delay - window)
        return Range(np.minimum(high, np.maximum(self.begin, low)), high)

    def total(self, values: npt.NDArray[Any], over: Range) -> Numbers:
        """Return the sum of a row column over each range."""
        sums = np.concatenate([[0.0], np.cumsum(values[self.order], dtype=np.float64)])
        return np.asarray(sums[over.high] - sums[over.low])

    def mean(self, values: npt.NDArray[Any], over: Range, *, prior: float = 0.0, weight: float = 0.0) -> Numbers:
        """Return the mean over each range, drawn to ``prior`` as by ``weight`` more rows of it."""
        return (self.total(values, over) + prior * weight) / np.maximum(over.count + weight, 1e-9)

    def since_last(self, chosen: npt.NDArray[np.bool_], over: Range) -> Numbers:
        """Return the seconds since the last chosen row of each range, at most LONG_AGO."""
        return self._age(self.last(chosen, over))

    def last(self, chosen: npt.NDArray[np.bool_], over: Range) -> Indices:
        """Return the place, in the entity's own order, of the last chosen row of each range; -1 without one."""
        place = np.where(chosen[self.order], np.arange(len(self.order)), -1)
        latest = np.concatenate([[-1], np.maximum.accumulate(place)])[over.high]
        return np.where(latest >= over.low, latest, -1)

    def value_at(self, values: npt.NDArray[Any], place: Indices, missing: float) -> Numbers:
        """Return a row column's values at places, ``missing`` where there is none."""
        return np.where(place >= 0, values[self.order[place]], missing).astype(np.float64)

    def in_rows(self, values: Numbers) -> Numbers:
        """Return what was found in the entity's own order, in the order of rows."""
        found = np.empty_like(values)
        found[self.order] = values
        return found

    def _age(self, place: Indices) -> Numbers:
        age = np.where(place >= 0, self.at - self.at[place], LONG_AGO)
        return np.minimum(age, LONG_AGO).astype(np.float64)

    def campaign(self, frauds: npt.NDArray[np.bool_], delay: int) -> dict[str, Numbers]:
        """Describe the entity's latest run of confirmed frauds, in the order of rows; ages in days.

        ``run_age``: since its first fraud; ``run_bound``: since the last good row before it, so how long it may have
        lasted at most; ``run_frauds`` and ``run_good``: rows since it began; ``run_quiet``: good rows since its last
        fraud; ``run_last``: since its last fraud.
        """
        over = self.known(delay)
        here = np.arange(len(self.order))
        fraud = frauds[self.order]
        before = self.last(frauds, Range(self.begin, here))
        opens = fraud & ((before < 0) | (self.at - self.at[before] > CAMPAIGN_GAP))
        opened = np.empty(len(opens), bool)
        opened[self.order] = opens
        start, latest = self.last(opened, over), self.last(frauds, over)
        good_before = self.last(~frauds, Range(self.begin, np.maximum(start, self.begin)))
        counts = np.concatenate([[0], np.cumsum(fraud)])
        ran = start >= 0
        inside = np.where(ran, counts[over.high] - counts[np.maximum(start, 0)], 0)
        rows = np.where(ran, over.high - start, 0)
        found = {
            "run_age": self._age(start) / DAY,
            "run_bound": self._age(np.where(ran, good_before, -1)) / DAY,
            "run_last": self._age(latest) / DAY,
            "run_frauds": inside.astype(np.float64),
            "run_good": (rows - inside).astype(np.float64),
            "run_quiet": np.where(latest >= 0, over.high - latest - 1, 0).astype(np.float64),
        }
        return {name: self.in_rows(values) for name, values in found.items()}


def amount_bin(amount: npt.NDArray[Any], steps: int) -> npt.NDArray[np.int64]:
    """Return the amount's place on a logarithmic scale with so many steps to the doubling.

    >>> amount_bin(np.array([0.2, 1.0, 2.0, 4.1]), 2).tolist()
    [0, 0, 2, 4]
    """
    return np.asarray(np.floor(np.log2(np.maximum(amount, 1.0)) * steps), np.int64)


def evidence(
    cell: npt.NDArray[Any], at: npt.NDArray[np.int64], frauds: npt.NDArray[np.bool_], delay: int
) -> npt.NDArray[np.float64]:
    """Return how the labels known by then of payments of the same cell speak for fraud, as log odds over the base.

    A cell is any kind of payment: a category at a step of amounts, say. 0 where nothing is known of it.
    """
    past = Past.of(cell, at)
    known = past.known(delay)
    confirmed = past.in_rows(past.total(frauds, known))
    rest = past.in_rows(known.count) - confirmed
    drawn = EVIDENCE_WEIGHT * BASE_RATE
    odds = (confirmed + drawn) / (rest + EVIDENCE_WEIGHT * (1 - BASE_RATE))
    return np.asarray(np.log(odds) - np.log(BASE_RATE / (1 - BASE_RATE)), np.float64)
