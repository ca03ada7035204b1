"""Where things stand in a code: function patterns, the order of codewords, masks.

Rows and columns count from the top left corner of the symbol without its quiet zone. Source: ISO/IEC 18004:2015.
"""

from collections.abc import Callable
from enum import IntEnum
from functools import cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.bool_]

VERSIONS: Final = range(1, 41)
FINDER_SIDE: Final = 7
TIMING_LINE: Final = 6
# Versions from here on say their number in the symbol.
FIRST_WITH_VERSION: Final = 7
MASKS: Final[tuple[Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.bool_]], ...]] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: (row + 0 * column) % 2 == 0,
    lambda row, column: (column + 0 * row) % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: (row * column) % 2 + (row * column) % 3 == 0,
    lambda row, column: ((row * column) % 2 + (row * column) % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + (row * column) % 3) % 2 == 0,
)


class Region(IntEnum):
    """What a module is for. Separators count as finder; the dark module counts as format."""

    DATA = 0
    FINDER = 1
    TIMING = 2
    ALIGNMENT = 3
    FORMAT = 4
    VERSION = 5


def side(version: int) -> int:
    """Return modules a side.

    >>> side(1), side(40)
    (21, 177)
    """
    return 17 + 4 * version


def version_of(modules: int) -> int:
    """Return the version of a symbol with so many modules a side.

    Raises:
        ValueError: no version has this side.
    """
    version, rest = divmod(modules - 17, 4)
    if rest or version not in VERSIONS:
        raise ValueError(f"no QR code has {modules} modules a side")
    return version


@cache
def alignment_centres(version: int) -> tuple[int, ...]:
    """Return the rows, which are also the columns, of alignment patterns (annex E).

    >>> alignment_centres(7), alignment_centres(32)
    ((6, 22, 38), (6, 34, 60, 86, 112, 138))
    """
    if version == 1:
        return ()
    gaps = version // 7 + 1
    last = side(version) - FINDER_SIDE
    # Even steps from the far end; the first gap takes what is left. Version 32 is the table's one exception.
    step = 26 if version == 32 else (last - TIMING_LINE + gaps * 2 - 1) // (gaps * 2) * 2  # noqa: PLR2004
    return (TIMING_LINE, *(last - step * index for index in reversed(range(gaps))))


def format_places(modules: int) -> NDArray[np.intp]:
    """Return where the two copies of the format information stand, highest bit first; shape (2, 15, 2)."""
    near = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    far = [(modules - 1 - index, 8) for index in range(7)] + [(8, modules - 8 + index) for index in range(8)]
    return np.array([near, far], dtype=np.intp)


def version_places(modules: int) -> NDArray[np.intp]:
    """Return where the two copies of the version information stand, highest bit first; shape (2, 18, 2)."""
    upper = [(index // 3, modules - 11 + index % 3) for index in reversed(range(18))]
    return np.array([upper, [(column, row) for row, column in upper]], dtype=np.intp)


@cache
def regions(version: int) -> NDArray[np.int8]:
    """Return what each module is for, as values of ``Region``; shape (side, side)."""
    modules = side(version)
    found = np.full((modules, modules), Region.DATA, dtype=np.int8)
    found[TIMING_LINE, :] = found[:, TIMING_LINE] = Region.TIMING
    centres = alignment_centres(version)
    for row, column in product(centres, centres):
        if (row, column) not in {(6, 6), (6, centres[-1]), (centres[-1], 6)}:
            found[row - 2 : row + 3, column - 2 : column + 3] = Region.ALIGNMENT
    found[:9, :9] = found[:9, -8:] = found[-8:, :9] = Region.FINDER
    for copy in format_places(modules):
        found[copy[:, 0], copy[:, 1]] = Region.FORMAT
    found[modules - 8, 8] = Region.FORMAT
    # The corner where the format strips would meet belongs to the timing lines.
    found[TIMING_LINE, 8] = found[8, TIMING_LINE] = Region.TIMING
    if version >= FIRST_WITH_VERSION:
        for copy in version_places(modules):
            found[copy[:, 0], copy[:, 1]] = Region.VERSION
    found.setflags(write=False)
    return found


@cache
def patterns(version: int) -> Modules:
    """Return how finder, timing and alignment patterns have to look; other modules are light."""
    modules = side(version)
    found = np.zeros((modules, modules), dtype=np.bool_)
    found[TIMING_LINE, ::2] = found[::2, TIMING_LINE] = True
    distance = np.maximum(*np.abs(np.mgrid[-2:3, -2:3]))
    for row, column in product(alignment_centres(version), repeat=2):
        if regions(version)[row, column] == Region.ALIGNMENT:
            found[row - 2 : row + 3, column - 2 : column + 3] = distance != 1
    distance = np.maximum(*np.abs(np.mgrid[-4:5, -4:5]))
    finder = (distance != 2) & (distance != 4)  # noqa: PLR2004 - the light rings around and inside
    found[:8, :8], found[:8, -8:], found[-8:, :8] = finder[1:, 1:], finder[1:, :-1], finder[:-1, 1:]
    found[modules - 8, 8] = True
    found.setflags(write=False)
    return found


@cache
def placement(version: int) -> NDArray[np.intp]:
    """Return the modules of the data region in the order in which bits are placed; shape (bits, 2).

    Two columns at a time from the right, up and down in turn, past the vertical timing line.
    """
    modules = side(version)
    rights = [column for column in range(modules - 1, 0, -2) if column > TIMING_LINE]
    rights += list(range(TIMING_LINE - 1, 0, -2))
    order = [
        (row, right - step)
        for index, right in enumerate(rights)
        for row in (range(modules) if index % 2 else reversed(range(modules)))
        for step in (0, 1)
    ]
    places = np.array(order, dtype=np.intp)
    is_data = regions(version)[places[:, 0], places[:, 1]] == Region.DATA
    found: NDArray[np.intp] = places[is_data]
    found.setflags(write=False)
    return found


@cache
def mask(version: int, number: int) -> Modules:
    """Return the bits of a mask in placement order; true turns a module over."""
    places = placement(version)
    found: Modules = MASKS[number](places[:, 0], places[:, 1])
    return found
