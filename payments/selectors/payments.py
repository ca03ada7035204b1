"""Read payments on a customer's behalf."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from payments.errors import PaymentMissing
from payments.models import Payment

# What the payee may see: money that arrived, even if it went back later.
ARRIVED = (Payment.Status.COMPLETED, Payment.Status.REVERSED)


def visible_to(owner: User) -> QuerySet[Payment]:
    """Return the payments that a customer may see: all they made, and those that reached them."""
    return Payment.objects.select_related("payer_account__owner", "payee_account__owner", "decision").filter(
        Q(payer_account__owner=owner) | Q(payee_account__owner=owner, status__in=ARRIVED)
    )


def payment_of(*, owner: User, payment_id: UUID) -> Payment:
    """Return one payment that the customer may see.

    Raises:
        PaymentMissing: not there, or not theirs; the same words for both.
    """
    payment = visible_to(owner).filter(pk=payment_id).first()
    if payment is None:
        raise PaymentMissing(_("You have no such transaction."))
    return payment


def own_judged_payment(*, owner: User, payment_id: UUID) -> Payment:
    """Return a payment out of one of the customer's own accounts that the fraud check has judged.

    Raises:
        PaymentMissing: not there, not paid by them, or never judged; the same words for all.
    """
    payment = payment_of(owner=owner, payment_id=payment_id)
    if payment.payer_account is None or payment.payer_account.owner_id != owner.pk or payment.decision is None:
        raise PaymentMissing(_("You have no such transaction."))
    return payment
