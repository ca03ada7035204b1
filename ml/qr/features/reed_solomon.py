"""Wrong codewords found and put right."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from reedsolo import ReedSolomonError, RSCodec

# x^8 + x^4 + x^3 + x^2 + 1, as ISO/IEC 18004 asks.
PRIMITIVE: Final = 0b100011101


class Uncorrectable(ValueError):
    """The codewords of a block are too far from any valid ones."""


@cache
def codec(correction: int) -> RSCodec:
    """Return the code with so many error correction codewords."""
    return RSCodec(correction, fcr=0, prim=PRIMITIVE, generator=2, c_exp=8)


def corrected(block: NDArray[np.uint8], *, correction: int) -> NDArray[np.uint8]:
    """Return the nearest valid block; data first, then error correction.

    Raises:
        Uncorrectable: more than ``correction // 2`` codewords are wrong.
    """
    if not _syndromes(block, correction).any():
        return block
    try:
        _, whole, _ = codec(correction).decode(block.tobytes())
    except ReedSolomonError as failure:
        raise Uncorrectable(str(failure)) from failure
    found = np.frombuffer(bytes(whole), dtype=np.uint8)
    # Beyond its capacity the decoder may answer with something that is no codeword.
    if np.count_nonzero(found != block) > correction // 2 or _syndromes(found, correction).any():
        raise Uncorrectable("more codewords are wrong than can be corrected")
    return found


@cache
def _logarithms() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return powers of two in the field, and their logarithms (of zero: unused)."""
    powers, logarithms = np.zeros(255, dtype=np.uint8), np.zeros(256, dtype=np.int64)
    value = 1
    for exponent in range(255):
        powers[exponent], logarithms[value] = value, exponent
        value = value << 1 ^ (PRIMITIVE if value & 128 else 0)
    return powers, logarithms


def _syndromes(block: NDArray[np.uint8], correction: int) -> NDArray[np.uint8]:
    """Return the block's polynomial at the first powers of two; all zero when nothing is wrong."""
    powers, logarithms = _logarithms()
    used = np.flatnonzero(block)
    exponents = logarithms[block[used]] + np.arange(correction)[:, None] * (len(block) - 1 - used)
    values: NDArray[np.uint8] = np.bitwise_xor.reduce(powers[exponents % 255], axis=1)
    return values
