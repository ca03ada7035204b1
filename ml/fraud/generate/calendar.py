"""When things happen: months, pay days, weekends, festivals."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.fraud.generate.rows import Array

DAY: Final = 86400.0
# Wednesday, 1 January 2025, midnight in India; all customers keep Indian time.
START: Final = 1_735_669_800.0
OFFSET: Final = 19_800.0
WEDNESDAY: Final = 2
SATURDAY: Final = 5

# What a day is beside an ordinary one.
FRIDAY_SATURDAY: Final = 1.2
FIRST_OF_MONTH: Final = 1.35
LAST_OF_MONTH: Final = 0.85
YEARLY_GROWTH: Final = 0.35
# Day of the year, how many days, how much more: harvest, colours, the new year of the south, lights.
FESTIVALS: Final = ((12, 4, 1.4), (70, 4, 1.5), (102, 4, 1.3), (237, 10, 1.4), (282, 18, 1.8), (355, 8, 1.3))


@dataclass(frozen=True, slots=True)
class Calendar:
    """A stretch of whole months.

    Attributes:
        borders: where each month begins, and where the last one ends, seconds since 1970.
        weight: what each day is beside an ordinary one.
        passed: share of all payments before each day, and 1 at the end.
    """

    borders: Array
    weight: Array
    passed: Array

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return len(self.weight)

    @property
    def end(self) -> float:
        """Return where the last month ends."""
        return float(self.borders[-1])


def months(number: int) -> Calendar:
    """Return so many months from the beginning of 2025.

    >>> calendar = months(2)
    >>> calendar.days, ((calendar.borders - START) / DAY).tolist()
    (59, [0.0, 31.0, 59.0])
    """
    first = np.datetime64("2025-01")
    borders = (np.arange(first, first + number + 1).astype("datetime64[D]") - np.datetime64("2025-01-01")).astype(int)
    day = np.arange(borders[-1])
    in_month = day - borders[np.searchsorted(borders, day, side="right") - 1]
    weight = np.ones(len(day))
    weight *= np.where(np.isin(weekday(START + day * DAY), (SATURDAY - 1, SATURDAY)), FRIDAY_SATURDAY, 1.0)
    weight *= np.select([in_month < 7, in_month > 23], [FIRST_OF_MONTH, LAST_OF_MONTH], 1.0)  # noqa: PLR2004 - weeks
    for begins, lasts, more in FESTIVALS:
        weight *= np.where((day % 365 >= begins) & (day % 365 < begins + lasts), more, 1.0)
    weight *= (1 + YEARLY_GROWTH) ** (day / 365)
    return Calendar(START + DAY * borders, weight, np.concatenate([[0.0], np.cumsum(weight) / weight.sum()]))


def weekday(at: Array) -> Array:
    """Return 0 for Monday to 6 for Sunday at the customers' own clock."""
    return np.asarray((np.floor((at - START) / DAY) + WEDNESDAY) % 7).astype(np.int8)


def local_hour(at: Array) -> Array:
    """Return the hour at the customers' own clock, in [0, 24)."""
    return np.asarray((at + OFFSET) % DAY / 3600)


def midnight(at: Array) -> Array:
    """Return when the customers' day began."""
    return np.asarray((at + OFFSET) // DAY * DAY - OFFSET)
