"""Signed notes, and the checkpoints of a log that they carry.

Source: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature (Ed25519). Imports no Django.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from ledger.chain.keys import (
    ID_BYTES,
    LONGEST_NAME,
    NAME,
    SIGNATURE_BYTES,
    SignatureKind,
    Signer,
    Verifier,
    read_base64,
)

# Ours have 300 bytes and a witness adds 150; the specification asks for room for 16 signatures.
LONGEST_NOTE: Final = 64 * 1024
MOST_SIGNATURES: Final = 64
DASH: Final = "\u2014 "
CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
HASH_BYTES: Final = 32
TIME_BYTES: Final = 8
# The specification's own bound for times.
LATEST_TIME: Final = 2**63 - 1
COSIGNATURE: Final = "cosignature/v1"


class BadNote(ValueError):
    """The text is no signed note, or no checkpoint; the message says what is wrong with it."""


class BadSignature(ValueError):
    """A key that is known did not make the signature that bears its name and id."""


class NotSigned(ValueError):
    """No key that is known has signed the note."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line.

    Attributes:
        name: the key's.
        key_id: four bytes.
        payload: what the key's kind makes of it: 64 bytes, or a time in 8 bytes and 64 bytes.
    """

    name: str
    key_id: bytes
    payload: bytes

    def __str__(self) -> str:
        """Show the line without its end."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.payload).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures; nothing is proven before ``verify``."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Show the note as it is sent and stored."""
        return f"{self.text}\n" + "".join(f"{line}\n" for line in self.signatures)

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read a note.

        Raises:
            BadNote: it is none, or a longer one than is read here.
        """
        if len(written) > LONGEST_NOTE:
            raise BadNote("the note is too long")
        if CONTROL.search(written) or _has_surrogates(written):
            raise BadNote("the note holds characters that a note may not hold")
        text, gap, lines = written.rpartition("\n\n")
        if not gap or not text or not lines.endswith("\n"):
            raise BadNote("the note has no text, a blank line, and whole signature lines after it")
        signed = lines[:-1].split("\n")
        if len(signed) > MOST_SIGNATURES:
            raise BadNote("the note has too many signatures")
        return cls(f"{text}\n", tuple(map(_read_line, signed)))


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a note; a witness says when, in seconds since 1970."""

    verifier: Verifier
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment.

    Attributes:
        origin: the log's name.
        tree_size: how many leaves it has.
        root_hash: root of the tree over them, 32 bytes.
    """

    origin: str
    tree_size: int
    root_hash: bytes

    @property
    def text(self) -> str:
        """The note's text: three lines."""
        return f"{self.origin}\n{self.tree_size}\n{base64.b64encode(self.root_hash).decode('ascii')}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text; lines after the third are passed over, as the specification says.

        Raises:
            BadNote: it is no checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004 # three lines and the last one's end
            raise BadNote("a checkpoint has three lines: the log's name, its size, its root")
        origin, size, root = lines[:3]
        if SIZE.fullmatch(size) is None:
            raise BadNote("the checkpoint's size is no plain number")
        try:
            root_hash = read_base64(root)
        except ValueError:
            raise BadNote("the checkpoint's root is not Base64") from None
        if len(root_hash) != HASH_BYTES:
            raise BadNote("the checkpoint's root has not 32 bytes")
        return cls(origin, int(size), root_hash)


def sign(text: str, signer: Signer) -> Note:
    """Return the text with one signature.

    Raises:
        BadNote: the text can't be a note's.
    """
    signature = Signature(signer.name, signer.verifier.key_id, signer.sign(text.encode()))
    note = Note(text, (signature,))
    if not text.endswith("\n") or Note.parse(str(note)) != note:
        raise BadNote("a note's text ends with its last line's end")
    return note


def cosign(note: Note, signer: Signer, *, time: int) -> Note:
    """Return the note with a witness's signature after the others.

    Args:
        note: a checkpoint; the witness has checked it.
        signer: a key that signs nothing but cosignatures of one witness.
        time: when the witness saw it, in seconds since 1970.

    Raises:
        BadNote: the time can't be written.
    """
    if not 0 <= time <= LATEST_TIME:
        raise BadNote("the time can't be written")
    payload = time.to_bytes(TIME_BYTES) + signer.sign(_cosigned(note.text, time))
    return Note(note.text, (*note.signatures, Signature(signer.name, signer.verifier.key_id, payload)))


def verify(note: Note, verifiers: Iterable[Verifier]) -> Sequence[Signed]:
    """Return which of the known keys signed the note; lines of unknown keys are passed over.

    Raises:
        BadSignature: a line bears the name and id of a known key and is not that key's.
        NotSigned: no known key signed it.
    """
    known = {(each.name, each.key_id): each for each in verifiers}
    pairs = [(known.get((line.name, line.key_id)), line) for line in note.signatures]
    found = [_signed(verifier, line, note.text) for verifier, line in pairs if verifier is not None]
    if not found:
        raise NotSigned("none of the known keys signed the note")
    return found


def _signed(verifier: Verifier, line: Signature, text: str) -> Signed:
    if verifier.kind is SignatureKind.NOTE:
        time, signature, message = None, line.payload, text.encode()
    else:
        time, signature = int.from_bytes(line.payload[:TIME_BYTES]), line.payload[TIME_BYTES:]
        message = _cosigned(text, time)
    if len(signature) != SIGNATURE_BYTES or not verifier.is_signed(signature, message):
        raise BadSignature(f"the signature of {verifier.name} is not right")
    return Signed(verifier, time)


def _cosigned(text: str, time: int) -> bytes:
    return f"{COSIGNATURE}\ntime {time}\n{text}".encode()


def _read_line(line: str) -> Signature:
    name, gap, written = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not gap or len(name) > LONGEST_NAME or NAME.fullmatch(name) is None:
        raise BadNote("a signature line has a dash, a name and Base64")
    try:
        found = read_base64(written)
    except ValueError:
        raise BadNote("a signature is not Base64") from None
    if len(found) <= ID_BYTES:
        raise BadNote("a signature is too short")
    return Signature(name, found[:ID_BYTES], found[ID_BYTES:])


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
