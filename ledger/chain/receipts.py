"""The receipt as a file: what stands in it, how it is written, and how one from anywhere is read.

Imports no Django: whoever holds a receipt reads it with this module on a machine that knows no bank. Whole numbers are
written as text, so that no program on the way rounds them. ``docs/receipts.md`` has the format.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ledger.chain.encoding import Booking, Side
from ledger.chain.headers import Header
from ledger.chain.merkle import HASH_BYTES

FORMAT: Final = "securebank/receipt/v1"
# Ours have four kilobytes; each doubling of the log adds 70 bytes.
LONGEST_RECEIPT: Final = 64 * 1024
MOST_STEPS: Final = 64
LONGEST_TEXT: Final = 400
NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
HEX: Final = re.compile(r"(?:[0-9a-f]{2})*")
ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LARGEST: Final = 2**63

PARTS: Final = ("format", "shown", "booking", "sides", "leaf", "proof", "block", "checkpoint", "key")
SHOWN: Final = ("transaction", "direction", "amount", "currency", "booked_at", "from", "to", "note")
BOOKING: Final = (
    "entry_id", "client_id", "entry_type", "currency", "amount_minor", "posted_at_us", "batch_id", "hold_id",
    "reverses_id",
)  # fmt: skip
BLOCK_NUMBERS: Final = (
    "height", "first_leaf", "leaf_count", "tree_size", "sealed_through", "mined_at_us", "difficulty", "nonce",
)  # fmt: skip
BLOCK_HASHES: Final = ("previous_hash", "merkle_root", "log_root")
BLOCK: Final = (*BLOCK_NUMBERS, *BLOCK_HASHES, "hash")
OPENING: Final = ("salt", "account_id", "shard", "version", "balance_after_minor")
# Parts that hold parts of their own.
INNER: Final = {
    "sides": ("debit", "credit"),
    "leaf": ("index", "hash"),
    "proof": ("tree_size", "path"),
    "block": BLOCK,
}


class BadReceipt(ValueError):
    """The file is no receipt that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens the commitment of a side: only whose side it is gets it."""

    salt: bytes
    side: Side


@dataclass(frozen=True, slots=True)
class Half:
    """One side of the booking: its commitment, and what opens it if it is one's own."""

    commitment: bytes
    opening: Opening | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was read; nothing of it is proven yet.

    Attributes:
        shown: the payment in words. Amount, currency, time and direction follow from the booking; names and note
            are the bank's word only.
        booking: what both parties know.
        debit, credit: its two sides.
        leaf_index: place of the booking in the log, from 0.
        leaf_hash: hash of the booking's bytes.
        tree_size: size of the log that the path leads to.
        path: hashes from the leaf to the root.
        block: the header of the block that sealed it.
        block_hash: the block's hash.
        checkpoint: the signed note.
        key: the vkey of the key that signed it.
    """

    shown: Mapping[str, str]
    booking: Booking
    debit: Half
    credit: Half
    leaf_index: int
    leaf_hash: bytes
    tree_size: int
    path: tuple[bytes, ...]
    block: Header
    block_hash: bytes
    checkpoint: str
    key: str


def write_receipt(receipt: Receipt) -> bytes:
    """Return the file; the same receipt gives the same bytes, so its hash names it."""
    document = {
        "format": FORMAT,
        "shown": dict(receipt.shown),
        "booking": _written_booking(receipt.booking),
        "sides": {"debit": _written_half(receipt.debit), "credit": _written_half(receipt.credit)},
        "leaf": {"index": str(receipt.leaf_index), "hash": receipt.leaf_hash.hex()},
        "proof": {"tree_size": str(receipt.tree_size), "path": [step.hex() for step in receipt.path]},
        "block": written_header(receipt.block) | {"hash": receipt.block_hash.hex()},
        "checkpoint": receipt.checkpoint,
        "key": receipt.key,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def written_header(header: Header) -> dict[str, str]:
    """Return a block's header as receipts and the interface write it: numbers as text, hashes in hex."""
    numbers = {name: str(getattr(header, name)) for name in BLOCK_NUMBERS}
    return numbers | {name: getattr(header, name).hex() for name in BLOCK_HASHES}


def read_receipt(content: bytes) -> Receipt:
    """Read a file that may come from anybody.

    Raises:
        BadReceipt: it is no receipt, is cut off, or is one of a version that isn't known here.
    """
    document = _json(content)
    if not isinstance(document, dict) or not isinstance(document.get("format"), str):
        raise BadReceipt("The file is not a receipt.")
    if document["format"] != FORMAT:
        raise BadReceipt(f"The receipt is of a kind that is not known here: {document['format'][:60]!r}.")
    _fields(document, PARTS, "receipt")
    sides, leaf, proof, block = (_fields(document[name], INNER[name], name) for name in INNER)
    steps = proof["path"]
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise BadReceipt("The receipt's proof is no list of hashes.")
    receipt = Receipt(
        shown={name: _text(value) for name, value in _fields(document["shown"], SHOWN, "shown").items()},
        booking=_booking(_fields(document["booking"], BOOKING, "booking")),
        debit=_half(sides["debit"]),
        credit=_half(sides["credit"]),
        leaf_index=_number(leaf["index"]),
        leaf_hash=_hex(leaf["hash"]),
        tree_size=_number(proof["tree_size"]),
        path=tuple(map(_hex, steps)),
        block=_header(block),
        block_hash=_hex(block["hash"]),
        checkpoint=_text(document["checkpoint"], longest=LONGEST_RECEIPT),
        key=_text(document["key"]),
    )
    if write_receipt(receipt) != content:
        raise BadReceipt("The file was changed: it is not written as the bank writes receipts.")
    return receipt


