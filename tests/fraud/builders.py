"""Alerts and cases as the check writes them, for payments that a test has made."""

from typing import Any

from fraud.models import Alert, Case, Decision
from payments.models import Payment


def alert_of(payment: Payment, **changes: Any) -> Alert:
    """Return the payment's alert; write it, with its case, if the check has not."""
    found = Alert.objects.filter(payment_id=payment.pk).first()
    if found is None:
        found = _written(payment)
    if changes:
        Alert.objects.filter(pk=found.pk).update(**changes)
        found.refresh_from_db()
    return found


def _written(payment: Payment) -> Alert:
    assert payment.payer_account is not None
    assert payment.payee_account is not None
    decision = Decision.objects.get(payment_id=payment.pk)
    case, _is_new = Case.objects.get_or_create(
        customer_id=payment.payer_account.owner_id, state=Case.State.OPEN, defaults={"worst_score": decision.score}
    )
    Case.objects.filter(pk=case.pk).update(at_risk_minor=case.at_risk_minor + payment.reference_minor)
    return Alert.objects.create(
        case=case,
        decision=decision,
        payment_id=payment.pk,
        customer_id=payment.payer_account.owner_id,
        payee_customer_id=payment.payee_account.owner_id,
        amount_minor=payment.reference_minor,
        score=decision.score,
        level=decision.level,
        is_held=payment.status == Payment.Status.HELD,
    )
