"""A person decides about a payment that looked suspicious: it is fraud, or it is genuine.

Two reviewers, or a reviewer and the expiry sweep, compete for the same payment; one wins and the others are told.
Locks, always in this order, which is that of ``transfers``:

1. payer's and payee's account rows, where money may reach the payee
2. the fraud profiles of both sides, lowest id first
3. the case: from here on alert and payment are read anew, and nobody else decides
4. the hold and the two ledger accounts, inside the ledger's own function
5. the payment row, and with it what is told and audited

The hold in the books ends once, whatever happens above it: it stays the last guard.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

import ledger.services
from accounts.errors import AccountClosed, AccountFrozen
from accounts.models import User
from accounts.selectors import bank_accounts
from accounts.services import audit, locks, notifications
from fraud.errors import AlreadyReviewed
from fraud.services import outcomes
from fraud.services.outcomes import Review
from ledger.errors import HoldNotOpen
from payments.errors import MayNotReview, OwnMoney, PartyStopped, PaymentMissing
from payments.models import Payment
from payments.notifications import notices_of, tell_analysts_decided, tell_decided
from payments.services import payees, reversals
from payments.wording import REFUSED_BY_REVIEWER, REVIEW_RAN_OUT

REVIEW_PERMISSION = "payments.review_payment"

Status = Payment.Status


@transaction.atomic
def release(*, payment_id: UUID, reviewer: User, comment: str, now: datetime) -> Payment:
    """Decide that a payment is genuine: a held one reaches the payee; one that was declined at once stays declined.

    Raises:
        MayNotReview, OwnMoney, WasEscalated: this person may not decide about this payment.
        PartyStopped: the payer is locked, or an account was frozen meanwhile; confirming fraud still works.
        AlreadyReviewed: somebody decided, or the time was over.
    """
    payment = _to_review(payment_id, reviewer)
    if payment.status == Status.HELD:
        _refuse_stopped_parties(payment)
    payment, review = _locked(payment, reviewer)
    if payment.status != Status.HELD and review.alert is None:
        raise _already()
    outcomes.release(review, reviewer=reviewer, comment=comment, now=now)
    if payment.status == Status.HELD:
        _capture(payment)
    _write(payment, reviewer, comment, now)
    tell_decided(payment, is_fraud=False)
    audit.record(action="payment_released", actor=reviewer, subject=payment)
    return payment


@transaction.atomic
def confirm_fraud(*, payment_id: UUID, reviewer: User, comment: str, now: datetime) -> Payment:
    """Decide that a payment is fraud: held money goes back to the payer.

    What was completed already waits for a supervisor to agree that it is taken back. A customer whose payments
    were fraud repeatedly is locked. Raises as ``release``, but for PartyStopped.
    """
    payment, review = _locked(_to_review(payment_id, reviewer), reviewer)
    is_repeated = outcomes.confirm(review, reviewer=reviewer, comment=comment, now=now)
    if payment.status == Status.HELD:
        _void(payment)
    elif payment.status == Status.COMPLETED:
        reversals.propose(payment=payment, reviewer=reviewer, comment=comment)
    _write(payment, reviewer, comment, now)
    tell_decided(payment, is_fraud=True)
    audit.record(action="payment_confirmed_fraud", actor=reviewer, subject=payment)
    if is_repeated and payment.payer_account is not None:
        locks.stop_payments(person=payment.payer_account.owner, reason=locks.REPEATED_FRAUD, by=reviewer, now=now)
    return payment


def end_unreviewed(hold_id: int) -> None:
    """Decline the payment whose hold has run out, in the transaction that then ends the hold."""
    payment = _with_parties().filter(hold_id=hold_id, status=Status.HELD).first()
    if payment is None:
        return
    review = _lock(payment)
    payment = _with_parties().filter(pk=payment.pk, status=Status.HELD).first()
    if payment is None:
        return
    payment.status, payment.decline_reason = Status.DECLINED, REVIEW_RAN_OUT
    payment.save(update_fields=["status", "decline_reason"])
    outcomes.expire(review, now=timezone.now())
    audit.record(action="payment_review_expired", actor=None, subject=payment)
    notifications.notify(*notices_of(payment))
    tell_analysts_decided(payment)


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
    if payment.decision_id is None or payment.payer_account is None:
        raise _already()
    return payment


def _lock(payment: Payment) -> Review:
    payer, payee = payment.payer_account, payment.payee_account
    if payer is None:
        raise _already()
    return outcomes.lock(
        payment_id=payment.pk, customer_id=payer.owner_id, payee_customer_id=payee.owner_id if payee else None
    )


def _locked(payment: Payment, reviewer: User) -> tuple[Payment, Review]:
    """Return the payment as it is once nobody else can decide about it."""
    review = _lock(payment)
    outcomes.refuse_decided(review, reviewer)
    return _with_parties().get(pk=payment.pk), review


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


def _capture(payment: Payment) -> None:
    try:
        posted = ledger.services.capture_hold(hold_id=_hold_id(payment), client_id=payment.pk)
    except HoldNotOpen as error:
        raise _already() from error
    if posted.is_replay:
        raise _already()
    payment.status = Status.COMPLETED
    payment.entry_id, payment.completed_at = posted.entry_id, posted.posted_at
    payer, payee = payment.payer_account, payment.payee_account
    if payer is not None and payee is not None and payer.owner_id != payee.owner_id:
        payees.remember(owner_id=payer.owner_id, account_id=payee.pk)


def _void(payment: Payment) -> None:
    try:
        ledger.services.void_hold(hold_id=_hold_id(payment))
    except HoldNotOpen as error:
        raise _already() from error
    payment.status, payment.decline_reason = Status.DECLINED, REFUSED_BY_REVIEWER


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


def _already() -> AlreadyReviewed:
    return AlreadyReviewed(_("This payment was already decided."))
