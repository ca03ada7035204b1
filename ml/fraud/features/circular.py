"""Habits on a circle: hours of the day, days of the week.

A distribution on a circle is kept as its first Fourier coefficients, in millionths. That is a handful of integers
however many observations there were, sums in any order, fades by multiplication, and knows that 23:50 is near 0:10.
Read with Fejér's weights the estimate is smooth and never negative.
"""

import math
from collections.abc import Sequence
from typing import Final

MILLION: Final = 1_000_000

# As many imagined observations, evenly round the circle, keep the first real ones from saying "always".
PRIOR: Final = 3 * MILLION


def empty(harmonics: int) -> list[int]:
    """Return nothing seen yet: the weight, then cosine and sine of each harmonic."""
    return [0] * (2 * harmonics + 1)


def add(sums: list[int], turn: float, weight: float) -> None:
    """Add one observation at ``turn``, a share of the full circle."""
    angle = 2 * math.pi * turn
    cosine, sine = math.cos(angle), math.sin(angle)
    real, imaginary = weight * MILLION, 0.0
    sums[0] += round(real)
    for index in range(1, len(sums), 2):
        real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
        sums[index] += round(real)
        sums[index + 1] += round(imaginary)


def share(sums: Sequence[int], turn: float) -> float:
    """Return how usual a point of the circle is: 1 for always exactly there, near 0 for far from all seen.

    With nothing seen it is the same everywhere, one part in ``harmonics + 1``.

    >>> seen = empty(4)
    >>> share(seen, 0.3)
    0.2
    >>> for _ in range(100): add(seen, 23.5 / 24, 1.0)
    >>> [round(share(seen, hour / 24), 2) for hour in (23.5, 0.5, 3, 12)]
    [0.98, 0.85, 0.12, 0.04]
    """
    size = len(sums) // 2 + 1
    angle = 2 * math.pi * turn
    cosine, sine = math.cos(angle), math.sin(angle)
    real, imaginary, total = 1.0, 0.0, float(sums[0])
    weight, step = 2.0, 2.0 / size
    for index in range(1, len(sums), 2):
        real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
        weight -= step
        total += weight * (sums[index] * real + sums[index + 1] * imaginary)
    return min(1.0, max(0.0, (total + PRIOR) / ((sums[0] + PRIOR) * size)))
