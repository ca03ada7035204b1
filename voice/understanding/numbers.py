"""Read numbers from words and figures: strictly from the largest unit to the smallest, each at most once.

Nothing is guessed. Two numbers side by side, such as "five fifty", are no number: they could be 550 or 5.50.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from voice.understanding.number_words import (
    CURRENCY_WORDS,
    DIGITS,
    HALF,
    HALVES,
    HINDI_SMALL,
    MINUS_QUARTER,
    PLUS_HALF,
    PLUS_QUARTER,
    SMALL,
    TENS,
    UNITS,
)
from voice.understanding.tokens import Kind, Token

HUNDRED: Final = 100
# Hindi "do" also ends a request ("bhej do"): a number only where a unit or a currency follows.
ALSO_A_VERB: Final = frozenset({"do", "दो"})
POINT: Final = frozenset({"point", "dashamlav", "दशमलव"})
AND: Final = frozenset({"and", "aur", "और"})
ONE_OF: Final = frozenset({"a", "an"})
QUARTERS: Final = (
    {word: Decimal("0.5") for word in PLUS_HALF}
    | dict.fromkeys(PLUS_QUARTER, Decimal("0.25"))
    | (dict.fromkeys(MINUS_QUARTER, Decimal("-0.25")))
)


class Ambiguous(Exception):
    """Numbers side by side that can be read in two ways."""


@dataclass(frozen=True, slots=True)
class Read:
    """A number, and the place after it."""

    value: Decimal
    end: int


def text_at(tokens: Sequence[Token], at: int) -> str:
    """Return the text at a place, "" past the end."""
    return tokens[at].text if at < len(tokens) else ""


def read_number(tokens: Sequence[Token], start: int) -> Read | None:
    """Return the number that begins at a place, or None.

    >>> from voice.understanding.tokens import tokenise
    >>> read_number(tokenise("two lakh fifty thousand"), 0)
    Read(value=Decimal('250000'), end=4)
    >>> read_number(tokenise("fifteen hundred and five rupees"), 0)
    Read(value=Decimal('1505'), end=4)
    >>> read_number(tokenise("two hundred thousand"), 0)
    Read(value=Decimal('200000'), end=3)
    >>> read_number(tokenise("डेढ़ लाख"), 0)
    Read(value=Decimal('150000.0'), end=2)

    Raises:
        Ambiguous: another number goes on that no unit joins to it, or units come in another order.
    """
    total, lowest, at = Decimal(0), None, start
    while (group := _group(tokens, at)) is not None:
        unit = _large_unit(tokens, group.end)
        worth = group.value * unit
        if lowest is not None and (worth >= lowest or unit >= lowest):
            raise Ambiguous
        total, lowest, at = total + worth, unit, group.end + (unit > 1)
        if unit == 1:
            break
        at = _after_and(tokens, at)
    if lowest is None:
        return None
    if _below_hundred(tokens, at) is not None:
        raise Ambiguous
    return Read(total, at)


def _group(tokens: Sequence[Token], at: int) -> Read | None:
    """Return what a large unit may multiply: below a hundred, or so many hundreds and the rest."""
    head = _below_hundred(tokens, at)
    if head is None:
        if text_at(tokens, at) not in UNITS:
            return None
        # "hundred and fifty", "hazaar rupaye"
        head = Read(Decimal(1), at)
    if UNITS.get(text_at(tokens, head.end)) != HUNDRED:
        return head
    after = _after_and(tokens, head.end + 1)
    rest = _below_hundred(tokens, after)
    if rest is None:
        return Read(head.value * HUNDRED, head.end + 1)
    if rest.value >= HUNDRED:
        raise Ambiguous
    return Read(head.value * HUNDRED + rest.value, rest.end)


def _large_unit(tokens: Sequence[Token], at: int) -> int:
    """Return the unit above a hundred that stands at a place, 1 for none; "k" only follows figures."""
    text = text_at(tokens, at)
    if text == "k" and tokens[at - 1].kind is Kind.NUMBER:
        return 1000
    return UNITS[text] if UNITS.get(text, 0) > HUNDRED else 1


def _after_and(tokens: Sequence[Token], at: int) -> int:
    """Return the place after an "and" that joins a further number, else the same place."""
    return at + 1 if text_at(tokens, at) in AND and _below_hundred(tokens, at + 1) is not None else at


def _below_hundred(tokens: Sequence[Token], at: int) -> Read | None:
    if at >= len(tokens):
        return None
    value = tokens[at].value
    if value is not None:
        return _with_half(tokens, Read(value, at + 1))
    fraction = _fraction(tokens, at)
    if fraction is not None:
        return fraction
    whole = _word(tokens, at)
    return whole and _with_half(tokens, _with_decimals(tokens, whole))


def _fraction(tokens: Sequence[Token], at: int) -> Read | None:
    """Return what words for parts say: "a" lakh, "half a" lakh, "dedh" lakh, "sadhe teen" hazaar."""
    text, is_unit_next = tokens[at].text, text_at(tokens, at + 1) in UNITS
    if text in ONE_OF and is_unit_next:
        return Read(Decimal(1), at + 1)
    if text in HALF:
        return _half_of_a_unit(tokens, at + 1)
    if text in HALVES:
        return Read(Decimal(HALVES[text]) / 4, at + 1)
    if text not in QUARTERS:
        return None
    # "sava lakh" is one and a quarter of it.
    whole = _word(tokens, at + 1) or (Read(Decimal(1), at + 1) if is_unit_next else None)
    return whole and Read(whole.value + QUARTERS[text], whole.end)


def _half_of_a_unit(tokens: Sequence[Token], at: int) -> Read | None:
    at += text_at(tokens, at) in ONE_OF
    return Read(Decimal("0.5"), at) if text_at(tokens, at) in UNITS else None


def _word(tokens: Sequence[Token], at: int) -> Read | None:
    """Return a number below a hundred that is said in one word, or in two such as "twenty five"."""
    text, following = text_at(tokens, at), text_at(tokens, at + 1)
    if text in TENS:
        ones = SMALL.get(following, 0)
        has_ones = 0 < ones < 10  # noqa: PLR2004 -- a digit
        return Read(Decimal(TENS[text] + ones * has_ones), at + 1 + has_ones)
    if text in ALSO_A_VERB and following not in UNITS.keys() | CURRENCY_WORDS:
        return None
    value = SMALL.get(text, HINDI_SMALL.get(text))
    return None if value is None else Read(Decimal(value), at + 1)


def _with_decimals(tokens: Sequence[Token], whole: Read) -> Read:
    """Read on over "point five"."""
    if text_at(tokens, whole.end) not in POINT:
        return whole
    at, digits = whole.end + 1, ""
    while (digit := DIGITS.get(text_at(tokens, at))) is not None:
        digits, at = digits + digit, at + 1
    return Read(Decimal(f"{whole.value}.{digits}"), at) if digits else whole


def _with_half(tokens: Sequence[Token], whole: Read) -> Read:
    """Read on over "and a half", where a unit follows that it is half of."""
    said = [text_at(tokens, whole.end + step) for step in range(4)]
    is_half = said[0] in AND and said[1] in ONE_OF and said[2] in HALF and said[3] in UNITS
    return Read(whole.value + Decimal("0.5"), whole.end + 3) if is_half else whole
