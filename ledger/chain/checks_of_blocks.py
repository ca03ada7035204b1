"""The quick part of verifying: headers, links, work, signatures. Reads no booking."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.chain import headers, merkle, notes, own_keys, sealing, tree
from ledger.chain.findings import Altered, expect
from ledger.chain.headers import NO_BLOCK, Header
from ledger.models import Block, Checkpoint

AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block as stored, and the note of its checkpoint, if there is one."""

    header: Header
    hash: bytes
    note: str | None
    mined_at: datetime

    @property
    def name(self) -> str:
        """How it is called in findings."""
        return f"block {self.header.height}"


def every_block() -> Iterator[Sealed]:
    """Read the chain from its first block on, a few hundred blocks at a time."""
    last = -(2**63)
    while found := list(Block.objects.filter(height__gt=last).order_by("height")[:AT_A_TIME]):
        sizes = [block.tree_size for block in found]
        written = dict(Checkpoint.objects.filter(pk__in=sizes).values_list("tree_size", "note"))
        for block in found:
            yield Sealed(block.header, bytes(block.hash), written.get(block.tree_size), block.mined_at)
        last = found[-1].height


def check_blocks() -> Sealed | None:
    """Check every block for itself and against the one before, and return the last.

    Raises:
        Altered: one is not as it was mined.
    """
    last = None
    for block in every_block():
        check_form(block)
        check_link(block, last)
        check_work(block)
        check_checkpoint(block)
        last = block
    check_ends(last)
    return last


def check_form(block: Sealed) -> None:
    """Expect what can be packed at all."""
    header = block.header
    numbers = (header.height, header.first_leaf, header.sealed_through, header.nonce)
    expect(min(numbers) >= 0, block.name, "holds a negative number")
    hashes = (header.previous_hash, header.merkle_root, header.log_root, block.hash)
    expect(all(len(each) == merkle.HASH_BYTES for each in hashes), block.name, "holds a hash of another length")
    is_known = headers.EASIEST <= header.difficulty <= headers.HARDEST
    expect(is_known, block.name, f"has the difficulty {header.difficulty}")
    counts = header.leaf_count > 0 and header.tree_size == header.first_leaf + header.leaf_count
    expect(counts, block.name, f"counts {header.leaf_count} leaves from {header.first_leaf} to {header.tree_size}")


def check_link(block: Sealed, before: Sealed | None) -> None:
    """Expect it to go on where the block before ended."""
    header = block.header
    if before is None:
        expect(header.height == 0, "block 0", f"is missing: the chain begins with block {header.height}")
        expect(header.previous_hash == NO_BLOCK, block.name, "names a block before the first")
        expect(header.first_leaf == 0, block.name, f"begins with leaf {header.first_leaf}")
        return
    earlier = before.header
    is_next = header.height == earlier.height + 1
    expect(is_next, f"block {earlier.height + 1}", f"is missing: block {header.height} follows")
    expect(header.previous_hash == before.hash, block.name, "does not follow the block before: another hash")
    expect(header.first_leaf == earlier.tree_size, block.name, f"begins with leaf {header.first_leaf}")
    expect(header.mined_at_us >= earlier.mined_at_us, block.name, "is older than the block before")
    expect(header.sealed_through >= earlier.sealed_through, block.name, "takes back what was sealed")
    step = abs(header.difficulty - earlier.difficulty)
    expect(step <= 1, block.name, f"changes the difficulty by {step} digits at once")


def check_work(block: Sealed) -> None:
    """Expect the stored hash to be the header's, and to have cost something."""
    expect(block.header.hash == block.hash, block.name, "its header has another hash than the one stored")
    expect(headers.has_work(block.hash, block.header.difficulty), block.name, "its hash shows too little work")


def check_checkpoint(block: Sealed) -> None:
    """Expect the bank's signature of this block."""
    name = f"checkpoint {block.header.tree_size}"
    if block.note is None:
        raise Altered(name, f"is missing for {block.name}")
    note = read_signed(name, block.note)
    expect(len(note.signatures) == 1, name, "has other signatures beside the bank's")
    (signature,) = note.signatures
    is_same = note.text == sealing.checkpoint_text(signature.name, block.header)
    expect(is_same, name, f"signs something else than {block.name}")
    expect(_was_in_use(signature, block.mined_at), name, f"bears a key that was not in use when {block.name} was mined")


def _was_in_use(signature: notes.Signature, at: datetime) -> bool:
    return any(
        key.may_have_signed(at)
        for key in own_keys.published_keys()
        if (key.verifier.name, key.verifier.key_id) == (signature.name, signature.key_id)
    )


def read_signed(name: str, written: str) -> notes.Note:
    """Return a note that one of the bank's keys signed.

    Raises:
        Altered: it is no note, or not the bank's.
    """
    try:
        note = notes.Note.parse(written)
        notes.verify(note, [key.verifier for key in own_keys.published_keys()])
    except (notes.BadNote, notes.BadSignature, notes.NotSigned) as wrong:
        raise Altered(name, str(wrong)) from None
    expect(str(note) == written, name, "is not written as a note is")
    return note


def check_ends(last: Sealed | None) -> None:
    """Expect no checkpoint without a block, and the stored tree to lead to the last block's root."""
    size = last.header.tree_size if last else 0
    stray = Checkpoint.objects.exclude(tree_size__in=Block.objects.values("tree_size")).order_by("tree_size").first()
    if stray is not None:
        raise Altered(f"checkpoint {stray.tree_size}", "belongs to no block")
    if last is None:
        return
    try:
        (root,) = tree.roots([(0, size)])
    except tree.DamagedLog as gone:
        raise Altered("tree", str(gone)) from None
    expect(root == last.header.log_root, last.name, "the stored tree leads to another root")


def check_against(written: str, last: Sealed | None) -> None:
    """Expect the log to have grown from a checkpoint that somebody kept.

    Raises:
        Altered: it hasn't: history was rewritten, or its end is gone.
    """
    note = read_signed("kept checkpoint", written)
    kept = notes.Checkpoint.parse(note.text)
    name = f"kept checkpoint {kept.tree_size}"
    if last is None or kept.tree_size > last.header.tree_size:
        raise Altered(name, f"the log has only {last.header.tree_size if last else 0} bookings: its end is gone")
    own = Checkpoint.objects.filter(pk=kept.tree_size).first()
    if own is not None:
        expect(notes.Note.parse(own.note).text == note.text, name, "the bank signed something else at this size before")
    ranges = merkle.consistency_ranges(kept.tree_size, last.header.tree_size)
    is_grown = merkle.proves_consistency(
        old=kept.tree_size,
        new=last.header.tree_size,
        old_root=kept.root_hash,
        new_root=last.header.log_root,
        path=tree.roots(ranges),
    )
    expect(is_grown, name, "the log has not grown from it: history was rewritten")
