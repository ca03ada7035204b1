"""A block on its way: what it would seal, and writing it down once it is mined."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from ledger.chain import bookings, merkle, notes, own_keys, tree
from ledger.chain.encoding import SALT_BYTES
from ledger.chain.headers import NO_BLOCK, Header
from ledger.chain.merkle import Node
from ledger.chain.pending import decided_through, pending
from ledger.models import Block, Checkpoint
from ledger.models.chain import EPOCH
from ledger.statements import prepared_cursor
from securebank.kernel.errors import Conflict


class StaleParent(Conflict):
    """Somebody else's block came first; the work was for nothing, and nothing was written."""

    code = "stale_parent"
    title = "Another block was mined meanwhile"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that nobody has mined yet.

    Attributes:
        header: with a nonce that is still to be found.
        entry_ids: what it seals, in the order of its leaves.
        leaf_hashes: of those.
        salts: two for each of those, debit and credit, in one piece.
        nodes: the subtrees that its leaves finish, see ``merkle.grown``.
    """

    header: Header
    entry_ids: Sequence[int]
    leaf_hashes: Sequence[bytes]
    salts: bytes
    nodes: Mapping[Node, Sequence[bytes]]


def candidate(*, limit: int, difficulty: int, now: datetime) -> Candidate | None:
    """Return the block that would seal the next entries; None when all are sealed."""
    parent = Block.objects.order_by("-height").first()
    sealed_through = parent.sealed_through if parent else 0
    decided = decided_through()
    rows = pending(sealed_through=sealed_through, limit=limit)
    if not rows:
        return None
    if decided is not None:
        # With as many as a block may hold there may be more, and they come after these.
        sealed_through = max(sealed_through, decided if len(rows) < limit else min(decided, rows[-1][0]))
    salts = os.urandom(2 * SALT_BYTES * len(rows))
    hashes = [
        bookings.sealed_hash(row, salts[at : at + SALT_BYTES], salts[at + SALT_BYTES : at + 2 * SALT_BYTES])
        for row, at in zip(rows, range(0, len(salts), 2 * SALT_BYTES), strict=True)
    ]
    header = _header(parent, sealed_through=sealed_through, difficulty=difficulty, now=now)
    nodes, peaks = merkle.grown(header.first_leaf, tree.peaks(header.first_leaf), hashes)
    header = replace(
        header,
        merkle_root=merkle.root(hashes),
        leaf_count=len(hashes),
        tree_size=header.first_leaf + len(hashes),
        log_root=merkle.root_of(peaks),
    )
    return Candidate(header, [row[0] for row in rows], hashes, salts, nodes)


def _header(parent: Block | None, *, sealed_through: int, difficulty: int, now: datetime) -> Header:
    """Return what the place in the chain says of the next block; its own bookings are to be filled in."""
    if parent is None:
        return Header(0, NO_BLOCK, b"", 0, 0, 0, b"", sealed_through, microseconds(now), difficulty)
    return Header(
        height=parent.height + 1,
        previous_hash=bytes(parent.hash),
        merkle_root=b"",
        first_leaf=parent.tree_size,
        leaf_count=0,
        tree_size=0,
        log_root=b"",
        sealed_through=sealed_through,
        # A clock that was put back stands still in the chain until it has caught up.
        mined_at_us=microseconds(max(now, parent.mined_at)),
        difficulty=difficulty,
    )


def write(mined: Candidate) -> Block:
    """Write a mined block with its leaves, nodes and signed checkpoint: all or nothing.

    Raises:
        StaleParent: its place in the chain, or one of its bookings, is taken.
    """
    header = mined.header
    block = Block(
        height=header.height,
        previous_hash=header.previous_hash,
        merkle_root=header.merkle_root,
        first_leaf=header.first_leaf,
        leaf_count=header.leaf_count,
        tree_size=header.tree_size,
        log_root=header.log_root,
        sealed_through=header.sealed_through,
        mined_at=EPOCH + timedelta(microseconds=header.mined_at_us),
        difficulty=header.difficulty,
        nonce=header.nonce,
        hash=header.hash,
    )
    try:
        with transaction.atomic():
            block.save(force_insert=True)
            Checkpoint(tree_size=header.tree_size, note=signed_note(header)).save(force_insert=True)
            _write_tree(mined)
    except IntegrityError as taken:
        raise StaleParent from taken
    return block


def signed_note(header: Header) -> str:
    """Return what the bank signs about the log with this block, which it names in a line of its own."""
    signer = own_keys.signer()
    return str(notes.sign(checkpoint_text(signer.name, header), signer))


def checkpoint_text(origin: str, header: Header) -> str:
    """Return the text of the checkpoint of a block."""
    checkpoint = notes.Checkpoint(origin, header.tree_size, header.log_root)
    return f"{checkpoint.text}block {header.height} {header.hash.hex()}\n"


def microseconds(moment: datetime) -> int:
    """Return the microseconds since 1970-01-01 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def _write_tree(mined: Candidate) -> None:
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT ledger_add_leaves(%s, %s::bigint[], %s, %s)",
            (mined.header.first_leaf, list(mined.entry_ids), b"".join(mined.leaf_hashes), mined.salts),
        )
        for (level, place), hashes in mined.nodes.items():
            cursor.execute("SELECT ledger_add_nodes(%s::smallint, %s, %s)", (level, place, b"".join(hashes)))
