"""What the fraud check is told, and what it answers. Frozen, and safe to write as JSON."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One proposed payment, told without any row of the payments room.

    Attributes:
        customer_id: whose money would leave.
        amount_minor: minor units of ``currency``.
        reference_minor: the same amount in paise at the bank's reference rate, which rules compare.
        payee_customer_id: who would get it.
        is_own_account: payer and payee are the same customer.
        is_new_payee: first saved or paid less than the cooling-off time ago, or never.
        device: what the client said about its device; bounded by the door.
        location: country, city, latitude, longitude as the client said.
    """

    payment_id: UUID
    customer_id: UUID
    amount_minor: int
    currency: str
    reference_minor: int
    payer_account_id: UUID
    payee_account_id: UUID
    payee_customer_id: UUID
    is_own_account: bool
    is_new_payee: bool
    account_opened_at: datetime
    channel: str
    requested_at: datetime
    device: dict[str, Any] = field(default_factory=dict)
    location: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the facts as JSON values, to be stored with the decision and replayed."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bank itself knows when it judges a payment, this payment counted in.

    Counts are bounded: rules only ask whether they pass a threshold.
    """

    trust_score: float
    payments_last_hour: int
    payments_last_day: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke up."""

    code: str
    weight: float
    staff: str
    customer: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about one payment.

    Attributes:
        score: in [0, 1]; without a model it is the rule score.
        ml_score: None until a model takes part.
        level: LOW, MEDIUM, HIGH or CRITICAL.
        recommendation: APPROVE, REVIEW or DECLINE.
    """

    decision_id: UUID
    score: float
    ml_score: float | None
    rule_score: float
    level: str
    recommendation: str
    reasons: tuple[Reason, ...]
    policy_version: str
    model_version: str
