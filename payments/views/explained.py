"""What a payer reads about a payment that did not simply go through, and what they may do about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import User
from fraud.selectors.answers import Standing, standing_of
from payments.constants import REVIEW_WITHIN
from payments.models import Payment
from payments.services.disputes import is_disputable
from payments.wording import DECLINED_BY_CHECK

# Enough to understand it; who tries things out should not be told everything that was noticed.
MOST_REASONS: Final = 2
NOTHING_SAID: Final = Standing()


@dataclass(frozen=True, slots=True)
class Explained:
    """What the payment's page says besides the facts; empty for the payee.

    Attributes:
        reasons: the check's own sentences for customers.
        can_answer: "Was this you?" is open.
        can_dispute: "I didn't make this payment" may be said.
        decided_by: when a held payment's money is free again at the latest.
    """

    reasons: tuple[str, ...] = ()
    can_answer: bool = False
    can_dispute: bool = False
    decided_by: datetime | None = None
    standing: Standing = NOTHING_SAID


def explained(payment: Payment, viewer: User, now: datetime) -> Explained:
    """Return what the viewer is told about a payment of theirs."""
    decision, payer = payment.decision, payment.payer_account
    if decision is None or payer is None or payer.owner_id != viewer.pk:
        return Explained()
    is_held = payment.status == Payment.Status.HELD
    was_stopped = is_held or payment.decline_reason == DECLINED_BY_CHECK
    sentences = dict.fromkeys(_(reason["customer"]) for reason in decision.reasons if reason["customer"])
    standing = standing_of(payment.pk)
    return Explained(
        reasons=tuple(sentences)[:MOST_REASONS] if was_stopped else (),
        can_answer=was_stopped and not standing.answer and not standing.is_decided,
        can_dispute=is_disputable(payment, now) and standing.dispute in {"", "withdrawn"},
        decided_by=payment.created_at + REVIEW_WITHIN if is_held else None,
        standing=standing,
    )
