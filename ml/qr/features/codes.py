"""Format and version information: the two short codes that a symbol carries twice."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.qr.features.layout import FIRST_WITH_VERSION, VERSIONS, Modules, format_places, version_places

LEVEL_OF: Final = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
FORMAT_GENERATOR: Final = 0b10100110111
FORMAT_MASK: Final = 0b101010000010010
FORMAT_BITS: Final = 15
VERSION_GENERATOR: Final = 0b1111100100101
VERSION_BITS: Final = 18


def bch(value: int, generator: int, bits: int) -> int:
    """Return a value followed by the remainder that completes its codeword (annexes C and D).

    >>> format(bch(0b00101, FORMAT_GENERATOR, 15), "015b")
    '001010011011100'
    """
    degree = generator.bit_length() - 1
    rest = value << degree
    for shift in range(bits - 1, degree - 1, -1):
        if rest >> shift & 1:
            rest ^= generator << (shift - degree)
    return value << degree | rest


def bits_of(word: int, bits: int) -> NDArray[np.bool_]:
    """Return a word as bits, highest first."""
    return np.array([word >> shift & 1 for shift in reversed(range(bits))], dtype=np.bool_)


@cache
def format_words() -> NDArray[np.bool_]:
    """Return all format words as they stand in a symbol, by level and mask; shape (32, 15)."""
    return np.array([bits_of(bch(word, FORMAT_GENERATOR, 15) ^ FORMAT_MASK, FORMAT_BITS) for word in range(32)])


@cache
def version_words() -> NDArray[np.bool_]:
    """Return all version words, for versions 7 to 40; shape (34, 18)."""
    return np.array(
        [bits_of(bch(number, VERSION_GENERATOR, 18), VERSION_BITS) for number in VERSIONS[FIRST_WITH_VERSION - 1 :]]
    )


def read_copies(modules: Modules, places: NDArray[np.intp]) -> Modules:
    """Return the bits of both copies; shape (2, bits)."""
    return modules[places[..., 0], places[..., 1]]


def read_format(modules: Modules) -> int:
    """Return the format word that the better one of both copies is nearest to; the other copy breaks ties."""
    wrong = (read_copies(modules, format_places(len(modules)))[:, None] != format_words()).sum(axis=2)
    return int(np.lexsort((wrong.sum(axis=0), wrong.min(axis=0)))[0])


def has_other_word(modules: Modules, word: int) -> bool:
    """Tell whether a copy of the format information stands within one bit of a word that is not this one."""
    wrong = (read_copies(modules, format_places(len(modules)))[:, None] != format_words()).sum(axis=2)
    return bool((np.delete(wrong, word, axis=1) <= 1).any())


def write(modules: Modules, version: int, word: int) -> None:
    """Write format and version information into a symbol, in place."""
    places = format_places(len(modules))
    modules[places[..., 0], places[..., 1]] = format_words()[word]
    if version >= FIRST_WITH_VERSION:
        places = version_places(len(modules))
        modules[places[..., 0], places[..., 1]] = version_words()[version - FIRST_WITH_VERSION]
