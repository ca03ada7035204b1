"""The bytes of a booking that a leaf of the log is made of; ``docs/chain.md`` has the format and test vectors.

Only the standard library: a receipt is checked with this module on a machine that knows no bank.

What both parties of a booking know stands in the leaf in clear. What one party may not show the other, which account of
theirs it was and what was left on it, enters as a salted commitment a side: whoever is given salt and side can check
it, whoever is not can't guess it.
"""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

BOOKING_TAG: Final = b"securebank/booking/v1"
SIDE_TAG: Final = b"securebank/side/v1"
SALT_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Booking:
    """What both parties know of an entry.

    Attributes:
        entry_id: number of the entry in the books.
        client_id: the identifier under which it was ordered.
        entry_type: why money moved.
        currency: ISO 4217 code.
        amount_minor: positive, in minor units.
        posted_at_us: microseconds since 1970-01-01 UTC.
        batch_id: the batch that it was booked with, if any.
        hold_id: the hold that it captured, if any.
        reverses_id: the entry that it reverses, if any.
    """

    entry_id: int
    client_id: UUID
    entry_type: str
    currency: str
    amount_minor: int
    posted_at_us: int
    batch_id: UUID | None = None
    hold_id: int | None = None
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What one party of a booking may know, and the other not.

    Attributes:
        account_id: the ledger account.
        shard: which row of the account was changed; 0 for an ordinary account.
        version: the how-manieth posting of that row it is.
        balance_after_minor: the row's balance right after it, from the account's own side.
    """

    account_id: int
    shard: int
    version: int
    balance_after_minor: int


def side_bytes(side: Side) -> bytes:
    """Return the bytes of a side.

    Raises:
        OverflowError: a number does not fit into 64 bits.

    >>> side_bytes(Side(account_id=7, shard=0, version=2, balance_after_minor=-1)).hex(" ", 4)
    '00000008 00000000 00000007 00000008 00000000 00000000 00000008 00000000 00000002 00000008 ffffffff ffffffff'
    """
    return _number(side.account_id) + _number(side.shard) + _number(side.version) + _number(side.balance_after_minor)


def commit(salt: bytes, side: bytes) -> bytes:
    """Return the commitment to the bytes of a side.

    Raises:
        ValueError: the salt has the wrong length, so that two different pairs could give the same bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(SIDE_TAG + salt + side).digest()


def leaf_bytes(booking: Booking, debit_commitment: bytes, credit_commitment: bytes) -> bytes:
    """Return the bytes that a booking's leaf is the hash of.

    Every field has its length before it, so no two bookings have the same bytes. A link that is not there is empty.

    Raises:
        ValueError: a commitment has the wrong length.
        OverflowError: a number does not fit into 64 bits.
    """
    if len(debit_commitment) != COMMITMENT_BYTES or len(credit_commitment) != COMMITMENT_BYTES:
        raise ValueError(f"a commitment has {COMMITMENT_BYTES} bytes")
    parts = (
        _field(BOOKING_TAG),
        _number(booking.entry_id),
        _field(booking.client_id.bytes),
        _field(booking.entry_type.encode()),
        _field(booking.currency.encode()),
        _number(booking.amount_minor),
        _number(booking.posted_at_us),
        _ABSENT if booking.batch_id is None else _field(booking.batch_id.bytes),
        _ABSENT if booking.hold_id is None else _number(booking.hold_id),
        _ABSENT if booking.reverses_id is None else _number(booking.reverses_id),
        _field(debit_commitment),
        _field(credit_commitment),
    )
    return b"".join(parts)


def _field(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


_ABSENT: Final = _field(b"")
_LENGTH_OF_NUMBER: Final = (8).to_bytes(4, "big")


def _number(value: int) -> bytes:
    return _LENGTH_OF_NUMBER + value.to_bytes(8, "big", signed=True)
