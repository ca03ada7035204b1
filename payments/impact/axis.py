"""Scales of charts on paper: where the marks stand, and where a value lies. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# Steps between marks that people count in, of any power of ten.
STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
MARKS: Final = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of values on a length of paper.

    Attributes:
        low, high: values at both ends.
        start, length: of the paper, in points.
        marks: values that get a line.
    """

    low: float
    high: float
    start: float
    length: float
    marks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return where a value lies on the paper."""
        return self.start + (value - self.low) / (self.high - self.low) * self.length


def scale(values: Iterable[float], *, start: float, length: float) -> Scale:
    """Return a scale that holds every value, with round marks; give it zero where bars stand on zero.

    >>> scale([0, 940], start=0, length=100).marks
    (0.0, 200.0, 400.0, 600.0, 800.0, 1000.0)
    """
    found = list(values)
    low, high = min(found), max(found)
    step = _step((high - low) or 1.0)
    first, last = math.floor(low / step), math.ceil(high / step)
    if first == last:
        last += 1
    return Scale(first * step, last * step, start, length, tuple(place * step for place in range(first, last + 1)))


def _step(width: float) -> float:
    rough = width / MARKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * 0.999)
