"""Why a payment was not made, in words that a customer understands."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from payments.models import Payment

DECLINED_BY_CHECK: Final = "fraud_check"
REFUSED_BY_REVIEWER: Final = "review_refused"
REVIEW_RAN_OUT: Final = "review_expired"
REFUSED_BY_PAYER: Final = "not_mine"

SENTENCES: Final = {
    DECLINED_BY_CHECK: gettext_noop("We stopped this payment to protect you. No money left your account."),
    REFUSED_BY_REVIEWER: gettext_noop("We looked at this payment and did not make it. The money is yours again."),
    REFUSED_BY_PAYER: gettext_noop(
        "You told us that it wasn't you, so this payment was not made. The money is yours again."
    ),
    REVIEW_RAN_OUT: gettext_noop("We could not finish looking at this payment in time. The money is yours again."),
}


def decline_sentence(payment: Payment) -> str | None:
    """Return why the payment was declined, in the reader's language; None when it wasn't."""
    if not payment.decline_reason:
        return None
    return _(SENTENCES.get(payment.decline_reason, payment.decline_reason))
