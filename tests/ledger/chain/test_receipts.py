"""A receipt proves what it shows, and nothing else passes for one."""

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import Signer
from ledger.chain.receipt_checks import (
    OTHER_DECIMALS,
    PROVEN,
    USUAL_DECIMALS,
    Question,
    ReceiptRefused,
    Step,
    steps,
)
from ledger.chain.receipts import BadReceipt, read_receipt, write_receipt
from securebank.kernel.money import EXPONENTS
from tests.ledger.chain.receipt_builder import (
    BANK,
    GOOD,
    KEYS,
    MADE,
    changed,
    checkpoint_of,
    make_receipt,
    mined,
    shown_of,
)
from tests.ledger.chain.second_reader import expect_proof

NOW: Final = MADE + timedelta(days=1)


def check(content: bytes, *, keys: tuple[PublishedKey, ...] = KEYS, now: datetime = NOW) -> list[Step]:
    return list(steps(Question(read_receipt(content), keys, now)))


@pytest.mark.parametrize("opened", ["debit", "credit", "both"])
@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (7, 4), (7, 6), (8, 5), (100, 99)])
def test_every_step_of_a_good_receipt_holds(size: int, index: int, opened: str) -> None:
    assert check(write_receipt(make_receipt(size=size, index=index, opened=opened))) == list(Step)


def test_the_same_receipt_is_the_same_file() -> None:
    assert write_receipt(read_receipt(GOOD)) == GOOD


def test_an_independent_reader_comes_to_the_same() -> None:
    expect_proof(GOOD, BANK.verifier.public_key)


@pytest.mark.parametrize(
    "path", ["sides.debit.commitment", "sides.credit.commitment", "leaf.hash", "block.hash", "booking.client_id"]
)
def test_an_independent_reader_is_not_easily_satisfied(path: str) -> None:
    forged = changed(path, "00" * 32)

    with pytest.raises(AssertionError):
        expect_proof(forged, BANK.verifier.public_key)


def test_each_step_has_a_sentence() -> None:
    assert set(PROVEN) == set(Step)


def test_knows_the_decimals_of_every_currency_of_the_bank() -> None:
    assert {name: OTHER_DECIMALS.get(name, USUAL_DECIMALS) for name in EXPONENTS} == EXPONENTS


@pytest.mark.parametrize(
    ("path", "value", "step", "sentence"),
    [
        ("shown.amount", "9250.54", Step.SHOWN, "The amount was changed"),
        ("shown.amount", "125.054", Step.SHOWN, "The amount was changed"),
        ("shown.currency", "USD", Step.SHOWN, "The amount was changed"),
        ("shown.transaction", "0190abcd-0000-7000-8000-000000000000", Step.SHOWN, "names another transaction"),
        ("shown.booked_at", "2026-09-22T13:33:20.000004Z", Step.SHOWN, "The time was changed"),
        ("shown.direction", "in", Step.SHOWN, "The direction was changed"),
        ("sides.debit.opening.balance_after_minor", "999999", Step.SIDES, "The side of your account was changed"),
        ("sides.debit.opening.salt", "00" * 16, Step.SIDES, "The side of your account was changed"),
        ("sides.debit.opening.salt", "00", Step.SIDES, "The side of your account was changed"),
        ("sides.debit.commitment", "00" * 32, Step.SIDES, "The side of your account was changed"),
        ("sides.credit.commitment", "00" * 32, Step.LEAF, "The booking was changed"),
        ("sides.credit.commitment", "00", Step.LEAF, "values that no booking can have"),
        ("booking.entry_id", "7", Step.LEAF, "The booking was changed"),
        ("booking.entry_type", "refund", Step.LEAF, "The booking was changed"),
        ("booking.reverses_id", "7", Step.LEAF, "The booking was changed"),
        ("booking.hold_id", "7", Step.LEAF, "The booking was changed"),
        ("booking.batch_id", "0190abcd-0000-7000-8000-000000000000", Step.LEAF, "The booking was changed"),
        ("leaf.hash", "00" * 32, Step.LEAF, "The booking was changed"),
        ("leaf.index", "3", Step.INCLUSION, "The proof is wrong"),
        ("leaf.index", "7", Step.INCLUSION, "The proof is wrong"),
        ("leaf.index", "-1", Step.INCLUSION, "The proof is wrong"),
        ("proof.tree_size", "8", Step.CHECKPOINT, "The proof was changed"),
        ("proof.path", [], Step.INCLUSION, "The proof is wrong"),
        ("proof.path", ["00" * 32] * 3, Step.INCLUSION, "The proof is wrong"),
        ("proof.path", ["00"] * 3, Step.INCLUSION, "The proof is wrong"),
        ("proof.path", ["00" * 32] * 64, Step.INCLUSION, "The proof is wrong"),
        ("checkpoint", "", Step.CHECKPOINT, "The checkpoint was changed"),
        ("checkpoint", "bank.example/ledger\n7\n", Step.CHECKPOINT, "The checkpoint was changed"),
        ("block.nonce", "1", Step.BLOCK, "The block was changed"),
        ("block.difficulty", "13", Step.BLOCK, "The block was changed"),
        ("block.difficulty", "0", Step.BLOCK, "The block was changed"),
        ("block.difficulty", "256", Step.BLOCK, "The block was changed"),
        ("block.height", "-1", Step.BLOCK, "The block was changed"),
        ("block.height", "2", Step.BLOCK, "The block was changed"),
        ("block.mined_at_us", "1790000006000000", Step.BLOCK, "The block was changed"),
        ("block.log_root", "00" * 32, Step.BLOCK, "The block was changed"),
        ("block.hash", "00" * 32, Step.BLOCK, "The block was changed"),
    ],
)
def test_names_what_was_changed(path: str, value: Any, step: Step, sentence: str) -> None:
    with pytest.raises(ReceiptRefused, match=sentence) as refusal:
        check(changed(path, value))

    assert refusal.value.step is step


