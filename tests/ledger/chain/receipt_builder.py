"""Receipts of a log that exists nowhere: made from the parts, without books."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from ledger.chain import encoding, merkle, notes
from ledger.chain.encoding import Booking, Side
from ledger.chain.headers import NO_BLOCK, Header, search
from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import Signer
from ledger.chain.receipt_checks import amount_text, direction_text, instant_text
from ledger.chain.receipts import Half, Opening, Receipt, write_receipt

BANK = Signer("bank.example/ledger", bytes([3]) * 32)
MADE = datetime(2026, 9, 21, 13, 33, 20, tzinfo=UTC)
MADE_US = int(MADE.timestamp()) * 1_000_000
KEYS = (PublishedKey(BANK.verifier, datetime(2026, 1, 1, tzinfo=UTC)),)


def booking(number: int) -> Booking:
    return Booking(
        entry_id=100 + number,
        client_id=UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number),
        entry_type="transfer",
        currency="INR",
        amount_minor=1_250_50 + number,
        posted_at_us=MADE_US + number,
    )


def half(number: int, *, is_open: bool) -> Half:
    salt, side = bytes([number % 256]) * 16, Side(number + 1, 0, number + 5, number * 100)
    commitment = encoding.commit(salt, encoding.side_bytes(side))
    return Half(commitment, Opening(salt, side) if is_open else None)


def mined(header: Header) -> Header:
    nonce = search(header.prefix, header.difficulty, is_cancelled=lambda: False)
    assert nonce is not None
    return header.with_nonce(nonce)


def checkpoint_of(block: Header, signer: Signer = BANK) -> str:
    text = notes.Checkpoint(signer.name, block.tree_size, block.log_root).text
    return str(notes.sign(f"{text}block {block.height} {block.hash.hex()}\n", signer))


def make_receipt(*, size: int = 7, index: int = 4, signer: Signer = BANK, opened: str = "debit") -> Receipt:
    """Return the receipt of one booking of a log of that size; its last block seals the last three."""
    halves = [(half(2 * n, is_open=False), half(2 * n + 1, is_open=False)) for n in range(size)]
    hashes = [
        merkle.leaf_hash(encoding.leaf_bytes(booking(n), debit.commitment, credit.commitment))
        for n, (debit, credit) in enumerate(halves)
    ]
    first = max(0, size - 3)
    block = mined(
        Header(
            height=1,
            previous_hash=NO_BLOCK,
            merkle_root=merkle.root(hashes[first:]),
            first_leaf=first,
            leaf_count=size - first,
            tree_size=size,
            log_root=merkle.root(hashes),
            sealed_through=100 + size,
            mined_at_us=MADE_US + 5_000_000,
            difficulty=2,
        )
    )
    found = booking(index)
    receipt = Receipt(
        shown={},
        booking=found,
        debit=half(2 * index, is_open=opened in {"debit", "both"}),
        credit=half(2 * index + 1, is_open=opened in {"credit", "both"}),
        leaf_index=index,
        leaf_hash=hashes[index],
        tree_size=size,
        path=tuple(merkle.inclusion_path(hashes, index)),
        block=block,
        block_hash=block.hash,
        checkpoint=checkpoint_of(block, signer),
        key=signer.verifier.vkey,
    )
    return replace(receipt, shown=shown_of(receipt))


def shown_of(receipt: Receipt) -> dict[str, Any]:
    return {
        "transaction": str(receipt.booking.client_id),
        "direction": direction_text(receipt),
        "amount": amount_text(receipt.booking.amount_minor, receipt.booking.currency),
        "currency": receipt.booking.currency,
        "booked_at": instant_text(receipt.booking.posted_at_us),
        "from": "Asha Rao ••1234",
        "to": "Ravi S•• ••5678",
        "note": "Dinner ₹",
    }


GOOD: Final = write_receipt(make_receipt())


def changed(path: str, value: Any) -> bytes:
    """Return the good receipt with one value changed, written as the bank writes."""
    document = json.loads(GOOD)
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place[name]
    place[last] = value
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
