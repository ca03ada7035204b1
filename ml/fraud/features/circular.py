"""Habits on a circle: hours of the day, days of the week.

A distribution on a circle is kept as its first Fourier coefficients. That is a handful of numbers however many
observations there were, sums in any order, fades by multiplication, and knows that 23:50 is near 0:10. Read with
Fejér's weights the estimate is smooth and never negative.
"""

import math
from collections.abc import Sequence
from typing import Final

# As many imagined observations, evenly round the circle, keep the first real ones from saying "always".
PRIOR_WEIGHT: Final = 3.0


def empty(harmonics: int) -> list[float]:
    """Return nothing seen yet: the weight, then cosine and sine of each harmonic."""
    return [0.0] * (2 * harmonics + 1)


def add(sums: list[float], turn: float, weight: float) -> None:
    """Add one observation at ``turn``, a share of the full circle."""
    cosine, sine = math.cos(2 * math.pi * turn), math.sin(2 * math.pi * turn)
    real, imaginary = weight, 0.0
    sums[0] += weight
    for index in range(1, len(sums), 2):
        real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
        sums[index] += real
        sums[index + 1] += imaginary


def share(sums: Sequence[float], turn: float) -> float:
    """Return how usual a point of the circle is: 1 for always exactly there, near 0 for far from all seen.

    With nothing seen it is the same everywhere, one part in ``harmonics + 1``.

    >>> seen = empty(4)
    >>> share(seen, 0.3)
    0.2
    >>> for _ in range(100): add(seen, 23.5 / 24, 1.0)
    >>> [round(share(seen, hour / 24), 2) for hour in (23.5, 0.5, 3, 12)]
    [0.98, 0.88, 0.25, 0.05]
    """
    size = len(sums) // 2 + 1
    cosine, sine = math.cos(2 * math.pi * turn), math.sin(2 * math.pi * turn)
    real, imaginary, total = 1.0, 0.0, sums[0]
    for index in range(1, len(sums), 2):
        real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
        fejer = 2 * (1 - (index + 1) / 2 / size)
        total += fejer * (sums[index] * real + sums[index + 1] * imaginary)
    return min(1.0, max(0.0, (total + PRIOR_WEIGHT) / (sums[0] + PRIOR_WEIGHT) / size))
