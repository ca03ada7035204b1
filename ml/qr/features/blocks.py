"""How the codewords of a code are shared out among Reed-Solomon blocks.

Source: ISO/IEC 18004:2015, table 9.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Error correction codewords in each block, and number of blocks, for versions 1 to 40.
EC_CODEWORDS: Final = {
    "L": (
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ),
    "M": (
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ),
    "Q": (
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ),
    "H": (
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ),
}
BLOCKS: Final = {
    "L": (
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ),
    "M": (
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ),
    "Q": (
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ),
    "H": (
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Attributes:
        codewords: indices of its codewords in placement order; data first, then error correction.
        data: how many of them are data.
    """

    codewords: NDArray[np.intp]
    data: int

    @property
    def correction(self) -> int:
        """Return the number of error correction codewords."""
        return len(self.codewords) - self.data

    @property
    def correctable(self) -> int:
        """Return how many wrong codewords can be corrected."""
        return self.correction // 2


@cache
def blocks(version: int, level: str, codewords: int) -> tuple[Block, ...]:
    """Return the blocks of a code that holds so many codewords.

    >>> [(block.data, block.correction) for block in blocks(5, "Q", 134)]
    [(15, 18), (15, 18), (16, 18), (16, 18)]
    """
    number, correction = BLOCKS[level][version - 1], EC_CODEWORDS[level][version - 1]
    short, long_blocks = divmod(codewords, number)
    sizes = [short - correction + (index >= number - long_blocks) for index in range(number)]
    # Column by column through all blocks; the short ones have no last column.
    columns: list[list[int]] = [[] for _ in range(number)]
    position = 0
    for column in range(max(sizes)):
        for index, size in enumerate(sizes):
            if column < size:
                columns[index].append(position)
                position += 1
    for _ in range(correction):
        for index in range(number):
            columns[index].append(position)
            position += 1
    return tuple(Block(np.array(column, dtype=np.intp), size) for column, size in zip(columns, sizes, strict=True))
