"""Give the money of a completed payment back, in full or in part."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

import ledger.services
from accounts.models import User
from accounts.services import audit, notifications
from payments.errors import MayNotReview, NotRefundable, OwnMoney, PaymentMissing
from payments.models import Payment
from payments.notifications import notices_of
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money

REFUND_PERMISSION = "payments.refund_payment"


@transaction.atomic
def refund(*, payment_id: UUID, supervisor: User, amount: Any | None, reason: str) -> Payment:
    """Return a new payment that carries money back from the payee to the payer.

    Args:
        payment_id: a completed transfer.
        supervisor: who decides; never one of the two sides.
        amount: as written, in the payment's currency; None for all that is left.
        reason: shown as the note to both sides.

    Raises:
        MayNotReview, OwnMoney: this person may not.
        NotRefundable: not a completed transfer, or nothing is left of it.
        OverReversal: more than is left.
        InsufficientFunds: the payee has spent the money.
    """
    if not supervisor.has_perm(REFUND_PERMISSION):
        raise MayNotReview(_("You may not decide about refunds."))
    original = _refundable(payment_id)
    if supervisor.pk in {account.owner_id for account in (original.payer_account, original.payee_account) if account}:
        raise OwnMoney(_("Nobody refunds their own money."))
    left = original.amount_minor - _refunded(original)
    money = Money(left, original.currency) if amount is None else Money.parse(amount, original.currency)
    back = _book(original, money, supervisor, reason)
    if money.minor == left:
        original.status = Payment.Status.REVERSED
        original.save(update_fields=["status"])
    audit.record(
        action="payment_refunded",
        actor=supervisor,
        subject=original,
        details={"refund": str(back.pk), "amount": str(money), "currency": money.currency},
    )
    notifications.notify(*notices_of(back))
    return back


def _refundable(payment_id: UUID) -> Payment:
    """Return the payment under a lock that orders the refunds of one payment."""
    payment: Payment | None = (
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("payer_account__owner", "payee_account__owner")
        .filter(pk=payment_id)
        .first()
    )
    if payment is None:
        raise PaymentMissing(_("There is no such payment."))
    if payment.status != Payment.Status.COMPLETED or payment.kind != Payment.Kind.TRANSFER:
        raise NotRefundable(_("Only a completed transfer can be refunded."))
    return payment


def _refunded(original: Payment) -> int:
    return int(original.reversals.aggregate(total=Sum("amount_minor", default=0))["total"])


def _book(original: Payment, money: Money, supervisor: User, reason: str) -> Payment:
    refund_id = new_id()
    if original.entry_id is None:
        raise NotRefundable(_("Only a completed transfer can be refunded."))
    posted = ledger.services.reverse_entry(entry_id=original.entry_id, client_id=refund_id, amount=money)
    return Payment.objects.create(
        id=refund_id,
        kind=Payment.Kind.REFUND,
        status=Payment.Status.COMPLETED,
        channel=Payment.Channel.SYSTEM,
        payer_account=original.payee_account,
        payee_account=original.payer_account,
        amount_minor=money.minor,
        currency=money.currency,
        note=reason,
        entry_id=posted.entry_id,
        reverses=original,
        created_by=supervisor,
        created_at=posted.posted_at,
        completed_at=posted.posted_at,
    )
