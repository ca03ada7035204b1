"""What a receipt proves, step by step, to somebody who trusts nothing but the bank's public key.

Imports no Django. The browser does the same steps under the same names in ``static/js/receipt-check.js``.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from ledger.chain import encoding, merkle, notes
from ledger.chain.headers import has_work
from ledger.chain.key_ring import CLOCKS_APART, PublishedKey
from ledger.chain.receipts import Half, Receipt

# Minor-unit digits of currencies that don't have two, ISO 4217 list one. The bank's own list stands beside Django.
OTHER_DECIMALS: Final = {"JPY": 0, "BHD": 3, "KWD": 3}
USUAL_DECIMALS: Final = 2
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Step(StrEnum):
    """One thing that must hold, in the order in which they are looked at."""

    SHOWN = "shown"
    SIDES = "sides"
    LEAF = "leaf"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"
    INCLUSION = "inclusion"
    BLOCK = "block"
    TIME = "time"


PROVEN: Final = {
    Step.SHOWN: "What is shown is what was booked.",
    Step.SIDES: "Your side of the booking opens its commitment.",
    Step.LEAF: "The booking's bytes have the hash that the log holds.",
    Step.CHECKPOINT: "The checkpoint is whole and speaks of the same log.",
    Step.SIGNATURE: "The bank has signed the checkpoint.",
    Step.INCLUSION: "The booking is in the log that the bank has signed.",
    Step.BLOCK: "The block is mined, and seals this log.",
    Step.TIME: "None of it lies in the future.",
}


class ReceiptRefused(ValueError):
    """A step failed; the message says in one sentence what is wrong."""

    def __init__(self, step: Step, sentence: str) -> None:
        super().__init__(sentence)
        self.step = step


@dataclass(frozen=True, slots=True)
class Question:
    """A receipt, and what its reader trusts.

    Attributes:
        receipt: from anywhere.
        keys: the bank's, from where the reader trusts them.
        now: by the reader's clock.
    """

    receipt: Receipt
    keys: Sequence[PublishedKey]
    now: datetime


def steps(question: Question) -> Iterator[Step]:
    """Yield each step that holds, in order.

    Raises:
        ReceiptRefused: the next one does not.
    """
    for step, check in CHECKS.items():
        check(question, partial(_refuse, step))
        yield step


Refuse = Callable[[str], None]


def _refuse(step: Step, sentence: str) -> None:
    raise ReceiptRefused(step, sentence)


def _shown(question: Question, refuse: Refuse) -> None:
    shown, booking = question.receipt.shown, question.receipt.booking
    if (shown["amount"], shown["currency"]) != (amount_text(booking.amount_minor, booking.currency), booking.currency):
        refuse("The amount was changed: what is shown is not what was booked.")
    if shown["transaction"] != str(booking.client_id):
        refuse("The receipt was changed: it names another transaction than the one that was booked.")
    if shown["booked_at"] != instant_text(booking.posted_at_us):
        refuse("The time was changed: what is shown is not when it was booked.")
    if shown["direction"] != direction_text(question.receipt):
        refuse("The direction was changed: the opened side of the booking is the other one.")


def _sides(question: Question, refuse: Refuse) -> None:
    receipt = question.receipt
    if not any(map(_is_open, (receipt.debit, receipt.credit))):
        refuse("The receipt opens no side of the booking, so it shows nobody's account.")
    if not all(map(_opens, (receipt.debit, receipt.credit))):
        refuse("The side of your account was changed: it does not open its commitment.")


def _leaf(question: Question, refuse: Refuse) -> None:
    receipt = question.receipt
    try:
        found = encoding.leaf_bytes(receipt.booking, receipt.debit.commitment, receipt.credit.commitment)
    except (ValueError, OverflowError):
        refuse("The booking was changed: it holds values that no booking can have.")
    else:
        if merkle.leaf_hash(found) != receipt.leaf_hash:
            refuse("The booking was changed: its bytes do not have the hash that the log holds.")


def _checkpoint(question: Question, refuse: Refuse) -> None:
    receipt = question.receipt
    try:
        head = notes.Checkpoint.parse(notes.Note.parse(receipt.checkpoint).text)
    except notes.BadNote as error:
        refuse(f"The checkpoint was changed: {error}.")
    else:
        if head.tree_size != receipt.tree_size:
            refuse("The proof was changed: it leads to a log of another size than the checkpoint's.")


def _signature(question: Question, refuse: Refuse) -> None:
    note = notes.Note.parse(question.receipt.checkpoint)
    try:
        signed = notes.verify(note, [each.verifier for each in question.keys])
    except notes.NotSigned:
        refuse("The checkpoint was signed with another key than the one that you trust.")
    except notes.BadSignature:
        refuse("The bank's signature is not right: the checkpoint was changed after it was signed.")
    else:
        if notes.Checkpoint.parse(note.text).origin not in {each.verifier.name for each in signed}:
            refuse("The key belongs to another log than the one that the checkpoint speaks of.")


def _inclusion(question: Question, refuse: Refuse) -> None:
    receipt = question.receipt
    head = notes.Checkpoint.parse(notes.Note.parse(receipt.checkpoint).text)
    if not merkle.proves_inclusion(
        leaf=receipt.leaf_hash,
        index=receipt.leaf_index,
        size=head.tree_size,
        path=receipt.path,
        root=head.root_hash,
    ):
        refuse("The proof is wrong: it does not lead from the booking to the log that the bank has signed.")


def _block(question: Question, refuse: Refuse) -> None:
    receipt, block = question.receipt, question.receipt.block
    head = notes.Checkpoint.parse(notes.Note.parse(receipt.checkpoint).text)
    try:
        is_mined = block.hash == receipt.block_hash and has_work(block.hash, block.difficulty)
    except (ValueError, OverflowError, struct.error):
        is_mined = False
    if not is_mined:
        refuse("The block was changed: its header does not have the hash that the work was done for.")
    if (block.tree_size, block.log_root) != (head.tree_size, head.root_hash):
        refuse("The block is another one: it does not seal the log that the bank has signed.")
    if _named_block(receipt) != f"block {block.height} {block.hash.hex()}":
        refuse("The block is another one: the checkpoint does not name it.")
    if not block.tree_size - block.leaf_count == block.first_leaf <= receipt.leaf_index < block.tree_size:
        refuse("The block is another one: the booking is not among those that it seals.")


def _named_block(receipt: Receipt) -> str:
    """Return the checkpoint's only line after the first three, which names the newest block."""
    return "\n".join(notes.Note.parse(receipt.checkpoint).text.split("\n")[3:-1])


