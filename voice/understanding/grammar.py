"""Put the pieces of a sentence together: who, how much, what for. Every word has to find its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from voice.understanding import lexicon
from voice.understanding.pieces import Piece, Sort
from voice.understanding.types import Command, Intent, NotUnderstood, PayeeKind, Reason, SpokenPayee

VERBS: Final = frozenset({Sort.PAY, Sort.REQUEST})
NAMED: Final = frozenset({Sort.WORD, Sort.PERSON})
# "ask bob for money": what is asked for, and no name.
MONEY: Final = frozenset({"money", "payment", "funds", "cash", "paise", "paisa", "पैसे", "पैसा"})
ONESELF: Final = frozenset({"me", "myself", "mujhe", "khud", "मुझे"})
JOINING_PEOPLE: Final = frozenset({"and", "aur", "और", "or", "ya", "या"})
# Joining words that stand behind the name in Hindi.
BEHIND: Final = frozenset({"ko", "को", "se", "से"})
VETOES: Final = (
    (lexicon.NEGATIONS, Reason.NEGATED),
    (lexicon.CONDITIONS, Reason.CONDITIONAL),
    (lexicon.REPORTS, Reason.REPORTED),
    (lexicon.QUESTIONS, Reason.QUESTION),
    (lexicon.TIMES, Reason.SCHEDULED),
    (lexicon.VAGUE, Reason.VAGUE_AMOUNT),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one part of a sentence says: an order, or its correction."""

    amount_minor: int | None = None
    payee: SpokenPayee | None = None
    note: str = ""


def command_of(pieces: Sequence[Piece]) -> Command:
    """Return the payment or the request for money that the pieces are.

    Raises:
        NotUnderstood: there is no verb, or words that make it something else, or words without a place.
    """
    _refuse_vetoed(pieces)
    first, *corrections = _parts(pieces)
    intent = _intent(pieces)
    said = _said(first, intent)
    for part in corrections:
        said = _corrected(said, part, intent)
    return Command(intent, said.amount_minor, said.payee, said.note)


def _refuse_vetoed(pieces: Sequence[Piece]) -> None:
    for words, reason in VETOES:
        for piece in pieces:
            if piece.sort is Sort.WORD and piece.text in words:
                raise NotUnderstood(reason, piece.text)


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.sort is Sort.CORRECTION:
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def _intent(pieces: Sequence[Piece]) -> Intent:
    verbs = [piece.sort for piece in pieces if piece.sort in VERBS]
    if not verbs:
        raise NotUnderstood(Reason.NO_INTENT)
    return Intent.REQUEST if Sort.REQUEST in verbs else Intent.PAY


def _corrected(said: Said, part: Sequence[Piece], intent: Intent) -> Said:
    """Return what was said with what the correction names in its place; one that names nothing takes all back."""
    if all(piece.sort in VERBS for piece in part):
        raise NotUnderstood(Reason.NEGATED)
    if all(piece.sort is Sort.WORD for piece in part):
        # "to alice no bob"
        part = [Piece(Sort.TO, "to"), *part]
    new = _said(part, intent)
    return Said(new.amount_minor or said.amount_minor, new.payee or said.payee, new.note or said.note)


def _said(pieces: Sequence[Piece], intent: Intent) -> Said:
    """Return what a part says, each of its words in its place.

    Raises:
        NotUnderstood: a word has no place, or something is said twice.
    """
    runs = _runs(_without_asking(pieces) if intent is Intent.REQUEST else pieces)
    people: list[SpokenPayee] = []
    notes: list[str] = []
    for number, run in enumerate(runs):
        if run[0].sort not in NAMED:
            continue
        before = runs[number - 1][-1] if number else None
        behind = runs[number + 1][0] if number + 1 < len(runs) else None
        if _is_note(before, behind):
            notes.append(" ".join(piece.text for piece in run))
        elif (person := _person(run, before, behind, intent)) is not None:
            people.append(person)
    amounts = [piece.minor for piece in pieces if piece.sort is Sort.AMOUNT]
    _refuse_lone_words(runs, intent)
    if len(amounts) > 1:
        raise NotUnderstood(Reason.TWO_AMOUNTS)
    if len(people) > 1:
        raise NotUnderstood(Reason.TWO_PAYEES)
    return Said(amounts[0] if amounts else None, people[0] if people else None, " ".join(notes))


