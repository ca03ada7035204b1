"""A small fuzzer that is led by coverage: what walks a new way through the parsers is kept, and altered further."""

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

import qrpay.codes
from qrpay.codes import emv

PARSERS: Final = str(Path(qrpay.codes.__file__).parent)
LONGEST: Final = 1200
# What parsers have opinions about: separators, digits of two scripts, signs, what turns lines around, half a character.
LETTERS: Final = "0123456789٣AZaz.,-+%&=:/@ \n\r\t\x00\x7f\u202e\u200dé中😀\ud800"
WORDS: Final = (
    "00", "01", "26", "54", "62", "63", "6304", "99", "0.00", "EUR", "null", "&sign=", "&am=", "%", "%E2%80%AE", "EPD",
    "QRR", "SCOR", "NON", "\n", "upi://pay?pa=", "SB1:", "SBS1:", "BCD", "SPC", "A000000524", "br.gov.bcb.pix",
    "A000000677010111", "bank.securebank",
)  # fmt: skip

Edge = tuple[str, int, int]


@dataclass
class Fuzzer:
    """One run over one target.

    Attributes:
        target: takes a text; raises only what it is allowed to, and that is caught by the caller's wrapper.
        corpus: texts that each walked a way that none before had.
        edges: pairs of lines that ran one after the other.
    """

    target: Callable[[str], None]
    corpus: list[str]
    chance: random.Random
    edges: set[Edge] = field(default_factory=set)

    def run(self, rounds: int) -> None:
        """Try the seeds, then so many altered texts; whatever the target raises rises, with the text that did it."""
        for seed in list(self.corpus):
            self._try(seed)
        for _round in range(rounds):
            text = self._altered(self.chance.choice(self.corpus))
            if self._try(text):
                self.corpus.append(text)

    def _try(self, text: str) -> bool:
        """Run the target; tell whether a new way was walked."""
        walked: set[Edge] = set()
        sys.settrace(_tracer(walked))
        try:
            self.target(text)
        except Exception as error:
            raise AssertionError(f"{type(error).__name__} for {text!r}") from error
        finally:
            sys.settrace(None)
        is_new = not walked <= self.edges
        self.edges |= walked
        return is_new

    def _altered(self, text: str) -> str:
        for _change in range(self.chance.randint(1, 3)):
            text = self.chance.choice(CHANGES)(text, self.chance, self.corpus)[:LONGEST]
        # Half of the merchants' codes get a true check sum again, or nothing behind it would ever be tried.
        if text.startswith(emv.START) and self.chance.random() < 0.5:
            body = text[:-8] if text[-8:-4] == "6304" else text
            text = f"{body}6304{emv.check_sum(body + '6304')}"
        return text


def _tracer(walked: set[Edge]) -> Callable[[FrameType, str, Any], Any]:
    def local(frame: FrameType, event: str, _argument: Any, last: list[int]) -> Any:
        if event == "line":
            walked.add((frame.f_code.co_filename, last[0], frame.f_lineno))
            last[0] = frame.f_lineno
        return lambda frame, event, argument: local(frame, event, argument, last)

    def called(frame: FrameType, _event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PARSERS):
            return None
        last = [0]
        return lambda frame, event, argument: local(frame, event, argument, last)

    return called


def _place(text: str, chance: random.Random) -> int:
    return chance.randint(0, len(text))


def _drop(text: str, chance: random.Random, _corpus: Sequence[str]) -> str:
    start = _place(text, chance)
    return text[:start] + text[start + chance.randint(1, 8) :]


def _repeat(text: str, chance: random.Random, _corpus: Sequence[str]) -> str:
    start = _place(text, chance)
    return text[: start + chance.randint(1, 30)] + text[start:]


def _letter(text: str, chance: random.Random, _corpus: Sequence[str]) -> str:
    start = _place(text, chance)
    return text[:start] + chance.choice(LETTERS) + text[start + 1 :]


def _word(text: str, chance: random.Random, _corpus: Sequence[str]) -> str:
    start = _place(text, chance)
    return text[:start] + chance.choice(WORDS) + text[start:]


def _digit(text: str, chance: random.Random, _corpus: Sequence[str]) -> str:
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + str(chance.randint(0, 9)) + text[place + 1 :]


def _splice(text: str, chance: random.Random, corpus: Sequence[str]) -> str:
    other = chance.choice(corpus)
    return text[: _place(text, chance)] + other[_place(other, chance) :]


def _exchange(text: str, chance: random.Random, _corpus: Sequence[str]) -> str:
    """Change two parts of a list of lines or parameters with each other."""
    mark = "&" if "&" in text else "\n"
    parts = text.split(mark)
    one, two = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[one], parts[two] = parts[two], parts[one]
    return mark.join(parts)


CHANGES: Final = (_drop, _repeat, _letter, _letter, _word, _digit, _digit, _splice, _exchange)
