"""Stop a customer's payments. Lifting it takes two people: ``staff_actions``."""

from datetime import datetime

from accounts.models import User
from accounts.services import audit, notifications
from accounts.services.notifications import Notice

REPEATED_FRAUD = "repeated_fraud"
FRAUD_CHECK = "fraud_check"


def stop_payments(*, person: User, reason: str, by: User | None, now: datetime) -> bool:
    """Stop all payments of a customer inside the caller's transaction, once; return whether that was new."""
    is_new = User.objects.filter(pk=person.pk, locked_at__isnull=True).update(locked_at=now, lock_reason=reason) > 0
    if is_new:
        audit.record(action="customer_locked", actor=by, subject=person, details={"reason": reason})
        notifications.notify(Notice(person.pk, "notification", {"event": "payments_stopped"}))
    return is_new