def _without_asking(pieces: Sequence[Piece]) -> list[Piece]:
    """Leave out what asking brings with it: "ask bob to pay me 500", "request payment from bob"."""
    kept: list[Piece] = []
    for piece in pieces:
        if piece.sort is Sort.PAY:
            if kept and kept[-1].sort is Sort.TO and kept[-1].text == "to":
                kept.pop()
        elif not (piece.sort is Sort.WORD and piece.text in ONESELF):
            kept.append(piece)
    return kept


def _runs(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return neighbours that are names or plain words as one, every other piece alone; words for money left out."""
    kept: list[Piece] = []
    for piece in pieces:
        if not (piece.sort is Sort.WORD and piece.text in MONEY):
            kept.append(piece)
        elif kept and kept[-1].sort is Sort.FOR:
            # "ask bob for money"
            kept.pop()
    runs: list[list[Piece]] = []
    for is_named, group in groupby(kept, key=lambda piece: piece.sort in NAMED):
        found = list(group)
        runs.extend([found] if is_named else [[piece] for piece in found])
    return runs


def _is_note(before: Piece | None, behind: Piece | None) -> bool:
    starts = before is not None and before.sort in (Sort.FOR, Sort.NOTE)
    return starts or (behind is not None and behind.sort is Sort.FOR_BEHIND)


def _person(run: Sequence[Piece], before: Piece | None, behind: Piece | None, intent: Intent) -> SpokenPayee | None:
    """Return whom a run of words names; None for words about one's own side that change nothing.

    Raises:
        NotUnderstood: it stands where no payee does, or names nobody or several.
    """
    if not _has_a_place(before, behind, intent):
        raise NotUnderstood(Reason.WORDS_LEFT_OVER, " ".join(piece.text for piece in run))
    words = _bare(run)
    if not words or {piece.text for piece in words} <= ONESELF:
        raise NotUnderstood(Reason.WORDS_LEFT_OVER, " ".join(piece.text for piece in run))
    beyond_doubt = [piece.person for piece in words if piece.person and piece.person.kind is not PayeeKind.NAME]
    if beyond_doubt:
        if len(words) > 1:
            raise NotUnderstood(Reason.TWO_PAYEES)
        return beyond_doubt[0]
    if any(piece.text in JOINING_PEOPLE for piece in words):
        raise NotUnderstood(Reason.TWO_PAYEES)
    strange = [piece.text for piece in words if piece.sort is Sort.WORD and piece.text in lexicon.NEVER_IN_NAMES]
    if strange:
        raise NotUnderstood(Reason.WORDS_LEFT_OVER, " ".join(strange))
    return SpokenPayee(PayeeKind.NAME, " ".join(piece.text for piece in words))


def _has_a_place(before: Piece | None, behind: Piece | None, intent: Intent) -> bool:
    joining = Sort.FROM if intent is Intent.REQUEST else Sort.TO
    if before is not None and before.text not in BEHIND and (before.sort in VERBS or before.sort is joining):
        return True
    return behind is not None and behind.sort is joining and behind.text in BEHIND


def _bare(run: Sequence[Piece]) -> Sequence[Piece]:
    """Return a name without "mr" before and "account" behind."""
    words = list(run)
    while words and words[0].sort is Sort.WORD and words[0].text in lexicon.AROUND_NAMES:
        words.pop(0)
    while words and words[-1].sort is Sort.WORD and words[-1].text in lexicon.AROUND_NAMES:
        words.pop()
    return words


def _refuse_lone_words(runs: Sequence[Sequence[Piece]], intent: Intent) -> None:
    """Refuse joining words that join nothing, and verbs that stand apart."""
    sorts = [run[0].sort if run[0].sort not in NAMED else Sort.WORD for run in runs]
    verbs = [number for number, sort in enumerate(sorts) if sort in VERBS]
    if verbs and verbs[-1] - verbs[0] >= len(verbs):
        raise NotUnderstood(Reason.WORDS_LEFT_OVER, runs[verbs[-1]][0].text)
    for number, run in enumerate(runs):
        joins_amount = intent is Intent.REQUEST and Sort.AMOUNT in sorts[number + 1 : number + 2]
        needs_words = run[0].sort in (Sort.TO, Sort.FROM, Sort.NOTE) or (run[0].sort is Sort.FOR and not joins_amount)
        near = sorts[max(0, number - 1) : number] if run[0].text in BEHIND else sorts[number + 1 : number + 2]
        if needs_words and near != [Sort.WORD]:
            raise NotUnderstood(Reason.WORDS_LEFT_OVER, run[0].text)
