"""Codes that anybody can read and check without the bank: COSE_Sign1 with Ed25519.

``SBS1:`` and the base45 of a tagged COSE_Sign1. Its protected header names the algorithm and the first four bytes of
the SHA-256 of the public key; its payload is the content. Verifying proves who made the code, not that it is unpaid.

Source: RFC 9052, sections 4.2 and 4.4; RFC 9053, section 2.2 (EdDSA).
Imports no Django.
"""

from collections.abc import Mapping
from typing import Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from qrpay.codes import cbor, envelope
from qrpay.codes.content import Content
from qrpay.codes.errors import Forged, Malformed, UnknownKey
from qrpay.codes.keys import THUMBPRINT_BYTES, MasterKey, thumbprint

# CBOR tag 18 in one byte.
TAG: Final = b"\xd2"
ALGORITHM, KEY_ID = 1, 4
EDDSA: Final = -8
PARTS: Final = 4
SIGNATURE_BYTES: Final = 64
# Tag, array, protected header, empty map, the payload's length (2 bytes), and the signature with its length (2).
AROUND_BYTES: Final = 2 + 11 + 1 + 2 + SIGNATURE_BYTES + 2
MOST_CONTENT: Final = envelope.room(envelope.SIGNED) - AROUND_BYTES


def sign(content: Content, *, key: MasterKey, environment: str) -> str:
    """Return the text of a signed code."""
    public = key.public_key(environment=environment)
    protected = cbor2.dumps({ALGORITHM: EDDSA, KEY_ID: thumbprint(public)}, canonical=True)
    payload = content.fitted(MOST_CONTENT).encoded()
    signature = key.signing_key(environment=environment).sign(_to_be_signed(protected, payload))
    return envelope.wrapped(envelope.SIGNED, TAG + cbor2.dumps([protected, {}, payload, signature], canonical=True))


def verify(text: str, *, public_keys: Mapping[bytes, bytes]) -> Content:
    """Return what a signed code says.

    Args:
        text: the code.
        public_keys: 32 bytes each, by thumbprint.

    Raises:
        Malformed: it isn't written as a signed code is; no key was tried.
        UnknownKey: the key that it names isn't among those given.
        Forged: whatever else is wrong, the same error.
    """
    protected, payload, signature = _parts(envelope.unwrapped(envelope.SIGNED, text))
    public = public_keys.get(_key_id(protected))
    if public is None:
        raise UnknownKey("no such key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _to_be_signed(protected, payload))
        return Content.decode(payload)
    except (InvalidSignature, Malformed):
        raise Forged("the signature does not hold") from None


def _parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    if not data.startswith(TAG):
        raise Malformed("no COSE_Sign1")
    parts = cbor.read(data.removeprefix(TAG))
    if not isinstance(parts, list) or len(parts) != PARTS or parts[1] != {}:
        raise Malformed("no COSE_Sign1, or unprotected headers")
    protected, _unprotected, payload, signature = parts
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise Malformed("three of the parts are bytes")
    if len(signature) != SIGNATURE_BYTES:
        raise Malformed("a signature has 64 bytes")
    return protected, payload, signature


def _key_id(protected: bytes) -> bytes:
    header = cbor.read(protected)
    if not isinstance(header, dict) or header.keys() != {ALGORITHM, KEY_ID} or header[ALGORITHM] != EDDSA:
        raise Malformed("the header names EdDSA and a key, and nothing else")
    key_id = header[KEY_ID]
    if not isinstance(key_id, bytes) or len(key_id) != THUMBPRINT_BYTES:
        raise Malformed("a key's id has four bytes")
    return key_id


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
