"""Tag, length, value, as EMVCo codes write it: two digits, two digits, so many characters. Imports no Django."""

from collections.abc import Mapping
from typing import Final

from qrpay.codes.errors import Malformed

HEAD: Final = 4
LONGEST: Final = 99


def read(text: str) -> dict[str, str]:
    """Return the values by tag, in the order in which they stand.

    Lengths count characters, not bytes.

    Raises:
        Malformed: a tag or length isn't two digits, a value is cut short, or a tag comes twice.

    >>> read("0002010102115802IN")
    {'00': '01', '01': '11', '58': 'IN'}
    """
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + HEAD]
        if len(head) < HEAD or not (head.isascii() and head.isdigit()):
            raise Malformed("tag and length are four digits")
        tag, size = head[:2], int(head[2:])
        value = text[place + HEAD : place + HEAD + size]
        if len(value) < size:
            raise Malformed("a value is cut short")
        if tag in found:
            raise Malformed("a tag comes twice")
        found[tag] = value
        place += HEAD + size
    return found


def written(values: Mapping[str, str]) -> str:
    """Return the text; values that are empty are left out.

    >>> written({"00": "01", "54": "", "58": "IN"})
    '0002015802IN'
    """
    if any(len(value) > LONGEST for value in values.values()):
        raise ValueError("a value has 99 characters at most")
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in values.items() if value)
