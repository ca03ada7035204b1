"""Proofs out of the stored tree, and reading the chain."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.chain import encoding, merkle, notes, selectors
from ledger.errors import NotSealedYet, SizeOutOfRange, UnknownBlock, UnknownEntry
from ledger.models import Block, JournalEntry, Leaf
from securebank.kernel.errors import Conflict, Invalid, Missing
from tests.ledger.chain.builders import behind_their_back, book_some_of_everything, pay, seal

pytestmark = pytest.mark.django_db

TOO_LARGE = 2**70


@pytest.fixture
def leaves() -> list[bytes]:
    """A log of thirteen bookings in four blocks; the hashes of its leaves."""
    book_some_of_everything()
    seal()
    return [bytes(leaf.hash) for leaf in Leaf.objects.order_by("number")]


def entry_at(number: int) -> int:
    return Leaf.objects.get(number=number).entry_id


def test_every_booking_is_proven_in_the_log_of_its_block(leaves: list[bytes]) -> None:
    for number, leaf in enumerate(leaves):
        proof = selectors.inclusion_proof(entry_at(number))

        assert (proof.leaf_number, proof.leaf_hash, proof.root) == (number, leaf, bytes(proof.block.log_root))
        assert merkle.proves_inclusion(
            leaf=leaf, index=number, size=proof.block.tree_size, path=proof.path, root=proof.root
        )


def test_every_booking_is_proven_in_every_later_log(leaves: list[bytes]) -> None:
    for number in range(len(leaves)):
        for size in range(number + 1, len(leaves) + 1):
            proof = selectors.inclusion_proof(entry_at(number), tree_size=size)
            assert list(proof.path) == merkle.inclusion_path(leaves[:size], number)
            assert proof.root == merkle.root(leaves[:size])


def test_a_proof_holds_what_its_leaf_is_made_of(leaves: list[bytes]) -> None:
    proof = selectors.inclusion_proof(entry_at(5))
    entry = JournalEntry.objects.get(pk=entry_at(5))

    data = encoding.leaf_bytes(
        proof.booking,
        encoding.commit(proof.debit_salt, encoding.side_bytes(proof.debit)),
        encoding.commit(proof.credit_salt, encoding.side_bytes(proof.credit)),
    )

    assert merkle.leaf_hash(data) == leaves[5]
    assert (proof.booking.entry_id, proof.booking.amount_minor) == (entry.pk, entry.amount_minor)
    assert (proof.debit.account_id, proof.credit.account_id) == (entry.debit_account_id, entry.credit_account_id)


def test_every_log_is_proven_to_have_grown_from_every_earlier_one(leaves: list[bytes]) -> None:
    for new in range(len(leaves) + 1):
        for old in range(new + 1):
            proof = selectors.consistency_proof(old, new)
            assert merkle.proves_consistency(
                old=old,
                new=new,
                old_root=merkle.root(leaves[:old]),
                new_root=merkle.root(leaves[:new]),
                path=proof.path,
            )
            assert (proof.old_root, proof.new_root) == (merkle.root(leaves[:old]), merkle.root(leaves[:new]))


def test_a_proof_takes_a_handful_of_statements(
    leaves: list[bytes], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    entry_id = entry_at(0)

    # Four, and two more each for a steady plan.
    with django_assert_max_num_queries(10):
        selectors.inclusion_proof(entry_id, tree_size=13)


def test_a_booking_that_waits_for_its_block_is_a_conflict(leaves: list[bytes]) -> None:
    with pytest.raises(NotSealedYet) as refusal:
        selectors.inclusion_proof(pay())

    assert (refusal.value.code, isinstance(refusal.value, Conflict)) == ("not_sealed_yet", True)


def test_a_booking_that_does_not_exist_is_missing(leaves: list[bytes]) -> None:
    with pytest.raises(UnknownEntry):
        selectors.inclusion_proof(10**9)


@pytest.mark.parametrize("size", [-1, 0, 5, 14, TOO_LARGE])
def test_a_log_that_does_not_hold_the_booking_proves_nothing(leaves: list[bytes], size: int) -> None:
    with pytest.raises(SizeOutOfRange) as refusal:
        selectors.inclusion_proof(entry_at(5), tree_size=size)

    assert isinstance(refusal.value, Invalid)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5), (5, 14), (0, TOO_LARGE), (TOO_LARGE, TOO_LARGE)])
def test_sizes_that_the_log_did_not_have_prove_nothing(leaves: list[bytes], old: int, new: int) -> None:
    with pytest.raises(SizeOutOfRange):
        selectors.consistency_proof(old, new)


def test_blocks_are_read_from_the_newest_on(leaves: list[bytes]) -> None:
    assert [block.height for block in selectors.blocks()] == [3, 2, 1, 0]
    assert [block.height for block in selectors.blocks(before_height=3, limit=2)] == [2, 1]
    assert selectors.blocks(before_height=0) == selectors.blocks(limit=-1) == []


@pytest.mark.parametrize("height", [-1, 4, TOO_LARGE])
def test_a_block_that_does_not_exist_is_missing(leaves: list[bytes], height: int) -> None:
    with pytest.raises(UnknownBlock) as refusal:
        selectors.block(height)

    assert isinstance(refusal.value, Missing)


def test_a_booking_leads_to_its_block_and_back(leaves: list[bytes]) -> None:
    waiting = pay()
    block = selectors.block_of_entry(entry_at(5))

    assert block == Block.objects.get(height=1) == selectors.block_of(5)
    assert selectors.entries_of(block) == [entry_at(number) for number in range(4, 8)]
    assert selectors.blocks_of_entries([entry_at(12), waiting]) == {entry_at(12): selectors.block(3)}
    assert selectors.block_of_entry(waiting) is None


def test_a_leaf_that_does_not_exist_is_in_no_block(leaves: list[bytes]) -> None:
    with pytest.raises(UnknownBlock):
        selectors.block_of(13)


def test_the_latest_checkpoint_is_the_last_blocks(leaves: list[bytes]) -> None:
    found = notes.Checkpoint.parse(notes.Note.parse(selectors.latest_checkpoint().note).text)

    assert (found.tree_size, found.root_hash) == (13, merkle.root(leaves))
    assert selectors.checkpoint(8).tree_size == 8


@pytest.mark.parametrize("size", [0, 7, TOO_LARGE, -1])
def test_a_size_at_which_nothing_was_signed_has_no_checkpoint(leaves: list[bytes], size: int) -> None:
    with pytest.raises(SizeOutOfRange):
        selectors.checkpoint(size)


def test_an_empty_log_has_no_checkpoint() -> None:
    with pytest.raises(NotSealedYet):
        selectors.latest_checkpoint()


def test_a_tree_with_a_hole_is_not_patched(leaves: list[bytes]) -> None:
    behind_their_back("DELETE FROM ledger_treenode WHERE level = 2 AND place = 0")

    with pytest.raises(RuntimeError, match="no node"):
        selectors.inclusion_proof(entry_at(5))
