"""Cut a sentence into words, figures and signs."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

LONGEST_SENTENCE: Final = 300

# Figures with groups of any size, decimals and an ending such as 2k or 5th; an address as people type it; words of
# letters with their marks; a currency sign; a plus or minus before figures.
PIECE: Final = re.compile(
    r"(?P<address>[a-z0-9][a-z0-9._-]*@[a-z][a-z0-9.-]*)"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?)(?P<ending>[^\W\d_]+(?:['’][^\W\d_]+)?)?"
    r"|(?P<word>[^\W\d_][^\W\d_\u0900-\u0903\u093a-\u094f\u0962\u0963]*(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963]"
    r"+[^\W\d_]*)*(?:['’][^\W\d_]+)?)"
    r"|(?P<sign>[₹$€£¥%@+&-])"
    r"|(?P<other>\S)"
)
# Figures may be grouped as in India or in thousands; anything else is no number.
GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})*|\d{1,2}(?:,\d{2})*,\d{3}|\d+")
# A hyphen between letters only joins words, and one between figures parts them.
JOINED: Final = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])|(?<=\d)-(?=\d)")
# What a writer sets between words, and nobody speaks.
SILENT: Final = frozenset(".,;:!?…\"“”'’‘()।/")


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    ADDRESS = "address"
    SIGN = "sign"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, figure or sign.

    Attributes:
        text: in small letters, without the 's of a possessive.
        value: of a figure.
        is_owner: it bore the 's of a possessive.
        is_grouped: figures with commas between, which only amounts have.
    """

    kind: Kind
    text: str
    value: Decimal | None = None
    is_owner: bool = False
    is_grouped: bool = False


def tokenise(sentence: str) -> tuple[Token, ...]:
    """Return the tokens of a sentence; what is no part of speech becomes a strange one and is never dropped.

    >>> [token.text for token in tokenise("Pay Bob's ₹1,50,000.50, please!")]
    ['pay', 'bob', '₹', '150000.50', 'please']
    >>> [token.text for token in tokenise("send 2k to alice@upi")]
    ['send', '2', 'k', 'to', 'alice@upi']
    """
    # Full-width and Devanagari figures become plain ones, composed letters stay together.
    folded = unicodedata.normalize("NFKC", sentence[: LONGEST_SENTENCE + 1]).casefold()
    plain = JOINED.sub(" ", "".join(str(unicodedata.decimal(letter, letter)) for letter in folded))
    return tuple(token for found in PIECE.finditer(plain) for token in _tokens(found))


def _tokens(found: re.Match[str]) -> list[Token]:
    if found["address"]:
        return [Token(Kind.ADDRESS, found["address"].rstrip("."))]
    if found["number"]:
        return _figures(found["number"], found["ending"])
    if found["word"]:
        return [_word(found["word"])]
    if found["sign"]:
        return [Token(Kind.SIGN, found["sign"])]
    return [] if found["other"] in SILENT else [Token(Kind.STRANGE, found["other"])]


def _figures(written: str, ending: str | None) -> list[Token]:
    written = written.rstrip(",")
    whole, _point, _part = written.partition(".")
    if not GROUPED.fullmatch(whole):
        return [Token(Kind.STRANGE, written)]
    plain = written.replace(",", "")
    figures = Token(Kind.NUMBER, plain, Decimal(plain), is_grouped="," in written)
    return [figures] if ending is None else [figures, _word(ending)]


def _word(written: str) -> Token:
    stem, mark, ending = written.replace("’", "'").partition("'")
    if mark and ending != "s":
        # "don't", "what's" without its s stays what it is: one word.
        return Token(Kind.WORD, stem + ending)
    return Token(Kind.WORD, stem, is_owner=bool(mark))
