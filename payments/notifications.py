"""Whom a payment concerns, and what each side is told."""

from accounts.live import Room
from accounts.models import BankAccount, Notification
from accounts.selectors.payees import masked_name
from accounts.services import notifications
from accounts.services.notifications import Notice
from fraud.types import Verdict
from payments.models import Payment, PaymentRequest
from securebank.kernel.money import Money

Kind = Notification.Kind

PAYER_IS_TOLD = {
    Payment.Status.COMPLETED: Kind.PAYMENT_SENT,
    Payment.Status.HELD: Kind.PAYMENT_HELD,
    Payment.Status.DECLINED: Kind.PAYMENT_DECLINED,
}


def notices_of(payment: Payment) -> list[Notice]:
    """Return what both sides are told about the payment as it stands now.

    The payee hears of money that has arrived, never of a payment that is looked at or declined.
    """
    payer, payee = payment.payer_account, payment.payee_account
    is_own = payer is not None and payee is not None and payer.owner_id == payee.owner_id
    told = []
    if payer is not None:
        told += [_about(payment, payer, payee, PAYER_IS_TOLD[Payment.Status(payment.status)]), _balance(payer)]
    if payee is not None and payment.status == Payment.Status.COMPLETED:
        told += [_balance(payee)] if is_own else [_about(payment, payee, payer, Kind.PAYMENT_RECEIVED), _balance(payee)]
    return told


def notice_of_request(request: PaymentRequest, *, to_payer: bool) -> Notice:
    """Return what one side of a request for money is told when the other side acted, or time ran out."""
    reader, other = (request.payer, request.requester) if to_payer else (request.requester, request.payer)
    data = {
        "request_id": str(request.pk),
        "status": request.status,
        "amount": str(Money(request.amount_minor, request.currency)),
        "currency": request.currency,
        "name": masked_name(other.name),
        "note": request.note,
    }
    return Notice(user_id=reader.pk, kind=Kind.PAYMENT_REQUEST, data=data)


def alert_analysts(payment: Payment, verdict: Verdict) -> None:
    """Tell whoever watches alerts that a payment waits for a decision; no names, the desk has them."""
    data = {
        "transaction_id": str(payment.pk),
        "amount": str(Money(payment.amount_minor, payment.currency)),
        "currency": payment.currency,
        "score": verdict.score,
        "risk_level": verdict.level,
        "reasons": [reason.code for reason in verdict.reasons],
    }
    notifications.announce(room=Room.ALERTS, kind=Kind.FRAUD_ALERT, data=data)


def tell_decided(payment: Payment, *, is_fraud: bool) -> None:
    """Tell both sides what a reviewer's decision means for them, and the desks that this one is done.

    Of money that has moved, or was given back, the payment's own state tells. A payment that had ended before means
    something to its payer only.
    """
    was_held = payment.hold_id is not None
    if was_held and not (is_fraud and payment.status == Payment.Status.COMPLETED):
        notifications.notify(*notices_of(payment))
    elif payment.payer_account is not None and (event := _event_of(payment, is_fraud=is_fraud)):
        data = {"event": event, "transaction_id": str(payment.pk)}
        notifications.notify(Notice(payment.payer_account.owner_id, Kind.NOTIFICATION, data))
    tell_analysts_decided(payment)


def tell_analysts_decided(payment: Payment) -> None:
    """Let the desks that watch alerts take one off their lists."""
    data = {"transaction_id": str(payment.pk), "state": payment.status}
    notifications.announce(room=Room.ALERTS, kind=Kind.FRAUD_ALERT, data=data)


def _event_of(payment: Payment, *, is_fraud: bool) -> str:
    if not is_fraud:
        return "payment_cleared" if payment.status == Payment.Status.DECLINED else ""
    return "payment_was_fraud" if payment.status == Payment.Status.COMPLETED else ""


def _about(payment: Payment, mine: BankAccount, other: BankAccount | None, kind: str) -> Notice:
    data = {
        "transaction_id": str(payment.pk),
        "amount": str(Money(payment.amount_minor, payment.currency)),
        "currency": payment.currency,
        "name": masked_name(other.owner.name) if other else "",
        "note": payment.note,
    }
    return Notice(user_id=mine.owner_id, kind=kind, data=data)


def _balance(account: BankAccount) -> Notice:
    return Notice(user_id=account.owner_id, kind=Kind.BALANCE_UPDATE, data={"account_id": str(account.pk)})
