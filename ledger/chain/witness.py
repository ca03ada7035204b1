"""A witness: somebody else, who remembers what the log said of itself and signs only what follows from it.

Imports no Django. A witness needs a file of the checkpoints that it has seen, the log's public keys, and for each new
one a proof that the log only grew; ``docs/receipts.md`` shows the way.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.chain import merkle
from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import Signer, read_base64
from ledger.chain.merkle import EMPTY_ROOT
from ledger.chain.notes import BadNote, Checkpoint, Note, cosign, verify

FORMAT: Final = "securebank/checkpoint/v1"
LONGEST_EXPORT: Final = 256 * 1024
MOST_HASHES: Final = 128


class BadExport(ValueError):
    """The file is no exported checkpoint."""


class Fork(ValueError):
    """Two notes that the log signed can't both be true; ``notes`` are the two."""

    def __init__(self, sentence: str, earlier: Note, later: Note) -> None:
        super().__init__(sentence)
        self.notes = (earlier, later)


class NotGrown(ValueError):
    """The checkpoint is older than what the witness knows, or comes with a proof of something else."""


@dataclass(frozen=True, slots=True)
class Export:
    """A checkpoint on its way to a witness, with the proof that the log grew from an earlier size.

    Attributes:
        old_size: what the proof begins with; 0 proves nothing about earlier checkpoints.
    """

    note: Note
    old_size: int
    path: tuple[bytes, ...]


def write_export(export: Export) -> str:
    """Return the file for a witness."""
    path = [base64.b64encode(step).decode("ascii") for step in export.path]
    document = {"format": FORMAT, "checkpoint": str(export.note), "old_size": export.old_size, "path": path}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_export(text: str) -> Export:
    """Read a file that a log gave away.

    Raises:
        BadExport: it is none.
    """
    if len(text) > LONGEST_EXPORT:
        raise BadExport("the file is too large for a checkpoint")
    try:
        return _read(json.loads(text))
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise BadExport(f"the file is no exported checkpoint: {str(error)[:80]}") from None


def witness(export: Export, *, known: Sequence[Note], keys: Sequence[PublishedKey], signer: Signer, time: int) -> Note:
    """Return the checkpoint with the witness's signature on it.

    Args:
        export: what the log says now.
        known: what it said before, as the witness kept it, oldest first; may be empty.
        keys: the log's, from where the witness trusts them.
        signer: the witness's own, of the kind that signs times.
        time: now, in seconds since 1970.

    Raises:
        NotSigned, BadSignature: the log's keys did not sign it.
        Fork: it contradicts a checkpoint that the witness knows, or does not follow from the newest.
        NotGrown: it is older than one that the witness knows, or its proof begins elsewhere.
    """
    verifiers = [each.verifier for each in keys]
    verify(export.note, verifiers)
    head = _head(export.note)
    if head.origin not in {each.name for each in verifiers}:
        raise NotGrown(f"the keys are not those of the log {head.origin!r}")
    for earlier in known:
        verify(earlier, verifiers)
        _refuse_contradiction(earlier, export.note)
    _refuse_gap(newest(known, head.origin), export)
    return cosign(export.note, signer, time=time)


def newest(known: Sequence[Note], origin: str) -> Note | None:
    """Return the note of the largest size of a log that the witness knows, if it knows one."""
    seen = [each for each in known if _head(each).origin == origin]
    return max(seen, key=lambda each: _head(each).tree_size, default=None)


def _refuse_contradiction(earlier: Note, later: Note) -> None:
    seen, head = _head(earlier), _head(later)
    if (seen.origin, seen.tree_size) == (head.origin, head.tree_size) and seen.root_hash != head.root_hash:
        raise Fork(f"the log signed two different histories of {head.tree_size} bookings", earlier, later)


def _refuse_gap(earlier: Note | None, export: Export) -> None:
    """Refuse what is not shown to follow from the newest that is known."""
    head = _head(export.note)
    seen = Checkpoint(head.origin, 0, EMPTY_ROOT) if earlier is None else _head(earlier)
    if seen.tree_size > head.tree_size:
        raise NotGrown(f"the log had {seen.tree_size} bookings before and has {head.tree_size} now")
    if seen.tree_size != export.old_size:
        raise NotGrown(f"the proof must begin with {seen.tree_size} bookings, not with {export.old_size}")
    follows = merkle.proves_consistency(
        old=seen.tree_size,
        new=head.tree_size,
        old_root=seen.root_hash,
        new_root=head.root_hash,
        path=export.path,
    )
    if not follows and earlier is None:
        raise NotGrown("a log that is seen for the first time needs no proof, and this one does not hold")
    if not follows and earlier is not None:
        raise Fork(
            f"the log of {head.tree_size} bookings is not shown to begin with the {seen.tree_size} that were signed"
            " before: its history was rewritten, or the proof is wrong",
            earlier,
            export.note,
        )


def _head(note: Note) -> Checkpoint:
    return Checkpoint.parse(note.text)


def _read(document: Any) -> Export:
    if set(document) != {"format", "checkpoint", "old_size", "path"} or document["format"] != FORMAT:
        raise BadExport("its fields are not those of the format")
    size, path = document["old_size"], document["path"]
    if type(size) is not int or not isinstance(path, list) or len(path) > MOST_HASHES:
        raise BadExport("its size or its path is not what it should be")
    note = Note.parse(document["checkpoint"])
    if not 0 <= size <= _head(note).tree_size:
        raise BadNote("the proof begins with a size that the log never had")
    return Export(note, size, tuple(map(read_base64, path)))
