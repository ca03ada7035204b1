"""What can happen, told without any row of the bank."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from payments.simulation.people import Person

# Somebody simulated, or the handle of a demo customer, who only ever receives.
Payee: TypeAlias = "Person | str"


@dataclass(frozen=True, slots=True)
class Ask:
    """One customer asks another for money; a payment later in the script answers.

    Attributes:
        at: seconds since the script began.
        number: counts the requests of a script.
    """

    at: float
    number: int
    requester: Person
    payer: Person
    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class Pay:
    """One payment.

    Attributes:
        at: seconds since the script began.
        amount: rupees; with a ``share``, the most that is taken.
        share: of what the payer can spend, where a thief takes what there is.
        kind: of fraud, "" for an honest payment.
        answers: the number of the request that it accepts.
        is_payee_listed: the payee stands on the block list by then.
        channel: site or api.
    """

    at: float
    payer: Person
    payee: Payee
    amount: str
    note: str = ""
    share: float | None = None
    kind: str = ""
    answers: int | None = None
    is_payee_listed: bool = False
    channel: str = "site"
    device: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    ip_address: str = ""

    @property
    def is_fraud(self) -> bool:
        """Whether a thief is behind it."""
        return bool(self.kind)


Act: TypeAlias = Ask | Pay
