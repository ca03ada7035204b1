"""How bytes stand in a QR code: a prefix that names the format, then base45, which QR codes pack tightly.

Source: RFC 9285; ISO/IEC 18004, alphanumeric mode. Imports no Django.
"""

from typing import Final

import base45

from qrpay.codes.errors import Malformed

SEALED: Final = "SB1:"
SIGNED: Final = "SBS1:"
# Read, and made: what fits into a QR code of version 9 at level M, 53 modules a side.
LONGEST: Final = 512
LONGEST_MADE: Final = 262


def wrapped(prefix: str, data: bytes) -> str:
    """Return the code's text."""
    encoded: bytes = base45.b45encode(data)
    return prefix + encoded.decode("ascii")


def room(prefix: str) -> int:
    """Return how many bytes a code that is made here may hold: base45 writes two bytes in three characters.

    >>> room("SB1:")
    172
    """
    return (LONGEST_MADE - len(prefix)) // 3 * 2


def unwrapped(prefix: str, text: str) -> bytes:
    """Return the bytes of a text that begins with the prefix.

    Raises:
        Malformed: too long, or not base45 in its one spelling.
    """
    if len(text) > LONGEST or not text.startswith(prefix):
        raise Malformed("too long, or another prefix")
    written = text.removeprefix(prefix)
    try:
        data: bytes = base45.b45decode(written.encode("ascii"))
    except ValueError:
        raise Malformed("not base45") from None
    if wrapped("", data) != written:
        raise Malformed("not base45 in its one spelling")
    return data
