"""The payer says "I didn't make this payment" about one that went through. No money moves before a person decides."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from fraud.errors import NotDisputable
from fraud.models import Decision
from fraud.services import answers, outcomes
from fraud.services.outcomes import Review
from payments.constants import DISPUTE_WITHIN
from payments.models import Payment
from payments.notifications import tell_analysts_decided
from payments.selectors.payments import own_judged_payment
from securebank.web import throttles
from securebank.web.transactions import in_transaction


def open_dispute(*, customer: User, payment_id: UUID, text: str, now: datetime) -> Payment:
    """Put a completed payment before the analysts.

    Raises:
        PaymentMissing: no such payment of this customer.
        NotDisputable: not a completed transfer of the last months, or disputed before.
        TooManyTries: too many answers lately.
    """
    payment = own_judged_payment(owner=customer, payment_id=payment_id)
    throttles.take("fraud_answer", str(customer.pk))
    return in_transaction(partial(_open, payment, customer, text, now))


def withdraw(*, customer: User, payment_id: UUID) -> Payment:
    """Take a dispute back while nobody has picked it up.

    Raises:
        PaymentMissing: no such payment of this customer.
        DisputeNotOpen: there is none, or a colleague has it.
    """
    payment = own_judged_payment(owner=customer, payment_id=payment_id)
    return in_transaction(partial(_withdraw, payment, customer))


def is_disputable(payment: Payment, now: datetime) -> bool:
    """Tell whether the payer may dispute it, as far as the payment itself goes."""
    return (
        payment.status == Payment.Status.COMPLETED
        and payment.kind == Payment.Kind.TRANSFER
        and payment.decision_id is not None
        and payment.created_at > now - DISPUTE_WITHIN
    )


@transaction.atomic
def _open(payment: Payment, customer: User, text: str, now: datetime) -> Payment:
    review, decision = _locked(payment)
    if not is_disputable(payment, now):
        raise NotDisputable(_("Only a completed payment of the last 13 months can be disputed."))
    answers.open_dispute(review, decision=decision, customer=customer, text=text)
    audit.record(action="payment_disputed", actor=customer, subject=payment)
    tell_analysts_decided(payment)
    return payment


@transaction.atomic
def _withdraw(payment: Payment, customer: User) -> Payment:
    review, _decision = _locked(payment)
    answers.withdraw_dispute(review, customer=customer)
    audit.record(action="payment_dispute_withdrawn", actor=customer, subject=payment)
    tell_analysts_decided(payment)
    return payment


def _locked(payment: Payment) -> tuple[Review, Decision]:
    decision, payee = payment.decision, payment.payee_account
    if decision is None:
        raise NotDisputable(_("This payment can't be disputed."))
    review = outcomes.lock(
        payment_id=payment.pk,
        customer_id=decision.customer_id,
        payee_customer_id=payee.owner_id if payee else None,
    )
    payment.refresh_from_db(fields=["status"])
    return review, decision