def _json(content: bytes) -> Any:
    if len(content) > LONGEST_RECEIPT:
        raise BadReceipt(f"The file is too large for a receipt: {len(content)} bytes.")
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise BadReceipt("The file is not text.") from None
    except RecursionError:
        raise BadReceipt("The file is nested too deeply for a receipt.") from None
    except json.JSONDecodeError as error:
        if _is_cut_off(error.doc.strip(), error.pos):
            raise BadReceipt("The file ends too early: part of the receipt is missing.") from None
        raise BadReceipt(f"The file is not a receipt: it can't be read from line {error.lineno} on.") from None


def _is_cut_off(text: str, reached: int) -> bool:
    """Tell whether what can't be read began as an object and does not end as one, or was read to its end."""
    return not text or (text.startswith("{") and (not text.endswith("}") or reached >= len(text) - 1))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadReceipt("The receipt says something twice, so it was edited.")
    return found


def _refuse(written: str) -> None:
    raise BadReceipt(f"The receipt holds a number that is written in a wrong way: {written[:20]}.")


def _fields(found: Any, names: tuple[str, ...], part: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadReceipt(f"The receipt's part {part!r} is missing or of the wrong kind.")
    if missing := [name for name in names if name not in found]:
        raise BadReceipt(f"The receipt's part {part!r} lacks {missing[0]!r}.")
    if extra := [name for name in found if name not in names]:
        raise BadReceipt(f"The receipt's part {part!r} holds {extra[0][:40]!r}, which no receipt has.")
    return found


def _text(value: Any, *, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise BadReceipt("The receipt holds something where a text belongs.")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, str) or NUMBER.fullmatch(value) is None or not -LARGEST <= int(value) < LARGEST:
        raise BadReceipt(f"The receipt holds {str(value)[:30]!r} where a whole number belongs.")
    return int(value)


def _hex(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or HEX.fullmatch(value) is None:
        raise BadReceipt("The receipt holds something where a hash belongs.")
    return bytes.fromhex(value)


def _id(value: Any) -> UUID:
    if not isinstance(value, str) or ID.fullmatch(value) is None:
        raise BadReceipt("The receipt holds something where an identifier belongs.")
    return UUID(value)


def _booking(fields: dict[str, Any]) -> Booking:
    return Booking(
        entry_id=_number(fields["entry_id"]),
        client_id=_id(fields["client_id"]),
        entry_type=_text(fields["entry_type"]),
        currency=_text(fields["currency"]),
        amount_minor=_number(fields["amount_minor"]),
        posted_at_us=_number(fields["posted_at_us"]),
        batch_id=None if fields["batch_id"] is None else _id(fields["batch_id"]),
        hold_id=None if fields["hold_id"] is None else _number(fields["hold_id"]),
        reverses_id=None if fields["reverses_id"] is None else _number(fields["reverses_id"]),
    )


def _header(fields: dict[str, Any]) -> Header:
    numbers = {name: _number(fields[name]) for name in BLOCK_NUMBERS}
    hashes = {name: _hex(fields[name]) for name in BLOCK_HASHES}
    # The layout would fill up shorter ones with zeros.
    if any(len(each) != HASH_BYTES for each in hashes.values()):
        raise BadReceipt("The receipt holds something where a hash belongs.")
    return Header(**numbers, **hashes)  # type: ignore[arg-type] # numbers are one kind of field, hashes the other


def _half(found: Any) -> Half:
    fields = _fields(found, ("commitment", "opening"), "sides")
    if fields["opening"] is None:
        return Half(_hex(fields["commitment"]), None)
    opening = _fields(fields["opening"], OPENING, "opening")
    numbers = {name: _number(opening[name]) for name in OPENING[1:]}
    return Half(_hex(fields["commitment"]), Opening(_hex(opening["salt"]), Side(**numbers)))


def _written_booking(booking: Booking) -> dict[str, str | None]:
    values = ((name, getattr(booking, name)) for name in BOOKING)
    return {name: None if value is None else str(value) for name, value in values}


def _written_half(half: Half) -> dict[str, Any]:
    if half.opening is None:
        return {"commitment": half.commitment.hex(), "opening": None}
    numbers = {name: str(getattr(half.opening.side, name)) for name in OPENING[1:]}
    return {"commitment": half.commitment.hex(), "opening": {"salt": half.opening.salt.hex(), **numbers}}
