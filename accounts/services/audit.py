"""Write down who did what."""

from ipaddress import ip_address
from typing import Any

import structlog
from django.db.models import Model

from accounts.models import AuditEvent, User


def record(
    *, action: str, actor: User | None, subject: Model | None = None, details: dict[str, Any] | None = None
) -> None:
    """Add one audit row in the caller's transaction: no row, no action.

    Address and request id come from the context that the request middleware
    bound; in a task or command they are empty.

    Args:
        action: what was done, such as ``pin_changed``.
        actor: who did it; None for the bank itself.
        subject: the row that it was done to.
        details: JSON-safe ids, states and amounts; never a secret or a person's data.
    """
    context = structlog.contextvars.get_contextvars()
    AuditEvent.objects.create(
        action=action,
        actor=actor,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        ip_address=_address(context.get("ip")),
        request_id=str(context.get("request_id", ""))[:36],
        details=details or {},
    )


def _address(text: str | None) -> str | None:
    """Return a well-formed address or None: a proxy's odd header must not stop the action."""
    try:
        return str(ip_address(text)) if text else None
    except ValueError:
        return None
