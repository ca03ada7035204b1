"""A payment's facts to judge, and a past to judge them by."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import fraud.services
from fraud.events import event_of
from fraud.models import CustomerProfile
from fraud.types import PaymentFacts, Verdict
from ml.fraud.features import Outcome, State
from securebank.kernel.ids import new_id

CUSTOMER = UUID("018f0000-0000-7000-8000-000000000001")
# A Wednesday, half past one in the afternoon in India.
NOON = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)


def facts(reference_minor: int = 100_00, **changes: Any) -> PaymentFacts:
    """Return a harmless payment of a customer of some years, but for what is changed."""
    plain: dict[str, Any] = {
        "payment_id": new_id(),
        "customer_id": CUSTOMER,
        "amount_minor": reference_minor,
        "currency": "INR",
        "reference_minor": reference_minor,
        "payer_account_id": new_id(),
        "payee_account_id": new_id(),
        "payee_customer_id": new_id(),
        "is_own_account": False,
        "is_new_payee": True,
        "account_opened_at": NOON - timedelta(days=900),
        "channel": "api",
        "requested_at": NOON,
        "time_zone": "Asia/Kolkata",
    }
    return PaymentFacts(**(plain | changes))


def assess(reference_minor: int = 100_00, **changes: Any) -> Verdict:
    """Judge such a payment."""
    return fraud.services.assess(facts(reference_minor, **changes))


def codes(verdict: Verdict) -> list[str]:
    """Return which rules spoke up."""
    return [reason.code for reason in verdict.reasons]


def remember(payments: Iterable[dict[str, Any]], *, trust: float = 100.0) -> None:
    """Let the customer's profile know of payments that went through, each the harmless one but for what is given."""
    state = State()
    for changes in payments:
        state.observe(event_of(facts(**changes)), Outcome.APPROVED)
    CustomerProfile.objects.update_or_create(
        customer_id=CUSTOMER, defaults={"state": state.to_json(), "trust_score": trust}
    )
