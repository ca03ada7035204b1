"""Plain values that cross the border of the voice room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from payments.types import PaymentPlan
from securebank.kernel.money import Money
from voice.models import VoiceCommand


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a name may mean.

    Attributes:
        payee_id: of the customer's payee.
        name: as other customers see it.
        nickname: what the customer calls them, or "".
        account: its last four digits.
    """

    payee_id: UUID
    name: str
    nickname: str
    account: str


@dataclass(frozen=True, slots=True)
class AnsweredPayee:
    """Who was named, how, and whom it may mean when that isn't clear."""

    kind: str
    value: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says to a sentence.

    Attributes:
        confidence: of the recogniser, 0 to 1.
        reply: to be read out or shown.
        needs: what is missing before money could move: ``amount``, ``payee``.
        command_id: of the draft that is to be confirmed, if there is one.
    """

    transcript: str
    confidence: float
    intent: str
    reply: str
    amount: Money | None = None
    payee: AnsweredPayee | None = None
    needs: tuple[str, ...] = ()
    command_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a customer confirms a command; device, location and address as in a ``TransferOrder``."""

    owner: User
    command_id: UUID
    pin: str | None = None
    payee_id: UUID | None = None
    device: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    ip_address: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """A command whose parties are known and whose PIN was checked; nothing has moved.

    Attributes:
        plan: None when the command asks for money.
    """

    command: VoiceCommand
    payee_number: str
    plan: PaymentPlan | None
    requested_at: datetime