def _time(question: Question, refuse: Refuse) -> None:
    receipt, limit = question.receipt, question.now + CLOCKS_APART
    instants = [_instant(receipt.booking.posted_at_us), _instant(receipt.block.mined_at_us)]
    if not all(each is not None and each <= limit for each in instants):
        refuse("The checkpoint or the booking lies in the future: the receipt is forged, or this clock is wrong.")
    elif not any(instants[1] is not None and each.may_have_signed(instants[1]) for each in _signers(question)):
        refuse("The key had not begun to sign, or was no longer in use, when the block was mined.")


def _signers(question: Question) -> list[PublishedKey]:
    signed = notes.verify(notes.Note.parse(question.receipt.checkpoint), [each.verifier for each in question.keys])
    verifiers = [each.verifier for each in signed]
    return [each for each in question.keys if each.verifier in verifiers]


CHECKS: Final[dict[Step, Callable[[Question, Refuse], None]]] = {
    Step.SHOWN: _shown,
    Step.SIDES: _sides,
    Step.LEAF: _leaf,
    Step.CHECKPOINT: _checkpoint,
    Step.SIGNATURE: _signature,
    Step.INCLUSION: _inclusion,
    Step.BLOCK: _block,
    Step.TIME: _time,
}


def amount_text(minor: int, currency: str) -> str:
    """Return an amount in major units.

    >>> amount_text(125050, "INR"), amount_text(7, "JPY"), amount_text(5, "KWD")
    ('1250.50', '7', '0.005')
    """
    decimals = OTHER_DECIMALS.get(currency, USUAL_DECIMALS)
    digits = str(minor).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def instant_text(microseconds: int) -> str:
    """Return an instant as RFC 3339 writes it, to the microsecond.

    >>> instant_text(1_790_000_000_000_001)
    '2026-09-21T14:13:20.000001Z'
    """
    found = _instant(microseconds)
    return "" if found is None else found.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _instant(microseconds: int) -> datetime | None:
    """Return an instant, if the calendar has it."""
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def direction_text(receipt: Receipt) -> str:
    """Return which way the money went, seen from whose side is open: a customer's account falls when it is debited."""
    if _is_open(receipt.debit) and _is_open(receipt.credit):
        return "own"
    return "out" if _is_open(receipt.debit) else "in"


def _is_open(half: Half) -> bool:
    return half.opening is not None


def _opens(half: Half) -> bool:
    """Tell whether the commitment is to what is opened; one that stays closed promises nothing."""
    if half.opening is None:
        return True
    try:
        return encoding.commit(half.opening.salt, encoding.side_bytes(half.opening.side)) == half.commitment
    except (ValueError, OverflowError):
        return False
