"""Cut tokens into the pieces of a command: verbs, amounts, people, joining words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voice.understanding import lexicon
from voice.understanding.amounts import read_amount
from voice.understanding.digits import read_numbered
from voice.understanding.numbers import text_at
from voice.understanding.tokens import Kind, Token
from voice.understanding.types import NotUnderstood, PayeeKind, Reason, SpokenPayee

LONGEST_NAME: Final = 6


class Sort(StrEnum):
    """What a piece is."""

    PAY = "pay"
    REQUEST = "request"
    AMOUNT = "amount"
    PERSON = "person"
    WORD = "word"
    TO = "to"
    FROM = "from"
    FOR = "for"
    FOR_BEHIND = "for behind"
    NOTE = "note"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; ``minor`` of an amount, ``person`` where somebody is named beyond doubt."""

    sort: Sort
    text: str
    minor: int = 0
    person: SpokenPayee | None = None
    is_owner: bool = False


PHRASES: Final = (
    (lexicon.PAY_PHRASES, Sort.PAY),
    (lexicon.FOR_BEHIND, Sort.FOR_BEHIND),
    (lexicon.NOTE_WORDS, Sort.NOTE),
)


def cut(tokens: Sequence[Token], names: Sequence[tuple[str, ...]]) -> list[Piece]:
    """Return the pieces of a sentence in order.

    Args:
        tokens: without politeness.
        names: words of the names that the customer pays, longest first; they are names even where their words are
            numbers or verbs.

    Raises:
        NotUnderstood: an amount or a number in it is none.
    """
    pieces: list[Piece] = []
    at = 0
    while at < len(tokens):
        at = _next(tokens, at, names, pieces)
    return pieces


def phrase_at(tokens: Sequence[Token], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """Return how many tokens the first phrase takes that stands at a place, 0 for none."""
    for phrase in phrases:
        if tuple(token.text for token in tokens[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _next(tokens: Sequence[Token], at: int, names: Sequence[tuple[str, ...]], pieces: list[Piece]) -> int:
    """Add the piece at a place, and return the next place."""
    if taken := phrase_at(tokens, at, names):
        said = " ".join(token.text for token in tokens[at : at + taken])
        return _add(pieces, Piece(Sort.PERSON, said, person=SpokenPayee(PayeeKind.NAME, said)), at + taken)
    if (end := _person(tokens, at, pieces)) is not None:
        return end
    if taken := phrase_at(tokens, at, lexicon.CORRECTIONS) if pieces else 0:
        return _add(pieces, Piece(Sort.CORRECTION, tokens[at].text), at + taken)
    if (amount := read_amount(tokens, at)) is not None:
        return _add(pieces, Piece(Sort.AMOUNT, tokens[at].text, minor=amount.minor), amount.end)
    for phrases, sort in PHRASES:
        if taken := phrase_at(tokens, at, phrases):
            return _add(pieces, Piece(sort, tokens[at].text), at + taken)
    return _single(tokens, at, pieces)


def _single(tokens: Sequence[Token], at: int, pieces: list[Piece]) -> int:
    token = tokens[at]
    if token.kind is Kind.ADDRESS:
        return _add(pieces, Piece(Sort.PERSON, token.text, person=SpokenPayee(PayeeKind.UPI, token.text)), at + 1)
    if token.kind is not Kind.WORD:
        raise NotUnderstood(Reason.WORDS_LEFT_OVER, token.text)
    follows_verb = bool(pieces) and pieces[-1].sort in (Sort.PAY, Sort.REQUEST)
    if follows_verb and token.text in lexicon.AUXILIARIES:
        return at + 1
    return _add(pieces, Piece(_sort(token.text), token.text, is_owner=token.is_owner), at + 1)


def _sort(word: str) -> Sort:
    sorts = (
        (lexicon.PAY, Sort.PAY),
        (lexicon.REQUEST, Sort.REQUEST),
        (lexicon.TO, Sort.TO),
        (lexicon.FROM, Sort.FROM),
        (lexicon.FOR, Sort.FOR),
    )
    return next((sort for words, sort in sorts if word in words), Sort.WORD)


def _person(tokens: Sequence[Token], at: int, pieces: list[Piece]) -> int | None:
    """Add an address or a number of a phone or account that stands at a place; return the place after it, or None."""
    numbered = read_numbered(tokens, at)
    if numbered is None:
        return _address(tokens, at, pieces)
    return _add(pieces, Piece(Sort.PERSON, numbered[0].value, person=numbered[0]), numbered[1])


def _address(tokens: Sequence[Token], at: int, pieces: list[Piece]) -> int | None:
    """Join "alice at ok axis" with the words before it; return the place after it, or None."""
    taken = phrase_at(tokens, at, lexicon.AT)
    if not taken:
        return None
    endings = sorted(lexicon.ENDINGS, key=len, reverse=True)
    length = phrase_at(tokens, at + taken, endings)
    if not length:
        return None
    local = _local_part(pieces)
    if not local:
        raise NotUnderstood(Reason.WORDS_LEFT_OVER, text_at(tokens, at))
    ending = lexicon.ENDINGS[tuple(token.text for token in tokens[at + taken : at + taken + length])]
    address = f"{local}@{ending}"
    return _add(pieces, Piece(Sort.PERSON, address, person=SpokenPayee(PayeeKind.UPI, address)), at + taken + length)


def _local_part(pieces: list[Piece]) -> str:
    """Take the words before "at" out of the pieces and return them as the first part of an address."""
    said: list[str] = []
    while pieces and pieces[-1].sort in (Sort.WORD, Sort.PERSON) and len(said) < LONGEST_NAME:
        piece = pieces.pop()
        said.insert(0, "".join(lexicon.IN_ADDRESSES.get(word, word) for word in piece.text.split()))
    return "".join(said)


def _add(pieces: list[Piece], piece: Piece, end: int) -> int:
    pieces.append(piece)
    return end
