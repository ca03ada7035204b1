"""Keys of signed notes, and the names and numbers by which they are known.

Source: c2sp.org/signed-note (verifier keys, signature types 0x01 and 0x04) and c2sp.org/tlog-cosignature; the spelling
of private keys is that of Go's ``golang.org/x/mod/sumdb/note``. Imports no Django.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# Bytes of an Ed25519 key and of its signature (RFC 8032).
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
ID_BYTES: Final = 4
LONGEST_NAME: Final = 200
LONGEST_KEY_TEXT: Final = 400
PRIVATE: Final = "PRIVATE+KEY+"
# Neither spaces nor plus, and nothing that can't be seen.
NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]+")
HEX_ID: Final = re.compile(r"[0-9a-f]{8}")


class BadKey(ValueError):
    """The text is no key of a kind that is read here."""


class SignatureKind(IntEnum):
    """What a key signs: the note's text, or the time at which a witness saw it and the text."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name.

    Attributes:
        name: whose it is; for the log, its origin.
        public_key: 32 bytes, as RFC 8032 writes them.
        kind: what it signs.
    """

    name: str
    public_key: bytes
    kind: SignatureKind = SignatureKind.NOTE

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key
        return hashlib.sha256(named).digest()[:ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text: ``name+id+base64``."""
        material = base64.b64encode(bytes([self.kind]) + self.public_key).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that a vkey spells.

        Raises:
            BadKey: it spells none, or its id isn't its own.

        >>> Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").name
        'PeterNeumann'
        """
        name, key_id, kind, material = _read(text)
        found = cls(name, material, kind)
        if found.key_id != key_id:
            raise BadKey("the key's id does not belong to its name and bytes")
        return found

    def is_signed(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the key made this signature of the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key under a name; never shown."""

    name: str
    seed: bytes
    kind: SignatureKind = SignatureKind.NOTE

    @classmethod
    def generate(cls, name: str, kind: SignatureKind = SignatureKind.NOTE) -> Self:
        """Make a new key.

        Raises:
            BadKey: the name can't stand in a signature line.
        """
        return cls(_checked_name(name), Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that ``PRIVATE+KEY+name+id+base64`` spells.

        Raises:
            BadKey: it spells none, or its id isn't its own.
        """
        if not text.startswith(PRIVATE):
            raise BadKey("a signing key begins with PRIVATE+KEY+")
        name, key_id, kind, seed = _read(text.removeprefix(PRIVATE))
        found = cls(name, seed, kind)
        if found.verifier.key_id != key_id:
            raise BadKey("the key's id does not belong to its name and bytes")
        return found

    @property
    def text(self) -> str:
        """The private key as text: a secret."""
        material = base64.b64encode(bytes([self.kind]) + self.seed).decode("ascii")
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    @property
    def verifier(self) -> Verifier:
        """Its public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public.public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        """Return the signature: 64 bytes, the same each time."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def read_base64(text: str) -> bytes:
    r"""Return what standard Base64 spells, in its one proper spelling (RFC 4648, sections 3.5 and 4).

    Raises:
        ValueError: it is anything else.

    >>> read_base64("AQ==")
    b'\x01'
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not Base64") from error
    if base64.b64encode(found).decode("ascii") != text:
        raise ValueError("not Base64 in its proper spelling")
    return found


def _read(text: str) -> tuple[str, bytes, SignatureKind, bytes]:
    """Return name, id, kind and the 32 bytes of ``name+id+base64``."""
    parts = text.split("+", 2) if len(text) <= LONGEST_KEY_TEXT else []
    if len(parts) != 3 or HEX_ID.fullmatch(parts[1]) is None:  # noqa: PLR2004 # name, id, key
        raise BadKey("a key is written name+id+base64")
    try:
        material = read_base64(parts[2])
    except ValueError:
        raise BadKey("the last part of a key is Base64") from None
    if len(material) != 1 + KEY_BYTES or material[0] not in set(SignatureKind):
        raise BadKey("only Ed25519 keys are read here")
    return _checked_name(parts[0]), bytes.fromhex(parts[1]), SignatureKind(material[0]), material[1:]


def _checked_name(name: str) -> str:
    if len(name) > LONGEST_NAME or NAME.fullmatch(name) is None:
        raise BadKey("a key's name has neither spaces nor plus signs and is not empty")
    return name
