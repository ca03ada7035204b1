"""A block's header: the bytes that the work is done over; ``docs/chain.md`` has the layout and test vectors.

Only the standard library, for whoever checks a receipt has nothing else.
"""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self

from ledger.chain.merkle import HASH_BYTES

TAG: Final = b"securebank/block/v1"
# Every number is big-endian; the nonce stands last, so that the rest is hashed once.
LAYOUT: Final = struct.Struct(">19sQ32s32sQQQ32sQqB")
NO_BLOCK: Final = bytes(HASH_BYTES)
# Leading zero hex digits of a block's hash; the upper bound keeps a mistyped setting from mining for ever.
EASIEST: Final = 1
HARDEST: Final = 12
# How many nonces are tried between two looks at whether to go on: some 40 ms.
TRIES_AT_A_TIME: Final = 50_000
NONCES: Final = 2**63


@dataclass(frozen=True, slots=True)
class Header:
    """What a block says of its bookings and of the whole log up to it.

    Attributes:
        height: the how-manieth block it is, from 0.
        previous_hash: hash of the block before; zeros for the first.
        merkle_root: root over this block's leaves alone.
        first_leaf: number of its first leaf in the log.
        leaf_count: how many it has.
        tree_size: leaves in the log with this block.
        log_root: root over all of them.
        sealed_through: every booking that has, or will ever have, a number up to this has a leaf by now.
        mined_at_us: microseconds since 1970-01-01 UTC, never before the block before.
        difficulty: leading zero hex digits that the hash must have.
        nonce: what was found to give it them.
    """

    height: int
    previous_hash: bytes
    merkle_root: bytes
    first_leaf: int
    leaf_count: int
    tree_size: int
    log_root: bytes
    sealed_through: int
    mined_at_us: int
    difficulty: int
    nonce: int = 0

    @property
    def prefix(self) -> bytes:
        """The bytes before the nonce.

        Raises:
            struct.error: a number doesn't fit.
            ValueError: a hash has another length; packing would fill up a short one and cut a long one.
        """
        if any(len(each) != HASH_BYTES for each in (self.previous_hash, self.merkle_root, self.log_root)):
            raise ValueError(f"a block's hashes have {HASH_BYTES} bytes each")
        return LAYOUT.pack(
            TAG,
            self.height,
            self.previous_hash,
            self.merkle_root,
            self.first_leaf,
            self.leaf_count,
            self.tree_size,
            self.log_root,
            self.sealed_through,
            self.mined_at_us,
            self.difficulty,
        )

    @property
    def hash(self) -> bytes:
        """The block's hash."""
        return hashlib.sha256(self.prefix + self.nonce.to_bytes(8, "big")).digest()

    def with_nonce(self, nonce: int) -> Self:
        """Return the mined header."""
        return replace(self, nonce=nonce)


def has_work(block_hash: bytes, difficulty: int) -> bool:
    """Tell whether a hash begins with so many zero hex digits.

    >>> has_work(bytes([0, 0x0F]) + bytes(30), 3), has_work(bytes([0, 0x1F]) + bytes(30), 3)
    (True, False)
    """
    return block_hash < _bound(difficulty)


def search(
    prefix: bytes, difficulty: int, *, is_cancelled: Callable[[], bool], start: int = 0, step: int = 1
) -> int | None:
    """Return the first nonce, counted from ``start`` in steps, that gives the hash its zeros; None when cancelled.

    Several processes share the work by the same step and a start each.
    """
    bound = _bound(difficulty)
    begun = hashlib.sha256(prefix)
    for first in range(start, NONCES, step * TRIES_AT_A_TIME):
        if is_cancelled():
            return None
        for nonce in range(first, first + step * TRIES_AT_A_TIME, step):
            state = begun.copy()
            state.update(nonce.to_bytes(8, "big"))
            if state.digest() < bound:
                return nonce
    return None


def _bound(difficulty: int) -> bytes:
    if not EASIEST <= difficulty <= HARDEST:
        raise ValueError(f"a difficulty is from {EASIEST} to {HARDEST}, not {difficulty}")
    return (1 << (256 - 4 * difficulty)).to_bytes(32, "big")
