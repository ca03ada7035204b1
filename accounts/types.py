"""Values that cross the border of the people room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import BankAccount
from ledger.types import Balance


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its money at one moment.

    Attributes:
        account: the account as the customer knows it.
        balance: settled, held and available, read in one statement.
    """

    account: BankAccount
    balance: Balance


@dataclass(frozen=True, slots=True)
class PayeeMatch:
    """Whom a number, handle or phone leads to.

    Attributes:
        account: where the money would go; its state is checked under lock when paying.
        owner_id: the customer.
        name: in full, for the bank's own records.
        masked_name: what another customer may see, such as ``Asha R••``.
        handle: with the bank's suffix, such as ``asha@securebank``.
    """

    account: BankAccount
    owner_id: UUID
    name: str
    masked_name: str
    handle: str


@dataclass(frozen=True, slots=True)
class PasskeyQuestion:
    """What the customer's passkey is asked to sign.

    Attributes:
        challenge_id: names the question when the answer comes.
        options: ``PublicKeyCredentialRequestOptions`` as JSON, binary parts in base64url.
        expires_at: by the database's clock.
    """

    challenge_id: UUID
    options: dict[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a browser made of a question.

    Attributes:
        challenge_id: which question.
        credential: ``AuthenticationResponseJSON`` as sent; nothing in it is believed yet.
        origin: of the site that the request came to, such as ``https://bank.example``.
    """

    challenge_id: UUID
    credential: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How a customer confirms; when several are given, the passkey counts, else the code, else the PIN."""

    pin: str = ""
    otp: str = ""
    passkey: PasskeyAnswer | None = None

    def __bool__(self) -> bool:
        """Whether anything was given."""
        return bool(self.pin or self.otp or self.passkey)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a customer could confirm with."""

    has_pin: bool
    has_totp: bool
    has_passkey: bool

    @property
    def typed(self) -> str:
        """The field in which they type it: the PIN's, else the code's, else none."""
        return "pin" if self.has_pin else "otp" if self.has_totp else ""

    @property
    def is_passkey_only(self) -> bool:
        """Whether there is a passkey and nothing to type."""
        return self.has_passkey and not self.typed
