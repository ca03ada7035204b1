"""Codes that only this bank can make and read: AES-256-GCM over the content.

``SB1:`` and the base45 of: version (1 byte), key id (1), nonce (12), sealed content, tag (16). The associated data
binds prefix, version, key id, environment and purpose, and each purpose of each environment has a key of its own.

Source: NIST SP 800-38D. Imports no Django.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qrpay.codes import envelope
from qrpay.codes.content import Content
from qrpay.codes.errors import Forged, Malformed
from qrpay.codes.keys import KeyRing, MasterKey, Purpose

VERSION: Final = 1
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
HEADER_BYTES: Final = 2 + NONCE_BYTES
MOST_CONTENT: Final = envelope.room(envelope.SEALED) - HEADER_BYTES - TAG_BYTES


def seal(content: Content, *, key: MasterKey, environment: str) -> str:
    """Return the text of a sealed code; another one each time, because its nonce is random."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return sealed_with(nonce, content.fitted(MOST_CONTENT), key=key, environment=environment)


def sealed_with(nonce: bytes, content: Content, *, key: MasterKey, environment: str) -> str:
    """Return the text of a code sealed under a given nonce, for test vectors; a nonce must never come twice."""
    purpose = _purpose(content)
    cipher = AESGCM(key.sealing_key(environment=environment, purpose=purpose))
    sealed = cipher.encrypt(nonce, content.encoded(), _bound(key.key_id, environment, purpose))
    return envelope.wrapped(envelope.SEALED, bytes([VERSION, key.key_id]) + nonce + sealed)


def unseal(text: str, *, ring: KeyRing, environment: str) -> Content:
    """Return what a sealed code says.

    Raises:
        Malformed: it isn't written as a sealed code is; no key was tried.
        UnknownKey: the key that it names isn't on the ring.
        Forged: whatever else is wrong, the same error.
    """
    data = envelope.unwrapped(envelope.SEALED, text)
    if len(data) <= HEADER_BYTES + TAG_BYTES:
        raise Malformed("too short")
    if data[0] != VERSION:
        raise Malformed("another version")
    key = ring.key(data[1])
    nonce, sealed = data[2:HEADER_BYTES], data[HEADER_BYTES:]
    for purpose in Purpose:
        cipher = AESGCM(key.sealing_key(environment=environment, purpose=purpose))
        try:
            content = Content.decode(cipher.decrypt(nonce, sealed, _bound(key.key_id, environment, purpose)))
        except (InvalidTag, Malformed):
            continue
        if _purpose(content) == purpose:
            return content
    raise Forged("the seal does not hold")


def _purpose(content: Content) -> Purpose:
    return Purpose.SINGLE_USE if content.is_single_use else Purpose.STATIC


def _bound(key_id: int, environment: str, purpose: Purpose) -> bytes:
    """Return the associated data; each text goes in with its length before it, so that no two run together."""
    texts = (environment.encode(), purpose.encode())
    named = b"".join(bytes([len(text)]) + text for text in texts)
    return envelope.SEALED.encode("ascii") + bytes([VERSION, key_id]) + named
