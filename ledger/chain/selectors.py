"""Reading the chain: blocks, checkpoints, proofs. A proof is a few index look-ups, however long the log."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Max, Q

from ledger.chain import bookings, merkle, tree
from ledger.chain.encoding import Booking, Side
from ledger.errors import NotSealedYet, SizeOutOfRange, UnknownBlock, UnknownEntry
from ledger.models import Block, ChainCheck, Checkpoint
from ledger.statements import prepared_cursor, steady_cursor

SEALED: Final = f"""
    SELECT {bookings.COLUMNS}, l.number, l.hash, l.debit_salt, l.credit_salt
    FROM ledger_journalentry e {bookings.JOIN_HOLD} LEFT JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE e.id = %s
"""  # noqa: S608 - our own constants
MOST_BLOCKS: Final = 100


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry is in the log. Who may see which side is for the caller to keep.

    Attributes:
        booking, debit, credit: what the leaf is made of.
        debit_salt, credit_salt: what opens the commitments to the two sides.
        leaf_number: its place in the log.
        leaf_hash: what the path begins with.
        block: in which it was sealed.
        tree_size: of the log that the path leads to the root of.
        path: hashes from the leaf upwards.
        root: where it ends.
    """

    booking: Booking
    debit: Side
    credit: Side
    debit_salt: bytes
    credit_salt: bytes
    leaf_number: int
    leaf_hash: bytes
    block: Block
    tree_size: int
    path: tuple[bytes, ...]
    root: bytes


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of one size began with the log of an earlier one."""

    old_size: int
    new_size: int
    old_root: bytes
    new_root: bytes
    path: tuple[bytes, ...]


def inclusion_proof(entry_id: int, *, tree_size: int | None = None) -> InclusionProof:
    """Return the proof of an entry in the log of a size, or else as it was when its block was mined.

    Raises:
        UnknownEntry: there is none.
        NotSealedYet: it has no leaf yet.
        SizeOutOfRange: the log of that size doesn't hold it, or doesn't exist.
    """
    with steady_cursor() as cursor:
        cursor.execute(SEALED, (entry_id,))
        row = cursor.fetchone()
    if row is None:
        raise UnknownEntry
    number, leaf_hash, debit_salt, credit_salt = row[-4:]
    if number is None:
        raise NotSealedYet
    block = block_of(number)
    size = block.tree_size if tree_size is None else tree_size
    if not number < size <= log_size():
        raise SizeOutOfRange
    *path, root = tree.roots([*merkle.inclusion_ranges(number, size), (0, size)])
    booking, debit, credit = bookings.read(row)
    return InclusionProof(
        booking, debit, credit, debit_salt, credit_salt, number, leaf_hash, block, size, tuple(path), root
    )


def consistency_proof(old_size: int, new_size: int) -> ConsistencyProof:
    """Return the proof that the log only grew from one size to another.

    Raises:
        SizeOutOfRange: the log didn't have these sizes one after the other.
    """
    if not 0 <= old_size <= new_size <= log_size():
        raise SizeOutOfRange
    ranges = merkle.consistency_ranges(old_size, new_size)
    old_root, new_root, *path = tree.roots([(0, old_size), (0, new_size), *ranges])
    return ConsistencyProof(old_size, new_size, old_root, new_root, tuple(path))


def log_size() -> int:
    """Return how many entries are sealed."""
    return Block.objects.aggregate(size=Max("tree_size"))["size"] or 0


def block(height: int) -> Block:
    """Return a block.

    Raises:
        UnknownBlock: there is none.
    """
    found = Block.objects.filter(pk=height).first() if 0 <= height < 2**63 else None
    if found is None:
        raise UnknownBlock
    return found


def block_of(leaf_number: int) -> Block:
    """Return the block that a leaf is in.

    Raises:
        UnknownBlock: the log is shorter.
    """
    found = Block.objects.filter(first_leaf__lte=leaf_number).order_by("-first_leaf").first()
    if found is None or leaf_number >= found.tree_size:
        raise UnknownBlock
    return found


def block_of_entry(entry_id: int) -> Block | None:
    """Return the block that an entry was sealed in, if it was."""
    return blocks_of_entries([entry_id]).get(entry_id)


def blocks_of_entries(entry_ids: list[int]) -> dict[int, Block]:
    """Return the blocks of those of the entries that are sealed."""
    heights = heights_of_entries(entry_ids)
    found = Block.objects.in_bulk(set(heights.values()))
    return {entry_id: found[height] for entry_id, height in heights.items()}


def heights_of_entries(entry_ids: list[int]) -> dict[int, int]:
    """Return the heights of the blocks of those of the entries that are sealed, in one query."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT l.entry_id, b.height FROM ledger_leaf l CROSS JOIN LATERAL (SELECT height FROM ledger_block"
            " WHERE first_leaf <= l.number ORDER BY first_leaf DESC LIMIT 1) b WHERE l.entry_id = ANY(%s)",
            (entry_ids,),
        )
        return dict(cursor.fetchall())


def entries_of(block: Block) -> list[int]:
    """Return the numbers of the entries that a block seals, in the order of its leaves."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT entry_id FROM ledger_leaf WHERE number >= %s AND number < %s ORDER BY number",
            (block.first_leaf, block.tree_size),
        )
        return [entry_id for (entry_id,) in cursor.fetchall()]


def blocks(*, before_height: int | None = None, limit: int = 20) -> list[Block]:
    """Return the newest blocks, or the newest below a height; never more than a hundred."""
    chain = Block.objects.order_by("-height")
    if before_height is not None:
        chain = chain.filter(height__lt=before_height)
    return list(chain[: min(max(limit, 0), MOST_BLOCKS)])


def latest_checkpoint() -> Checkpoint:
    """Return the newest checkpoint.

    Raises:
        NotSealedYet: the log is empty.
    """
    found = Checkpoint.objects.order_by("-tree_size").first()
    if found is None:
        raise NotSealedYet
    return found


def last_check() -> ChainCheck | None:
    """Return the last verification of everything, or a later one that found something, if there was one."""
    telling = ChainCheck.objects.exclude(~Q(level=ChainCheck.Level.FULL), fault="")
    return telling.order_by("-pk").first()


def latest_checks(limit: int) -> list[ChainCheck]:
    """Return the last verifications, newest first."""
    return list(ChainCheck.objects.select_related("account").order_by("-pk")[:limit])


def checkpoint(tree_size: int) -> Checkpoint:
    """Return the checkpoint that was signed at a size.

    Raises:
        SizeOutOfRange: none was.
    """
    found = Checkpoint.objects.filter(pk=tree_size).first() if 0 <= tree_size < 2**63 else None
    if found is None:
        raise SizeOutOfRange
    return found