@given(place=st.integers(0, len(GOOD) - 1), bit=st.integers(0, 7))
def test_no_flipped_bit_passes_but_in_names_and_note(place: int, bit: int) -> None:
    forged = bytearray(GOOD)
    forged[place] ^= 1 << bit
    content = bytes(forged)

    try:
        held = check(content)
    except (BadReceipt, ReceiptRefused):
        return

    # The vkey only says where to look; names and note are the bank's word.
    unproven = {"shown": {"from": "", "to": "", "note": ""}, "key": ""}
    documents = [json.loads(each) for each in (content, GOOD)]
    for document in documents:
        document["shown"] |= unproven["shown"]
        document["key"] = ""
    assert documents[0] == documents[1], held


@given(length=st.integers(0, len(GOOD) - 1))
def test_a_cut_off_file_is_called_so(length: int) -> None:
    with pytest.raises(BadReceipt) as refusal:
        check(GOOD[:length])

    # Without its last line's end it is whole, but not the bank's file; without anything it is nothing.
    assert any(word in str(refusal.value) for word in ("ends too early", "not written as", "not text"))


def test_a_forged_block_of_another_log_is_refused() -> None:
    receipt = make_receipt()
    other = mined(replace(receipt.block, log_root=bytes(32)))

    with pytest.raises(ReceiptRefused, match="does not seal the log"):
        check(write_receipt(replace(receipt, block=other, block_hash=other.hash)))


@pytest.mark.parametrize(("first", "count"), [(5, 2), (0, 4), (4, 2), (2**62, 2**62)])
def test_a_block_that_does_not_seal_the_booking_is_refused(first: int, count: int) -> None:
    receipt = make_receipt()
    other = mined(replace(receipt.block, first_leaf=first, leaf_count=count))
    forged = replace(receipt, block=other, block_hash=other.hash, checkpoint=checkpoint_of(other))

    with pytest.raises(ReceiptRefused, match="not among those that it seals"):
        check(write_receipt(forged))


def test_a_block_that_the_checkpoint_does_not_name_is_refused() -> None:
    receipt = make_receipt()
    other = mined(replace(receipt.block, previous_hash=bytes([1]) * 32))

    with pytest.raises(ReceiptRefused, match="the checkpoint does not name it"):
        check(write_receipt(replace(receipt, block=other, block_hash=other.hash)))


def test_another_key_is_refused() -> None:
    other = Signer("bank.example/ledger", bytes([9]) * 32)

    with pytest.raises(ReceiptRefused, match="signed with another key than the one that you trust"):
        check(GOOD, keys=(PublishedKey(other.verifier, MADE),))


def test_a_key_of_another_log_is_refused() -> None:
    stranger = Signer("other.example/ledger", bytes([9]) * 32)
    receipt = make_receipt()
    text = receipt.checkpoint.rpartition("\n\n")[0] + "\n"
    forged = replace(receipt, checkpoint=f"{text}\n{_line(stranger, text)}")

    with pytest.raises(ReceiptRefused, match="belongs to another log"):
        check(write_receipt(forged), keys=(PublishedKey(stranger.verifier, MADE),))


def _line(signer: Signer, text: str) -> str:
    payload = signer.verifier.key_id + signer.sign(text.encode())
    return f"\u2014 {signer.name} {base64.b64encode(payload).decode()}\n"


def test_a_changed_signature_is_refused() -> None:
    receipt = make_receipt()
    text = receipt.checkpoint.rpartition("\n\n")[0] + "\n"
    forged = replace(receipt, checkpoint=f"{text}\n{_line(BANK, text + 'more')}")

    with pytest.raises(ReceiptRefused, match="The bank's signature is not right"):
        check(write_receipt(forged))


@pytest.mark.parametrize(
    "before",
    [timedelta(minutes=20), timedelta(days=400)],
    ids=["just before", "long before"],
)
def test_a_checkpoint_from_the_future_is_refused(before: timedelta) -> None:
    with pytest.raises(ReceiptRefused, match="lies in the future"):
        check(GOOD, now=MADE - before)


def test_a_time_that_no_calendar_has_is_refused() -> None:
    receipt = make_receipt()
    late = mined(replace(receipt.block, mined_at_us=2**62))
    forged = replace(receipt, block=late, block_hash=late.hash, checkpoint=checkpoint_of(late))

    with pytest.raises(ReceiptRefused, match="lies in the future"):
        check(write_receipt(forged))


@pytest.mark.parametrize(
    "key",
    [
        PublishedKey(BANK.verifier, MADE + timedelta(hours=1)),
        PublishedKey(BANK.verifier, MADE - timedelta(days=2), MADE - timedelta(days=1)),
    ],
    ids=["not yet", "no longer"],
)
def test_a_key_that_was_not_in_use_is_refused(key: PublishedKey) -> None:
    with pytest.raises(ReceiptRefused, match="was no longer in use"):
        check(GOOD, keys=(key,))


def test_a_receipt_that_opens_nothing_is_nobodys() -> None:
    closed = make_receipt(opened="none")

    with pytest.raises(ReceiptRefused, match="opens no side"):
        check(write_receipt(replace(closed, shown=shown_of(closed))))
