"""Find whom a heard name means, among the people that the customer pays: by sound and by spelling, with a score."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

from voice.understanding.devanagari import in_latin
from voice.understanding.tokens import tokenise

# From here on a name is offered, and never paid without being chosen.
NEAR: Final = 0.80
# One who is this much nearer than all others is the only one offered.
CLEARLY_NEARER: Final = 0.12
OFFERED_AT_MOST: Final = 3

# Letters that one ear or one hand takes for others, in names of India as well as of Europe. Order matters.
SOUNDS: Final = (
    (re.compile("ph"), "f"),
    (re.compile("sch|sh|ss|z|c(?=[ei])"), "s"),
    (re.compile("ch|tch"), "j"),
    (re.compile("[ck]h|ck|q|c"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("([gjtdb])h"), r"\1"),
    (re.compile("w"), "v"),
    (re.compile("y"), "i"),
    (re.compile("(?<=.)[aeiouh]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the customer may mean.

    Attributes:
        key: what the caller knows them by.
        names: their name, and what the customer calls them.
    """

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """How well a heard name fits a person.

    Attributes:
        score: 1 for the same name; below ``NEAR`` nobody is offered.
        is_exact: the whole name, or a first name that only this person bears.
    """

    person: Person
    score: float
    is_exact: bool


def matches(heard: str, people: Iterable[Person]) -> list[Match]:
    """Return who may be meant, best first: one exact match, or those to choose from, or nobody.

    >>> known = [Person("1", ("Priya Sharma",)), Person("2", ("Priya Nair",)), Person("3", ("Vikram Das",))]
    >>> [(match.person.key, match.is_exact) for match in matches("vikram", known)]
    [('3', True)]
    >>> [(match.person.key, match.is_exact) for match in matches("priya", known)]
    [('1', False), ('2', False)]
    >>> [(match.person.key, match.is_exact) for match in matches("wikram", known)]
    [('3', False)]
    """
    words = _words(heard)
    if not words:
        return []
    everybody = list(people)
    for fits in (_is_whole_name, _is_part_of_name):
        found = [person for person in everybody if any(fits(words, _words(name)) for name in person.names)]
        if found:
            return [Match(person, 1.0, is_exact=len(found) == 1) for person in found[:OFFERED_AT_MOST]]
    scored = [Match(person, max(_score(words, _words(name)) for name in person.names), False) for person in everybody]
    near = sorted((match for match in scored if match.score >= NEAR), key=lambda match: -match.score)
    return [match for match in near if near[0].score - match.score < CLEARLY_NEARER][:OFFERED_AT_MOST]


def sound(word: str) -> str:
    """Return how a word sounds, roughly: its first letter and its consonants.

    >>> sound("lakshmi") == sound("laxmi"), sound("vikram") == sound("wikram"), sound("neha") == sound("anita")
    (True, True, False)
    """
    key = word
    for letters, instead in SOUNDS:
        key = letters.sub(instead, key)
    return key


def _words(name: str) -> tuple[str, ...]:
    return tuple(in_latin(token.text) for token in tokenise(name))


def _is_whole_name(heard: Sequence[str], name: Sequence[str]) -> bool:
    return heard == name


def _is_part_of_name(heard: Sequence[str], name: Sequence[str]) -> bool:
    """Whether the words are the first ones of a name, or its last one."""
    return heard == name[: len(heard)] or (len(heard) == 1 and heard == name[-1:])


def _score(heard: Sequence[str], name: Sequence[str]) -> float:
    """Return the likeness of a heard name to the whole of a name, or to as many of its first words."""
    if not name:
        return 0.0
    return max(_likeness(" ".join(heard), " ".join(part)) for part in (name, name[: len(heard)]))


def _likeness(one: str, other: str) -> float:
    spelling = JaroWinkler.normalized_similarity(one, other)
    sounding = Levenshtein.normalized_similarity(*(" ".join(map(sound, said.split())) for said in (one, other)))
    return (spelling + sounding) / 2
