"""Small parts that formats share: amounts as written, and text fit to be shown. Imports no Django."""

import re
from decimal import Decimal
from typing import Final
from uuid import UUID

from qrpay.codes.errors import Malformed
from securebank.kernel.text import is_printable

# ASCII digits on purpose: \d also matches digits of other scripts.
AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{0,3})?")
OUR_ID: Final = re.compile(r"[0-9a-f]{32}")


def amount(written: str) -> Decimal | None:
    """Return an amount in major units; zero, which some generators write for "you choose", is none.

    Raises:
        Malformed: it is written otherwise.

    >>> amount("98."), amount("0.00"), amount("10.50")
    (Decimal('98'), None, Decimal('10.50'))
    """
    if AMOUNT.fullmatch(written) is None:
        raise Malformed("an amount is written in digits with a point")
    return Decimal(written.rstrip(".")) or None


def shown(text: str, *, longest: int) -> str:
    """Return a text that people will read, if it holds nothing that is invisible or turns the line around.

    Raises:
        Malformed: it does, or it is longer than the format allows.
    """
    if len(text) > longest or not is_printable(text):
        raise Malformed("a text is too long or holds characters that can't be shown")
    return text


def cut(text: str, most_bytes: int) -> str:
    """Return the beginning of a text that has so many bytes at most in UTF-8; no character is cut in two.

    >>> cut("cafés", 4), cut("cafés", 5)
    ('caf', 'café')
    """
    return text.encode()[:most_bytes].decode(errors="ignore")


def our_id(text: str) -> UUID | None:
    """Return the id of a code of ours that a reference may be."""
    return UUID(hex=text) if OUR_ID.fullmatch(text) else None
