"""Plain values that cross the border of the payments room."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import BankAccount, User
from securebank.kernel.money import Money


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """What a customer asks for, as they wrote it.

    Attributes:
        to: account number, handle (with or without the bank's suffix), or phone number.
        amount: written text or a JSON number; read in the payer account's currency.
        currency: when given, must be the account's.
        from_account_id: the customer's account to debit; without it the oldest active one.
        confirmation_id: a step-up made for exactly this payment; stands for the PIN.
        ip_address: the network address that asked, or "".
    """

    customer: User
    to: str
    amount: Any
    currency: str | None = None
    from_account_id: UUID | None = None
    note: str = ""
    channel: str = "api"
    pin: str | None = None
    confirmation_id: UUID | None = None
    device: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    ip_address: str = ""


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """A payment whose parties and amount are known and whose PIN was checked; nothing has moved.

    Made outside the payment's transaction, so everything that may change meanwhile
    (states, balances, limits) is looked at again inside, under locks.

    Attributes:
        failures: wrong PINs and codes of the customer lately.
    """

    payment_id: UUID
    customer: User
    payer: BankAccount
    payee: BankAccount
    amount: Money
    note: str
    channel: str
    confirmation_id: UUID | None
    requested_at: datetime
    device: dict[str, Any] = field(default_factory=dict)
    location: dict[str, Any] = field(default_factory=dict)
    ip_address: str = ""
    failures: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the money stays with the same customer."""
        return self.payer.owner_id == self.payee.owner_id
