"""Decisions as the check writes them, for tests that only read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fraud.models import Alert, Case, Decision
from securebank.kernel.ids import new_id


def decision(*, at: datetime, customer_id: UUID | None = None, payee_id: UUID | None = None, **fields: Any) -> Decision:
    """Store one decision about 100.00 rupees."""
    minor = fields.pop("minor", 100_00)
    facts = {
        "amount_minor": minor,
        "reference_minor": minor,
        "currency": "INR",
        "channel": "site",
        "payee_customer_id": str(payee_id or new_id()),
    }
    about = {"score": 0.1, "rule_score": 0.1, "level": "LOW", "recommendation": "APPROVE", "policy_version": "policy-1"}
    return Decision.objects.create(
        payment_id=new_id(), customer_id=customer_id or new_id(), facts=facts, decided_at=at, **(about | fields)
    )


def alert(found: Decision, *, at: datetime, **fields: Any) -> Alert:
    """Store the alert of a decision in its customer's case."""
    case, _is_new = Case.objects.get_or_create(customer_id=found.customer_id, state=Case.State.OPEN)
    return Alert.objects.create(
        case=case,
        decision=found,
        payment_id=found.payment_id,
        customer_id=found.customer_id,
        payee_customer_id=new_id(),
        amount_minor=100_00,
        score=found.score,
        level=found.level,
        is_held=True,
        created_at=at,
        **fields,
    )
