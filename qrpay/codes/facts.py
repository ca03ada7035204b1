"""What a code says, whatever its format; nothing here is believed yet."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Scheme(StrEnum):
    """The formats that are told apart."""

    SEALED = "sealed"
    SIGNED = "signed"
    UPI = "upi"
    EMV = "emv"
    BHARAT = "bharat"
    PIX = "pix"
    PROMPTPAY = "promptpay"
    EPC = "epc"
    SWISS = "swiss"
    OTHER = "other"


class SignatureState(StrEnum):
    """What is known about a signature that a code of an open standard bears."""

    ABSENT = "absent"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a code says about itself.

    Attributes:
        scheme: its format.
        payee_name: as the code says, perhaps cut short to fit; "" when it names nobody.
        payee_address: whom to pay, in the format's own terms: account number, VPA, IBAN or key; "" when not said.
        amount: in major units; None when the payer chooses.
        least: the lowest amount that the payer may choose, inclusive.
        most: the highest.
        currency: ISO 4217 letters, or digits when the number is none we know; "" when not said.
        reference: what the payee will know the payment by.
        note: words for people.
        expires_at: the instant from which it is void.
        code_id: of the row in our books that the code says it is.
        is_static: made to be paid any number of times.
        signature: for formats that may be signed by others.
        details: everything else that was read, by the format's own names, for showing.
    """

    scheme: Scheme
    payee_name: str = ""
    payee_address: str = ""
    amount: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str = ""
    reference: str = ""
    note: str = ""
    expires_at: datetime | None = None
    code_id: UUID | None = None
    is_static: bool = True
    signature: SignatureState = SignatureState.ABSENT
    details: dict[str, str] = field(default_factory=dict)
