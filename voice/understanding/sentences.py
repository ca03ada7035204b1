"""From a sentence to a command, or the reason why it is none."""

from collections.abc import Iterable, Sequence
from typing import Final

from voice.understanding import lexicon
from voice.understanding.grammar import command_of
from voice.understanding.number_words import CURRENCY_WORDS, HINDI_SMALL, SMALL, TENS, UNITS
from voice.understanding.pieces import cut, phrase_at
from voice.understanding.tokens import LONGEST_SENTENCE, Token, tokenise
from voice.understanding.types import Command, Intent, NotUnderstood, Reason

# A name of one such word would take numbers and verbs for people.
NEVER_A_NAME: Final = (
    SMALL.keys()
    | TENS.keys()
    | HINDI_SMALL.keys()
    | UNITS.keys()
    | CURRENCY_WORDS
    | lexicon.PAY
    | lexicon.REQUEST
    | lexicon.TO
    | lexicon.FROM
    | lexicon.FOR
    | lexicon.AUXILIARIES
)


def understand(sentence: str, *, names: Iterable[str] = ()) -> Command:
    """Return the command that a sentence is. The whole sentence counts: a word without a place makes it none.

    Args:
        sentence: English or Hindi, in either script, as spoken or typed.
        names: of people whom the customer pays; only needed for names with words that mean something else.

    Raises:
        NotUnderstood: with the reason, and the words that it is about.

    >>> understand("please send two hundred and fifty rupees to bob for lunch").amount_minor
    25000
    """
    if len(sentence) > LONGEST_SENTENCE:
        raise NotUnderstood(Reason.TOO_LONG)
    tokens = tokenise(sentence)
    if not tokens:
        raise NotUnderstood(Reason.NOTHING_SAID)
    known = _names(names)
    plain = _without_fillers(tokens, known)
    whole = _whole_utterance(tokens) or _whole_utterance(plain)
    if whole is not None:
        return Command(whole)
    if not plain:
        raise NotUnderstood(Reason.NOTHING_SAID)
    if phrase_at(plain, 0, lexicon.QUESTION_BEGINNINGS):
        raise NotUnderstood(Reason.QUESTION)
    return command_of(cut(plain, known))


def _names(names: Iterable[str]) -> list[tuple[str, ...]]:
    written = {tuple(token.text for token in tokenise(name)) for name in names}
    taken = (name for name in written if len(name) > 1 or (name and name[0] not in NEVER_A_NAME))
    return sorted(taken, key=lambda name: (-len(name), name))


def _without_fillers(tokens: Sequence[Token], names: Sequence[tuple[str, ...]]) -> list[Token]:
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        length = phrase_at(tokens, at, names)
        if length:
            kept.extend(tokens[at : at + length])
            at += length
        elif length := phrase_at(tokens, at, lexicon.FILLERS):
            at += length
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def _whole_utterance(tokens: Sequence[Token]) -> Intent | None:
    """Return the intent of a sentence that is one of a set, or holds only words about balance or history."""
    # "that's" is two words; here it is read as it was said.
    said = " ".join(token.text + "s" * token.is_owner for token in tokens)
    for sentences, intent in (
        (lexicon.CONFIRMATIONS, Intent.CONFIRM),
        (lexicon.CANCELLATIONS, Intent.CANCEL),
        (lexicon.HELPS, Intent.HELP),
    ):
        if said in sentences:
            return intent
    words = {token.text for token in tokens}
    if words & lexicon.HISTORY and words <= lexicon.HISTORY | lexicon.ABOUT_HISTORY:
        return Intent.HISTORY
    asks = words & lexicon.BALANCE or any(phrase_at(tokens, at, lexicon.MONEY_ASKED) for at in range(len(tokens)))
    return Intent.BALANCE if asks and words <= lexicon.BALANCE | lexicon.ABOUT_BALANCE else None
