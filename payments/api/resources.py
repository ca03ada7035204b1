"""What a client sees of a payment and of a request for money."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.handles import SUFFIX
from accounts.models import BankAccount, User
from accounts.selectors.payees import masked_name
from fraud.models import Decision
from payments.models import Payee, Payment, PaymentRequest, SpendingLimits
from payments.reference_money import reference_money
from payments.services.limits import MAXIMA
from payments.wording import decline_sentence
from securebank.kernel.money import Money


def transaction_resource(payment: Payment, viewer: User, *, block_height: int | None = None) -> dict[str, Any]:
    """Return a payment as one customer sees it.

    The other side's name is masked. Why the fraud check judged as it did is for the payer only. A payment that was just
    made is in no block yet; of others the caller says in which.
    """
    is_payer = payment.payer_account is not None and payment.payer_account.owner_id == viewer.pk
    return {
        "id": str(payment.pk),
        "kind": payment.kind,
        "status": payment.status,
        "direction": direction(payment, viewer),
        "amount": str(Money(payment.amount_minor, payment.currency)),
        "currency": payment.currency,
        "from": _party(payment.payer_account, viewer),
        "to": _party(payment.payee_account, viewer),
        "note": payment.note,
        "created_at": payment.created_at,
        "completed_at": payment.completed_at,
        "decline_reason": decline_sentence(payment) if is_payer else None,
        "decline_code": payment.decline_reason or None if is_payer else None,
        "fraud": _fraud(payment.decision) if is_payer and payment.decision else None,
        "reverses": payment.reverses_id and str(payment.reverses_id),
        "block_height": block_height,
    }


def direction(payment: Payment, viewer: User) -> str:
    """Return ``in``, ``out`` or ``own``, seen from one customer."""
    is_payer = payment.payer_account is not None and payment.payer_account.owner_id == viewer.pk
    is_payee = payment.payee_account is not None and payment.payee_account.owner_id == viewer.pk
    if is_payer and is_payee:
        return "own"
    return "out" if is_payer else "in"


def request_resource(request: PaymentRequest, viewer: User) -> dict[str, Any]:
    """Return a request for money as one of its two people sees it."""
    return {
        "id": str(request.pk),
        "status": request.status,
        "direction": "incoming" if request.payer_id == viewer.pk else "outgoing",
        "amount": str(Money(request.amount_minor, request.currency)),
        "currency": request.currency,
        "note": request.note,
        "requester": _person(request.requester, viewer),
        "payer": _person(request.payer, viewer),
        "created_at": request.created_at,
        "expires_at": request.expires_at,
        "resolved_at": request.resolved_at,
        "transaction_id": request.payment_id and str(request.payment_id),
    }


def payee_resource(payee: Payee) -> dict[str, Any]:
    """Return a saved payee as its owner sees it."""
    account, person = payee.account, payee.account.owner
    return {
        "id": str(payee.pk),
        "nickname": payee.nickname,
        "name": masked_name(person.name),
        "handle": f"{person.handle}{SUFFIX}",
        "account": account.masked_number,
        "currency": account.currency,
        "saved_at": payee.saved_at,
        "cooling_off_until": payee.cooling_off_until,
    }


def limits_resource(limits: SpendingLimits, spent_minor: int) -> dict[str, Any]:
    """Return a customer's limits and what is left of the day's."""
    return {
        "currency": limits.currency,
        "per_payment": str(reference_money(limits.per_payment_minor)),
        "per_day": str(reference_money(limits.per_day_minor)),
        "new_payee": str(reference_money(limits.new_payee_minor)),
        "maxima": {name: str(reference_money(minor)) for name, minor in MAXIMA.items()},
        "spent_today": str(reference_money(spent_minor)),
        "left_today": str(reference_money(max(0, limits.per_day_minor - spent_minor))),
    }


def _party(account: BankAccount | None, viewer: User) -> dict[str, Any]:
    if account is None:
        return {"name": _("Cash"), "handle": None, "account": None, "account_id": None}
    is_own = account.owner_id == viewer.pk
    return _person(account.owner, viewer) | {
        "account": account.masked_number,
        "account_id": str(account.pk) if is_own else None,
    }


def _person(person: User, viewer: User) -> dict[str, Any]:
    name = person.name if person.pk == viewer.pk else masked_name(person.name)
    return {"name": name, "handle": f"{person.handle}{SUFFIX}"}


def _fraud(decision: Decision) -> dict[str, Any]:
    return {
        "score": decision.score,
        "ml_score": decision.ml_score,
        "rule_score": decision.rule_score,
        "risk_level": decision.level,
        "recommendation": decision.recommendation,
        "reasons": [{"code": reason["code"], "detail": _(reason["customer"])} for reason in decision.reasons],
    }
