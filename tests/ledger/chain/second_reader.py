"""A second reader of receipts, to hold the first against: hashes, bytes and a signature, none of the bank's code.

Knows the receipt of ``receipt_builder``: the fifth of seven bookings, the payer's side open.
"""

import base64
import hashlib
import json
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def expect_proof(content: bytes, public_key: bytes) -> None:
    """Go from the open side to the signature; fails where the file does not lead on."""
    found = json.loads(content)
    commitment = _commitment(found["sides"]["debit"]["opening"])
    assert commitment == found["sides"]["debit"]["commitment"]

    climbing = hashlib.sha256(b"\x00" + _leaf(found)).digest()
    assert climbing.hex() == found["leaf"]["hash"]

    # Leaf 4 of 7: with 5 to (4, 5), with 6 to the right half, with the left half to the root.
    fifth, sixth, left = map(bytes.fromhex, found["proof"]["path"])
    climbing = hashlib.sha256(b"\x01" + climbing + fifth).digest()
    climbing = hashlib.sha256(b"\x01" + climbing + sixth).digest()
    climbing = hashlib.sha256(b"\x01" + left + climbing).digest()
    text, _gap, line = found["checkpoint"].rpartition("\n\n")
    block = f"block 1 {found['block']['hash']}"
    assert text.split("\n") == ["bank.example/ledger", "7", base64.b64encode(climbing).decode(), block]

    signature = base64.b64decode(line.strip().split(" ")[-1])
    assert signature[:4] == hashlib.sha256(b"bank.example/ledger\n\x01" + public_key).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature[4:], f"{text}\n".encode())


def _commitment(opening: dict[str, str]) -> str:
    names = ("account_id", "shard", "version", "balance_after_minor")
    side = _packed(*(_number(opening[name]) for name in names))
    return hashlib.sha256(b"securebank/side/v1" + bytes.fromhex(opening["salt"]) + side).hexdigest()


def _leaf(found: dict[str, Any]) -> bytes:
    booked = found["booking"]
    return _packed(
        b"securebank/booking/v1",
        _number(booked["entry_id"]),
        bytes.fromhex(booked["client_id"].replace("-", "")),
        booked["entry_type"].encode(),
        booked["currency"].encode(),
        _number(booked["amount_minor"]),
        _number(booked["posted_at_us"]),
        b"",
        b"",
        b"",
        bytes.fromhex(found["sides"]["debit"]["commitment"]),
        bytes.fromhex(found["sides"]["credit"]["commitment"]),
    )


def _number(text: str) -> bytes:
    return struct.pack(">q", int(text))


def _packed(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)
