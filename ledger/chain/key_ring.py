"""The log's keys as they are published and kept: which ones there were, and from when to when each signed.

Imports no Django.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ledger.chain.keys import BadKey, Signer, Verifier

SIGNING_FILE: Final = "securebank_checkpoint_key"
PUBLIC_FILE: Final = "securebank_checkpoint_public_keys"
MOST_KEYS: Final = 1000
LONGEST_RING: Final = 512 * 1024
# How far two clocks may lie apart: bank and reader, or the process that mines and the one that changes the keys.
CLOCKS_APART: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key and when it signs; without ``valid_until`` it still does."""

    verifier: Verifier
    valid_from: datetime
    valid_until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Tell whether the key signed at that moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def may_have_signed(self, at: datetime) -> bool:
        """Tell whether the key can have signed a block of that moment.

        One that was being mined while the keys changed bears either.
        """
        return any(map(self.covers, (at, at - CLOCKS_APART, at + CLOCKS_APART)))

    @property
    def line(self) -> str:
        """The key as the ring's file holds it: a vkey and one or two instants."""
        until = [] if self.valid_until is None else [_written(self.valid_until)]
        return " ".join([self.verifier.vkey, _written(self.valid_from), *until])

    @property
    def resource(self) -> dict[str, Any]:
        """The key as clients read it."""
        return {
            "id": self.verifier.key_id.hex(),
            "name": self.verifier.name,
            "algorithm": "Ed25519",
            "vkey": self.verifier.vkey,
            "valid_from": _written(self.valid_from),
            "valid_until": self.valid_until and _written(self.valid_until),
        }


def read_ring(text: str) -> tuple[PublishedKey, ...]:
    """Return the keys of a ring's file: one a line, oldest first; ``#`` begins a remark.

    Raises:
        BadKey: a line holds no key, or an instant can't be read.
    """
    if len(text) > LONGEST_RING:
        raise BadKey("too many keys")
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) > MOST_KEYS:
        raise BadKey("too many keys")
    return tuple(map(_read_line, lines))


def make_missing(folder: Path, *, name: str, now: datetime) -> None:
    """Make the first signing key of a log, unless there is one."""
    if not (folder / SIGNING_FILE).is_file():
        _store(folder, Signer.generate(name), (), now)


def rotate(folder: Path, *, now: datetime) -> Signer:
    """Make the key that signs from now on; the old one's private half is gone, its public half stays published.

    Raises:
        FileNotFoundError: the log has no key here.
    """
    old = Signer.parse((folder / SIGNING_FILE).read_text(encoding="utf-8").strip())
    ring = read_ring((folder / PUBLIC_FILE).read_text(encoding="utf-8"))
    new = Signer.generate(old.name)
    ended = tuple(each if each.valid_until else replace(each, valid_until=now) for each in ring)
    _store(folder, new, ended, now)
    return new


def write_json(keys: Sequence[PublishedKey]) -> dict[str, Any]:
    """Return the ring as it stands at its public address; the newest key first."""
    return {"keys": [each.resource for each in reversed(keys)]}


def read_published(text: str) -> tuple[PublishedKey, ...]:
    """Return the keys of any of the forms in which they are given away: a vkey, lines of a ring, or its JSON.

    A vkey without instants counts as valid at any time.

    Raises:
        BadKey: the text is none of them.
    """
    if not text.lstrip().startswith("{"):
        return read_ring(text)
    if len(text) > LONGEST_RING:
        raise BadKey("too many keys")
    try:
        rows = json.loads(text)["keys"]
        lines = [" ".join(filter(None, (row["vkey"], row["valid_from"], row["valid_until"]))) for row in rows]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise BadKey("the file holds no keys in a form that is read here") from None
    return read_ring("\n".join(lines))


def _read_line(words: list[str]) -> PublishedKey:
    try:
        instants = [datetime.fromisoformat(word) for word in words[1:]]
    except ValueError:
        raise BadKey("a key's line is a vkey and one or two instants") from None
    if len(instants) > 2 or any(each.tzinfo is None for each in instants):  # noqa: PLR2004 # from and until
        raise BadKey("a key's line is a vkey and one or two instants with their zone")
    beginning = instants[0] if instants else datetime.fromtimestamp(0, UTC)
    return PublishedKey(Verifier.parse(words[0]), beginning, instants[1] if len(instants) > 1 else None)


def _store(folder: Path, signer: Signer, earlier: Sequence[PublishedKey], now: datetime) -> None:
    """Publish first: a checkpoint must never bear a key that nobody can look up."""
    ring = [*earlier, PublishedKey(signer.verifier, now)]
    _write(folder / PUBLIC_FILE, "".join(f"{each.line}\n" for each in ring))
    _write(folder / SIGNING_FILE, f"{signer.text}\n")


def _write(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(path)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
