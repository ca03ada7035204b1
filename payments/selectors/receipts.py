"""Receipts of one customer's payments, and where their bookings are in the chain."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import BankAccount, User
from accounts.selectors.payees import masked_name
from ledger.chain import encoding, own_keys
from ledger.chain import selectors as chain
from ledger.chain.encoding import Side
from ledger.chain.notes import Note
from ledger.chain.receipt_checks import amount_text, direction_text, instant_text
from ledger.chain.receipts import Half, Opening, Receipt
from ledger.chain.selectors import InclusionProof
from ledger.errors import NotSealedYet
from payments.errors import NotBooked
from payments.models import Payment
from payments.receipts.types import SealedReceipt
from payments.selectors.payments import payment_of

CASH: Final = "Cash"


class UnpublishedKey(RuntimeError):
    """The bank signed with a key that it does not publish: its settings are wrong."""


def proof_of(*, owner: User, payment_id: UUID, tree_size: int | None = None) -> tuple[Payment, InclusionProof]:
    """Return a payment of the customer and the proof that its booking is sealed.

    Raises:
        PaymentMissing: not there, or not theirs; the same words for both.
        NotBooked: no money moved, so there is nothing to seal.
        NotSealedYet: booked or held, and not in a block yet.
        SizeOutOfRange: the log had no such size after the booking was sealed.
    """
    payment = payment_of(owner=owner, payment_id=payment_id)
    if payment.entry_id is None:
        if payment.status in {Payment.Status.HELD, Payment.Status.PENDING}:
            raise NotSealedYet(_("This payment is not booked yet."))
        raise NotBooked(_("No money moved, so there is nothing to prove."))
    return payment, chain.inclusion_proof(payment.entry_id, tree_size=tree_size)


def receipt_of(*, owner: User, payment_id: UUID) -> SealedReceipt:
    """Return the receipt of one payment: always the same one for the same reader.

    Raises:
        PaymentMissing, NotBooked, NotSealedYet: as ``proof_of``.
    """
    payment, proof = proof_of(owner=owner, payment_id=payment_id)
    note = chain.checkpoint(proof.tree_size).note
    receipt = Receipt(
        shown={},
        booking=proof.booking,
        debit=_half(proof.debit, proof.debit_salt, is_open=_is_own(payment.payer_account, owner)),
        credit=_half(proof.credit, proof.credit_salt, is_open=_is_own(payment.payee_account, owner)),
        leaf_index=proof.leaf_number,
        leaf_hash=proof.leaf_hash,
        tree_size=proof.tree_size,
        path=proof.path,
        block=proof.block.header,
        block_hash=bytes(proof.block.hash),
        checkpoint=note,
        key=vkey_of(note),
    )
    return SealedReceipt(payment, replace(receipt, shown=_shown(payment, receipt, owner)))


def block_heights(payments: Iterable[Payment]) -> dict[UUID, int]:
    """Return in which blocks these payments are sealed, in one query; those that aren't yet are left out."""
    entries = {payment.entry_id: payment.pk for payment in payments if payment.entry_id is not None}
    heights = chain.heights_of_entries(list(entries)) if entries else {}
    return {entries[entry_id]: height for entry_id, height in heights.items()}


def vkey_of(note: str) -> str:
    """Return the published key that signed a checkpoint of ours.

    Raises:
        UnpublishedKey: it was never published.
    """
    signers = {(line.name, line.key_id) for line in Note.parse(note).signatures}
    for each in own_keys.published_keys():
        if (each.verifier.name, each.verifier.key_id) in signers:
            return each.verifier.vkey
    raise UnpublishedKey("set SECUREBANK_CHECKPOINT_PUBLIC_KEYS")


def _half(side: Side, salt: bytes, *, is_open: bool) -> Half:
    """Return one side of the booking; what opens it goes to whose side it is, and to nobody else."""
    return Half(encoding.commit(salt, encoding.side_bytes(side)), Opening(salt, side) if is_open else None)


def _shown(payment: Payment, receipt: Receipt, viewer: User) -> dict[str, str]:
    """Return the payment in words, in no language of its own: the same bytes whoever asks in whatever language."""
    booking = receipt.booking
    return {
        "transaction": str(payment.pk),
        "direction": direction_text(receipt),
        "amount": amount_text(booking.amount_minor, booking.currency),
        "currency": booking.currency,
        "booked_at": instant_text(booking.posted_at_us),
        "from": _party(payment.payer_account, viewer),
        "to": _party(payment.payee_account, viewer),
        "note": payment.note,
    }


def _party(account: BankAccount | None, viewer: User) -> str:
    if account is None:
        return CASH
    name = account.owner.name if _is_own(account, viewer) else masked_name(account.owner.name)
    return f"{name} {account.masked_number}"


def _is_own(account: BankAccount | None, viewer: User) -> bool:
    return account is not None and account.owner_id == viewer.pk
