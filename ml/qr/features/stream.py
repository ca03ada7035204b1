"""The end of a message: what stands between the last character and the end of the data codewords."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

PADDING: Final = (0xEC, 0x11)
NUMERIC, ALPHANUMERIC, BYTES, KANJI, HANZI = 0b0001, 0b0010, 0b0100, 0b1000, 0b1101
# Bits of the character count for versions 1 to 9, 10 to 26, 27 to 40.
COUNT_BITS: Final = {
    NUMERIC: (10, 12, 14),
    ALPHANUMERIC: (9, 11, 13),
    BYTES: (8, 16, 16),
    KANJI: (8, 10, 12),
    HANZI: (8, 10, 12),
}
TERMINATOR: Final = 0b0000
# Structured append: position, total and parity. FNC1 in first position says nothing more, in second it names a field.
HEADER_BITS: Final = {0b0011: 16, 0b0101: 0, 0b1001: 8}
ECI: Final = 0b0111
HANZI_SUBSET_BITS: Final = 4


@dataclass(frozen=True, slots=True)
class Ending:
    """What follows the message.

    Attributes:
        padding: bytes after the message.
        wrong: those of them that are not EC and 11 (hexadecimal) in turn.
        hidden: those that are neither EC, 11 nor 00, plus one if bits before the first whole byte are set: somebody
            wrote something there.
    """

    padding: int
    wrong: int
    hidden: int


class _Bits:
    def __init__(self, data: bytes) -> None:
        self.left = len(data) * 8
        self._value = int.from_bytes(data)

    def take(self, bits: int) -> int:
        """Return the next bits; what lies beyond the end is zero."""
        self.left -= bits
        taken = self._value >> self.left if self.left >= 0 else self._value << -self.left
        return taken & ((1 << bits) - 1)


def ending(data: NDArray[np.uint8], version: int) -> Ending | None:
    """Return what follows the message; None when the message doesn't follow the standard to its end.

    Args:
        data: corrected data codewords, block after block.
        version: 1 to 40.
    """
    whole = data.tobytes()
    bits = _Bits(whole)
    while bits.left >= 4:  # noqa: PLR2004 - a mode's bits; fewer left need no terminator
        mode = bits.take(4)
        if mode == TERMINATOR:
            break
        if not _skip(bits, mode, version):
            return None
    if bits.left < 0:
        return None
    filler = bits.take(bits.left % 8)
    return _judge(whole[len(whole) - bits.left // 8 :], filler)


def _judge(padding: bytes, filler: int) -> Ending:
    wrong = sum(byte != PADDING[index % 2] for index, byte in enumerate(padding))
    hidden = sum(byte not in {*PADDING, 0} for byte in padding)
    return Ending(padding=len(padding), wrong=wrong, hidden=hidden + bool(filler))


def _skip(bits: _Bits, mode: int, version: int) -> bool:
    """Skip one segment; tell whether the standard knows it."""
    if mode in HEADER_BITS:
        bits.take(HEADER_BITS[mode])
        return True
    if mode == ECI:
        first = bits.take(8)
        bits.take(0 if first < 0b10000000 else 8 if first < 0b11000000 else 16)  # noqa: PLR2004 - one to three bytes
        return True
    if mode not in COUNT_BITS:
        return False
    if mode == HANZI:
        bits.take(HANZI_SUBSET_BITS)
    count = bits.take(COUNT_BITS[mode][(version > 9) + (version > 26)])  # noqa: PLR2004
    bits.take(_length(mode, count))
    return True


def _length(mode: int, count: int) -> int:
    if mode == NUMERIC:
        return count // 3 * 10 + (0, 4, 7)[count % 3]
    if mode == ALPHANUMERIC:
        return count // 2 * 11 + count % 2 * 6
    return count * (8 if mode == BYTES else 13)
