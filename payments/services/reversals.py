"""Take the money of a completed payment back once a second person agreed."""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Approval, User
from accounts.services import approvals
from payments.models import Payment
from payments.services import refunds

REVERSE_PAYMENT: Final = "reverse_payment"


def propose(*, payment: Payment, reviewer: User, comment: str) -> Approval:
    """Ask a supervisor to take the money back; raises as ``approvals.propose``."""
    return approvals.propose(
        action=REVERSE_PAYMENT,
        subject_id=str(payment.pk),
        details={"amount_minor": payment.amount_minor, "currency": payment.currency},
        reason=comment[: approvals.LONGEST_REASON].strip() or _("Confirmed as fraud"),
        made_by=reviewer,
    )


def execute(step: approvals.Step) -> None:
    """Carry an approved reversal out: all that is left of the payment goes back. Raises as ``refunds.refund``."""
    refunds.refund(
        payment_id=UUID(step.subject_id),
        supervisor=step.decided_by,
        amount=None,
        reason=_("Returned after we looked at the payment"),
    )
