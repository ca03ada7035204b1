"""A person decides about a payment that the fraud check held back.

The hold in the books is what two reviewers, or a reviewer and the expiry sweep, compete for: it
ends once. So every decision first ends the hold and then writes the payment, in that order.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

import ledger.services
from accounts.errors import AccountClosed, AccountFrozen
from accounts.models import User
from accounts.selectors import bank_accounts
from accounts.services import audit, notifications
from ledger.errors import HoldNotOpen
from payments.errors import AlreadyReviewed, MayNotReview, OwnMoney, PartyStopped, PaymentMissing
from payments.models import Payment
from payments.notifications import notices_of
from payments.services import payees
from payments.wording import REFUSED_BY_REVIEWER, REVIEW_RAN_OUT

REVIEW_PERMISSION = "payments.review_payment"


@transaction.atomic
def release(*, payment_id: UUID, reviewer: User, comment: str, now: datetime) -> Payment:
    """Let a held payment reach the payee.

    Raises:
        MayNotReview, OwnMoney: this person may not decide about this payment.
        PartyStopped: the payer is locked, or an account was frozen meanwhile; refusing still works.
        AlreadyReviewed: it isn't held any more.
    """
    payment = _to_review(payment_id, reviewer)
    _refuse_stopped_parties(payment)
    try:
        posted = ledger.services.capture_hold(hold_id=_hold_id(payment), client_id=payment.pk)
    except HoldNotOpen as error:
        raise _already() from error
    if posted.is_replay:
        raise _already()
    payment.status = Payment.Status.COMPLETED
    payment.entry_id, payment.completed_at = posted.entry_id, posted.posted_at
    _write(payment, reviewer, comment, now)
    payer, payee = payment.payer_account, payment.payee_account
    if payer is not None and payee is not None and payer.owner_id != payee.owner_id:
        payees.remember(owner_id=payer.owner_id, account_id=payee.pk)
    audit.record(action="payment_released", actor=reviewer, subject=payment)
    return payment


@transaction.atomic
def refuse(*, payment_id: UUID, reviewer: User, comment: str, now: datetime) -> Payment:
    """Give a held payment's money back to the payer; raises as ``release``."""
    payment = _to_review(payment_id, reviewer)
    try:
        ledger.services.void_hold(hold_id=_hold_id(payment))
    except HoldNotOpen as error:
        raise _already() from error
    payment.status, payment.decline_reason = Payment.Status.DECLINED, REFUSED_BY_REVIEWER
    _write(payment, reviewer, comment, now)
    audit.record(action="payment_refused", actor=reviewer, subject=payment)
    return payment


def end_unreviewed(hold_id: int) -> None:
    """Decline the payment whose hold has just run out, in the transaction that ended the hold."""
    payment = _with_parties().filter(hold_id=hold_id, status=Payment.Status.HELD).first()
    if payment is None:
        return
    payment.status, payment.decline_reason = Payment.Status.DECLINED, REVIEW_RAN_OUT
    payment.save(update_fields=["status", "decline_reason"])
    audit.record(action="payment_review_expired", actor=None, subject=payment)
    notifications.notify(*notices_of(payment))


def _with_parties() -> QuerySet[Payment]:
    return Payment.objects.select_related("payer_account__owner", "payee_account__owner", "decision")


def _to_review(payment_id: UUID, reviewer: User) -> Payment:
    if not reviewer.has_perm(REVIEW_PERMISSION):
        raise MayNotReview(_("You may not decide about payments."))
    payment = _with_parties().filter(pk=payment_id).first()
    if payment is None:
        raise PaymentMissing(_("There is no such payment."))
    parties = {account.owner_id for account in (payment.payer_account, payment.payee_account) if account}
    if reviewer.pk in parties:
        raise OwnMoney(_("Nobody reviews their own money."))
    if payment.status != Payment.Status.HELD:
        raise _already()
    return payment


def _refuse_stopped_parties(payment: Payment) -> None:
    """Refuse to move money that the payment itself could not move now; the rows stay locked as for a payment."""
    if payment.payer_account_id is None or payment.payee_account_id is None:
        raise _already()
    try:
        payer, _payee = bank_accounts.lock_for_payment(
            payer_id=payment.payer_account_id, payee_id=payment.payee_account_id
        )
    except (AccountFrozen, AccountClosed) as error:
        whose = _("payer") if error.facts["side"] == "payer" else _("payee")
        raise PartyStopped(_("The account of the %(whose)s is frozen or closed.") % {"whose": whose}) from error
    if payer.owner.is_locked:
        raise PartyStopped(_("The payer's payments are stopped."))


def _hold_id(payment: Payment) -> int:
    if payment.hold_id is None:
        raise _already()
    return payment.hold_id


def _write(payment: Payment, reviewer: User, comment: str, now: datetime) -> None:
    payment.reviewed_by, payment.reviewed_at, payment.review_comment = reviewer, now, comment
    payment.save(
        update_fields=[
            "status", "entry", "completed_at", "decline_reason", "reviewed_by", "reviewed_at", "review_comment",
        ]
    )  # fmt: skip
    notifications.notify(*notices_of(payment))


def _already() -> AlreadyReviewed:
    return AlreadyReviewed(_("This payment was already decided."))
