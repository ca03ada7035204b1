"""The rules: each looks at one payment and either speaks up with a reason or stays silent."""

from collections.abc import Sequence
from typing import Final, Protocol

from django.utils.translation import gettext_noop as _

from fraud import constants
from fraud.types import PaymentFacts, Reason
from ml.fraud.features.signals import Signals


class Rule(Protocol):
    """One rule of the policy."""

    code: str

    def judge(self, facts: PaymentFacts, around: Signals) -> Reason | None:
        """Return why this payment is suspicious, or None."""
        ...


class AmountLimit:
    """A large amount that leaves the customer's own accounts."""

    code = "AMOUNT_LIMIT"

    def judge(self, facts: PaymentFacts, around: Signals) -> Reason | None:  # noqa: ARG002 -- a rule's shape
        """Speak up from the large amount on."""
        if facts.is_own_account or facts.reference_minor < constants.LARGE_AMOUNT_MINOR:
            return None
        return Reason(
            code=self.code,
            weight=0.5,
            staff=f"{facts.reference_minor} paise, from {constants.LARGE_AMOUNT_MINOR} on a person looks at it",
            customer=_("We look at large payments before they leave."),
        )


class Velocity:
    """Many payments in a short time."""

    code = "VELOCITY"

    def judge(self, facts: PaymentFacts, around: Signals) -> Reason | None:  # noqa: ARG002 -- a rule's shape
        """Speak up above the busy hour, louder above the very busy hour or day."""
        hour, day = around.payments_hour, around.payments_day
        is_very_busy = hour > constants.VERY_BUSY_HOUR or day > constants.VERY_BUSY_DAY
        if not is_very_busy and hour <= constants.BUSY_HOUR:
            return None
        return Reason(
            code=self.code,
            weight=0.5 if is_very_busy else 0.3,
            staff=f"{hour} payments in an hour, {day} in a day",
            customer=_("There were unusually many payments in a short time."),
        )


class LowTrust:
    """A customer whose trust was lowered."""

    code = "LOW_TRUST"

    def judge(self, facts: PaymentFacts, around: Signals) -> Reason | None:  # noqa: ARG002 -- a rule's shape
        """Speak up below the trust that a customer keeps without incidents."""
        if around.trust >= constants.LOW_TRUST:
            return None
        return Reason(
            code=self.code,
            weight=0.35,
            staff=f"trust {around.trust}, below {constants.LOW_TRUST}",
            customer=_("Earlier events on this account make us look closer."),
        )


RULES: Final[Sequence[Rule]] = (AmountLimit(), Velocity(), LowTrust())
