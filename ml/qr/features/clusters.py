"""Groups of modules that touch."""

import numpy as np

from ml.qr.features.layout import Modules


def largest_cluster(chosen: Modules) -> int:
    """Return the size of the largest group of chosen modules that touch, corners included.

    >>> largest_cluster(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]], dtype=bool))
    2
    """
    left = set(zip(*(axis.tolist() for axis in np.nonzero(chosen)), strict=True))
    largest = 0
    while left:
        edge = [left.pop()]
        size = 0
        while edge:
            row, column = edge.pop()
            size += 1
            around = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
            left -= around
            edge += around
        largest = max(largest, size)
    return largest
