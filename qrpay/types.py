"""Plain values that cross the border of the QR room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from accounts.models import User
from payments.types import PaymentPlan
from qrpay.codes.facts import CodeFacts, Scheme
from securebank.kernel.money import Money


class Authenticity(StrEnum):
    """How it is known whom a code pays; there is no "safe"."""

    SEALED = "sealed"
    SIGNED = "signed"
    # Not proven by the code, but its address leads to one of our own customers.
    REGISTERED = "registered"
    UNVERIFIED = "unverified"


class Source(StrEnum):
    """How a code came to the bank."""

    CAMERA = "camera"
    UPLOAD = "upload"
    PASTE = "paste"
    API = "api"


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that the payer should know: a stable code and a sentence in their language."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RegisteredPayee:
    """Who would get the money, out of our own books and never out of the code.

    Attributes:
        account_id: the bank account, as ``confirmations.Binding`` wants it.
        name: in full when the payee made the code here or is known to the payer; masked otherwise.
        handle: with the bank's suffix.
        is_known: the payer has paid or saved them before.
        is_own: payer and payee are one customer.
    """

    account_id: UUID
    number: str
    name: str
    handle: str
    is_known: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class VerifiedCode:
    """A code that was read and judged; nothing has moved.

    Attributes:
        facts: what the code says.
        payee: None when our books don't know them.
        amount: what will be paid; None when the payer chooses, between ``least`` and ``most`` if they are there.
        name_differs: the code calls the payee something else than our books do.
        reasons: what to show beside the verdict, worst first.
        can_pay: whether ``paying.pay`` would take it as things stand.
        issued_id: the row of a code that was issued here.
    """

    facts: CodeFacts
    authenticity: Authenticity
    payee: RegisteredPayee | None
    amount: Money | None
    least: Money | None
    most: Money | None
    currency: str
    note: str
    expires_at: datetime | None
    is_single_use: bool
    name_differs: bool
    reasons: tuple[Reason, ...]
    can_pay: bool
    issued_id: UUID | None


@dataclass(frozen=True, slots=True)
class CodeWish:
    """What a customer wants a code for, as they wrote it.

    Attributes:
        account_id: the account to be paid; without it the oldest active one.
        amount: written text or a JSON number; None lets the payer choose.
        least: lowest amount that the payer may choose; only without ``amount``.
        most: highest.
        expires_in: seconds from now by the database's clock; None for a code that lasts.
        scheme: one of ``models.Code.Scheme``.
    """

    owner: User
    account_id: UUID | None = None
    amount: Any = None
    least: Any = None
    most: Any = None
    note: str = ""
    expires_in: int | None = None
    single_use: bool = False
    scheme: str = Scheme.SEALED


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code that a customer may show, print or send."""

    id: UUID
    scheme: str
    payload: str
    amount: Money | None
    currency: str
    note: str
    expires_at: datetime | None
    is_single_use: bool


@dataclass(frozen=True, slots=True)
class CodeOrder:
    """A payment of a code as the payer asks for it; the fields mean what they mean in a ``TransferOrder``.

    Attributes:
        text: what the code says.
        amount: needed when the code leaves it open; when the code fixes it, the same or None.
        source: decides which limits count besides the payer's own.
        payment_id: chosen when a review began; a second press then finds the payment of the first.
    """

    customer: User
    text: str
    amount: Any = None
    source: Source = Source.API
    pin: str | None = None
    confirmation_id: UUID | None = None
    from_account_id: UUID | None = None
    device: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    ip_address: str = ""
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodePlan:
    """A payment of a code whose parties, amount and PIN were checked; nothing has moved."""

    plan: PaymentPlan
    code: VerifiedCode
    source: Source
