"""The keys that codes are sealed and signed with: one master key an id, everything else derived from it.

The newest key seals and signs; earlier ones only open and verify. Imports no Django.
"""

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from qrpay.codes.errors import UnknownKey

KEY_BYTES: Final = 32
HIGHEST_ID: Final = 255
# Ids of public keys, as codes name them (a truncated SHA-256, as RFC 9679 makes thumbprints).
THUMBPRINT_BYTES: Final = 4
LINE: Final = re.compile(r"([1-9][0-9]{0,2}):([A-Za-z0-9_-]{43})")
DERIVED: Final = b"SecureBank QR code keys, version 1\x00"


class Purpose(StrEnum):
    """What a code may be used for; codes of one purpose don't open as another."""

    STATIC = "static"
    SINGLE_USE = "single-use"


class BadRing(ValueError):
    """The text is no ring of keys."""


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """32 random bytes under a number; never shown.

    Attributes:
        key_id: 1 to 255; no number is ever used for a second key.
    """

    key_id: int
    secret: bytes

    @classmethod
    def generate(cls, key_id: int) -> Self:
        """Make a new key."""
        if not 1 <= key_id <= HIGHEST_ID:
            raise BadRing("key ids go from 1 to 255")
        return cls(key_id, secrets.token_bytes(KEY_BYTES))

    @property
    def line(self) -> str:
        """The key as text: a secret."""
        return f"{self.key_id}:{base64.urlsafe_b64encode(self.secret).decode('ascii').rstrip('=')}"

    def sealing_key(self, *, environment: str, purpose: Purpose) -> bytes:
        """Return the AES-256 key for codes of one purpose."""
        return _derived(self.secret, f"seal/{environment}/{purpose}")

    def signing_key(self, *, environment: str) -> Ed25519PrivateKey:
        """Return the key that signs readable codes."""
        return Ed25519PrivateKey.from_private_bytes(_derived(self.secret, f"sign/{environment}"))

    def public_key(self, *, environment: str) -> bytes:
        """Return the 32 bytes that anybody may check signatures with."""
        return _public(self.secret, environment)


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Keys, oldest first; the last one seals."""

    keys: tuple[MasterKey, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the ring that ``id:secret`` words spell, ids ascending.

        Raises:
            BadRing: they spell none.
        """
        found = [LINE.fullmatch(word) for word in text.split()]
        if not found:
            raise BadRing("a ring holds one key at least")
        keys = tuple(_key(match) for match in found if match is not None)
        ids = [key.key_id for key in keys]
        if len(keys) != len(found) or ids != sorted(set(ids)) or ids[-1] > HIGHEST_ID:
            raise BadRing("a ring is written id:key, ids ascending from 1 to 255, keys 32 bytes in base64url")
        return cls(keys)

    @property
    def text(self) -> str:
        """The ring as it is kept: a secret."""
        return "".join(f"{key.line}\n" for key in self.keys)

    @property
    def newest(self) -> MasterKey:
        """The key that seals."""
        return self.keys[-1]

    def rotated(self) -> "KeyRing":
        """Return the ring with a new key that seals from now on.

        Raises:
            BadRing: all 255 ids are used.
        """
        return KeyRing((*self.keys, MasterKey.generate(self.newest.key_id + 1)))

    def key(self, key_id: int) -> MasterKey:
        """Return a key.

        Raises:
            UnknownKey: it isn't on the ring.
        """
        for each in self.keys:
            if each.key_id == key_id:
                return each
        raise UnknownKey("no such key")

    def public_keys(self, *, environment: str) -> dict[bytes, bytes]:
        """Return the public keys of every key that was ever on the ring, by their thumbprints."""
        published = [key.public_key(environment=environment) for key in self.keys]
        return {thumbprint(public): public for public in published}


def thumbprint(public_key: bytes) -> bytes:
    """Return the four bytes by which signed codes name their key."""
    return hashlib.sha256(public_key).digest()[:THUMBPRINT_BYTES]


def _key(match: re.Match[str]) -> MasterKey:
    try:
        secret = base64.urlsafe_b64decode(match[2] + "=")
    except binascii.Error:
        raise BadRing("a key is base64url") from None
    return MasterKey(int(match[1]), secret)


@cache
def _derived(secret: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=DERIVED + label.encode()).derive(secret)


@cache
def _public(secret: bytes, environment: str) -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(_derived(secret, f"sign/{environment}"))
    return private.public_key().public_bytes_raw()
