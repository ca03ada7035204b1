"""Read phone and account numbers, spoken digit by digit or written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from voice.understanding.number_words import CURRENCY_WORDS, DIGITS, REPEATS, UNITS
from voice.understanding.numbers import text_at
from voice.understanding.tokens import Kind, Token
from voice.understanding.types import NotUnderstood, PayeeKind, Reason, SpokenPayee

# Digits said one by one from which on nobody means an amount.
FEWEST_SPOKEN: Final = 5
FEWEST_WRITTEN: Final = 8
MOBILE: Final = 10
MOBILE_BEGINS: Final = frozenset("6789")
ACCOUNT: Final = range(9, 19)
INTRODUCTIONS: Final = frozenset({"account", "khata", "khate", "खाता", "खाते"})
NUMBER_WORDS: Final = frozenset({"number", "no", "num", "नंबर"})
PHONE_WORDS: Final = frozenset({"phone", "mobile", "फोन", "मोबाइल"})


@dataclass(frozen=True, slots=True)
class Run:
    """Digits that belong together, and the place after them."""

    digits: str
    pieces: int
    end: int


def read_numbered(tokens: Sequence[Token], start: int) -> tuple[SpokenPayee, int] | None:
    """Return the phone or account number that begins at a place and the place after it, or None.

    >>> from voice.understanding.tokens import tokenise
    >>> read_numbered(tokenise("nine eight double seven six five triple four one"), 0)
    (SpokenPayee(kind=<PayeeKind.PHONE: 'phone'>, value='+919877654441'), 9)

    Raises:
        NotUnderstood: it is introduced as a number, or too long for an amount, and is none.
    """
    introduction, at = _introduction(tokens, start)
    run = _run(tokens, at)
    if introduction == PayeeKind.ACCOUNT:
        if len(run.digits) not in ACCOUNT:
            _refuse_digits(run, Reason.BAD_ACCOUNT)
            return None
        return SpokenPayee(PayeeKind.ACCOUNT, run.digits), run.end
    if introduction is None and not _is_long(run, tokens):
        return None
    mobile = _mobile(run.digits)
    if mobile is None:
        _refuse_digits(run, Reason.BAD_PHONE)
        return None
    return SpokenPayee(PayeeKind.PHONE, mobile), run.end


def _introduction(tokens: Sequence[Token], at: int) -> tuple[PayeeKind | None, int]:
    kinds = dict.fromkeys(INTRODUCTIONS, PayeeKind.ACCOUNT) | dict.fromkeys(PHONE_WORDS, PayeeKind.PHONE)
    kind = kinds.get(text_at(tokens, at))
    if kind is None:
        return None, at
    after = at + 1
    return kind, after + (text_at(tokens, after) in NUMBER_WORDS)


def _is_long(run: Run, tokens: Sequence[Token]) -> bool:
    """Whether digits are too many for an amount; what a unit or a currency follows is one."""
    if text_at(tokens, run.end) in UNITS.keys() | CURRENCY_WORDS:
        return False
    return run.pieces >= FEWEST_SPOKEN or len(run.digits) >= FEWEST_WRITTEN


def _run(tokens: Sequence[Token], at: int) -> Run:
    digits, pieces = "", 0
    if text_at(tokens, at) == "+":
        at += 1
    while at < len(tokens):
        times = REPEATS.get(tokens[at].text, 1)
        said = _digits(tokens, at + (times > 1))
        if said is None or _begins_an_amount(tokens, at, digits):
            break
        digits, pieces, at = digits + said * times, pieces + 1, at + 1 + (times > 1)
    return Run(digits, pieces, at)


def _begins_an_amount(tokens: Sequence[Token], at: int, digits: str) -> bool:
    """Whether a whole number lies behind and what stands here is the next one: "... four one five hundred"."""
    if text_at(tokens, at + 1) in UNITS.keys() | CURRENCY_WORDS:
        return bool(digits)
    return tokens[at].kind is Kind.NUMBER and (len(digits) in ACCOUNT) and _mobile(digits + tokens[at].text) is None


def _digits(tokens: Sequence[Token], at: int) -> str | None:
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.kind is Kind.NUMBER:
        return token.text if token.text.isdigit() and not token.is_grouped else None
    return DIGITS.get(token.text)


def _mobile(digits: str) -> str | None:
    """Return an Indian mobile number in E.164; with or without country code or leading zero."""
    for prefix in ("", "0", "91", "091"):
        rest = digits.removeprefix(prefix)
        if len(rest) == MOBILE and digits == prefix + rest and rest[0] in MOBILE_BEGINS:
            return f"+91{rest}"
    return None


def _refuse_digits(run: Run, reason: Reason) -> None:
    if run.digits:
        raise NotUnderstood(reason, run.digits)
