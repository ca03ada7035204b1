"""What the fraud check is told, and what it answers. Frozen, and safe to write as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
        time_zone: IANA name of the customer's own clock.
        available_minor: paise that the payer's account has to spend before this payment; None when not read.
        failures: wrong PINs and failed confirmations of the customer within the last hour.
        address: keyed hash of the network address that asked, or "".
        device: what the client said about its device; bounded by the door.
        location: country, city, latitude, longitude as the client said.
        category: the merchant's category code, or "".
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
    time_zone: str = "UTC"
    available_minor: int | None = None
    failures: int = 0
    address: str = ""
    device: dict[str, Any] = field(default_factory=dict)
    location: dict[str, Any] = field(default_factory=dict)
    category: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the facts as JSON values, to be stored with the decision and replayed."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PaymentFacts":
        """Return the facts that were stored."""
        return cls(**{name: READ.get(name, _as_is)(value) for name, value in stored.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _as_is(value: Any) -> Any:
    return value


IDS = ("payment_id", "customer_id", "payer_account_id", "payee_account_id", "payee_customer_id")
READ: dict[str, Callable[[Any], Any]] = dict.fromkeys(IDS, UUID) | dict.fromkeys(
    ("account_opened_at", "requested_at"), datetime.fromisoformat
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke up.

    Attributes:
        weight: what it added to the rule score, before that was capped at 1.
        contribution: the same, as a part of the whole score.
        effect: "score", or "review" or "decline" when it stops a payment by itself.
    """

    code: str
    weight: float
    staff: str
    customer: str
    contribution: float = 0.0
    effect: str = "score"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about one payment.

    Attributes:
        score: in [0, 1]; without a model it is the rule score.
        ml_score: None when no model took part.
        level: LOW, MEDIUM, HIGH or CRITICAL.
        recommendation: APPROVE, REVIEW or DECLINE.
        must_lock: the customer's payments are to be stopped in the same transaction.
        degraded: why no model took part; "" when one did.
        alert_id: the alert that was written with the decision, if any.
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
    must_lock: bool = False
    degraded: str = ""
    alert_id: UUID | None = None
