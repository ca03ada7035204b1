"""The part of CBOR that codes are written in: integers, bytes, text, arrays and maps, each in its shortest spelling.

Much less than the standard allows, on purpose: no floats, tags or simple values, nothing of indefinite length, maps
with integer keys in ascending order and none twice, a bounded depth, and not a byte after the end. So two texts never
mean the same, and nothing that a stranger writes makes the reader build something surprising.

Source: RFC 8949, section 4.2.1 (core deterministic encoding requirements). Imports no Django.
"""

from typing import Final, TypeAlias

from qrpay.codes.errors import Malformed

Value: TypeAlias = "int | bytes | str | list[Value] | dict[int, Value]"

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP = range(6)
# Additional information below which the number is itself, and how many bytes follow for each value above.
DIRECT: Final = 24
FOLLOWING: Final = {24: 1, 25: 2, 26: 4, 27: 8}
DEEPEST: Final = 2


def read(data: bytes) -> Value:
    r"""Return the one value that the bytes spell.

    Raises:
        Malformed: they spell none, or not in its one spelling, or something follows.

    >>> read(bytes.fromhex("a2 01 18 2a 02 43 616263"))
    {1: 42, 2: b'abc'}
    """
    reader = _Reader(data)
    value = reader.value(DEEPEST)
    if reader.place != len(data):
        raise Malformed("bytes after the end")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def value(self, depth: int) -> Value:
        kind, number = self._head()
        if kind == UNSIGNED:
            return number
        if kind == NEGATIVE:
            return -1 - number
        if kind == BYTES:
            return self._take(number)
        if kind == TEXT:
            return self._text(number)
        if kind not in {ARRAY, MAP} or depth == 0:
            raise Malformed("a kind of value that codes don't hold, or too deep")
        return self._array(number, depth - 1) if kind == ARRAY else self._map(number, depth - 1)

    def _head(self) -> tuple[int, int]:
        first = self._take(1)[0]
        kind, info = first >> 5, first & 0x1F
        if info < DIRECT:
            return kind, info
        if info not in FOLLOWING:
            raise Malformed("indefinite length")
        size = FOLLOWING[info]
        number = int.from_bytes(self._take(size))
        shortest = DIRECT if size == 1 else 1 << 4 * size
        if number < shortest:
            raise Malformed("a number in more bytes than it needs")
        return kind, number

    def _take(self, size: int) -> bytes:
        taken = self.data[self.place : self.place + size]
        if len(taken) != size:
            raise Malformed("the end came early")
        self.place += size
        return taken

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("text that is no UTF-8") from None

    def _array(self, size: int, depth: int) -> list[Value]:
        # Every element has a byte at least; a length that can't be true is refused by the first missing one.
        return [self.value(depth) for _number in range(size)]

    def _map(self, size: int, depth: int) -> dict[int, Value]:
        found: dict[int, Value] = {}
        for _number in range(size):
            key = self.value(0)
            if not isinstance(key, int) or key < 0 or (found and key <= max(found)):
                raise Malformed("keys are small integers, ascending, none twice")
            found[key] = self.value(depth)
        return found
