"""Utterances and what each must come to, as ``corpus.txt`` writes them down."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from voice.understanding.sentences import understand
from voice.understanding.types import Command, Intent, NotUnderstood, PayeeKind, SpokenPayee

CORPUS: Final = Path(__file__).with_name("corpus.txt")
# People whom the speaker pays, with names that would mean something else.
KNOWN: Final = ("Metro Power and Water", "Seven Hills Store", "Vikram Das", "Fresh Basket Grocers")


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance; ``meant`` is its command or the reason why it is none."""

    said: str
    meant: Command | str


def examples() -> Iterator[Example]:
    for line in CORPUS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            said, _mark, meant = line.partition(" > ")
            yield Example(said, _read(meant))


def heard(said: str) -> Command | str:
    try:
        return understand(said, names=KNOWN)
    except NotUnderstood as fault:
        return fault.reason.value


def _read(written: str) -> Command | str:
    if written.startswith("! "):
        return written[2:]
    written, _mark, note = written.partition(" #")
    intent, *rest = written.split(maxsplit=2)
    if not rest:
        return Command(Intent(intent))
    amount, payee = rest
    return Command(Intent(intent), None if amount == "-" else int(Decimal(amount) * 100), _payee(payee), note)


def _payee(written: str) -> SpokenPayee | None:
    if written == "-":
        return None
    kind, _colon, value = written.partition(":")
    return SpokenPayee(PayeeKind(kind), value)
