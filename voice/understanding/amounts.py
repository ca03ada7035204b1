"""Read amounts of rupees and paise."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from voice.understanding.number_words import OTHER_CURRENCIES, PAISE, RUPEES
from voice.understanding.numbers import AND, Ambiguous, read_number, text_at
from voice.understanding.tokens import Token
from voice.understanding.types import NotUnderstood, Reason

PAISE_A_RUPEE: Final = 100
NEGATIVE: Final = frozenset({"-", "minus", "negative"})
ONLY: Final = frozenset({"only", "matra", "मात्र"})


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of paise, and the place after it."""

    minor: int
    end: int


def read_amount(tokens: Sequence[Token], start: int) -> Amount | None:
    """Return the amount that begins at a place, or None.

    >>> from voice.understanding.tokens import tokenise
    >>> read_amount(tokenise("two hundred rupees and fifty paise"), 0)
    Amount(minor=20050, end=6)
    >>> read_amount(tokenise("₹1.5 lakh"), 0)
    Amount(minor=15000000, end=3)

    Raises:
        NotUnderstood: negative or zero, of another currency, of parts of a paisa, or readable in two ways.
    """
    is_negative = text_at(tokens, start) in NEGATIVE
    at = start + is_negative
    _refuse_other_currency(tokens, at)
    is_named = text_at(tokens, at) in RUPEES
    at += is_named
    number = _number(tokens, at)
    if number is None:
        return None
    if is_negative:
        raise NotUnderstood(Reason.NOT_POSITIVE)
    amount = _in_words(tokens, number[0], number[1])
    if amount.minor <= 0:
        raise NotUnderstood(Reason.NOT_POSITIVE)
    return Amount(amount.minor, amount.end + (text_at(tokens, amount.end) in ONLY))


def _number(tokens: Sequence[Token], at: int) -> tuple[Decimal, int] | None:
    try:
        read = read_number(tokens, at)
    except Ambiguous as fault:
        raise NotUnderstood(Reason.AMBIGUOUS_AMOUNT) from fault
    return None if read is None else (read.value, read.end)


def _in_words(tokens: Sequence[Token], value: Decimal, at: int) -> Amount:
    _refuse_other_currency(tokens, at)
    if text_at(tokens, at) in PAISE:
        return Amount(_whole(value), at + 1)
    minor = _whole(value * PAISE_A_RUPEE)
    if text_at(tokens, at) not in RUPEES:
        return Amount(minor, at)
    at += 1
    after_and = at + (text_at(tokens, at) in AND)
    rest = _number(tokens, after_and)
    if rest is None or text_at(tokens, rest[1]) not in PAISE:
        return Amount(minor, at)
    if not 0 < rest[0] < PAISE_A_RUPEE:
        raise NotUnderstood(Reason.AMBIGUOUS_AMOUNT)
    return Amount(minor + _whole(rest[0]), rest[1] + 1)


def _whole(paise: Decimal) -> int:
    if paise != paise.to_integral_value():
        raise NotUnderstood(Reason.TOO_PRECISE)
    return int(paise)


def _refuse_other_currency(tokens: Sequence[Token], at: int) -> None:
    if text_at(tokens, at) in OTHER_CURRENCIES:
        raise NotUnderstood(Reason.OTHER_CURRENCY, text_at(tokens, at))
