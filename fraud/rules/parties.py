"""Rules about who pays and who is paid."""

from django.utils.translation import gettext_noop as _

from fraud.rules.base import Effect, Finding, Parameter, Rule
from fraud.types import PaymentFacts
from ml.fraud.features.signals import Signals


class LowTrust(Rule):
    """A customer whose trust was lowered."""

    code = "LOW_TRUST"
    title = _("Low trust")
    customer = _("Earlier events on this account make us look closer.")
    default_weight = 0.35
    parameters = (Parameter("below", _("Speaks up below"), "points", 50.0, 1.0, 100.0, False),)

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up below the trust that a customer keeps without incidents."""
        below = self.values["below"]
        return Finding(f"trust {around.trust:g}, below {below:g}") if around.trust < below else None


class YoungAccount(Rule):
    """An account that was opened only days ago."""

    code = "YOUNG_ACCOUNT"
    title = _("Young account")
    customer = _("This account is new.")
    default_weight = 0.05
    parameters = (Parameter("days", _("Younger than"), "days", 7.0, 0.0, 365.0, False),)

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up while the account is younger."""
        days = self.values["days"]
        if around.account_age_days >= days:
            return None
        return Finding(f"account opened {around.account_age_days:.1f} days ago, fewer than {days:g}")


class FailedAttempts(Rule):
    """Wrong PINs, failed confirmations and declined payments just before."""

    code = "FAILED_ATTEMPTS"
    title = _("Failed attempts")
    customer = _("There were failed attempts on this account just before.")
    default_weight = 0.3
    parameters = (Parameter("failures", _("Speaks up above"), "attempts", 3, 1, 100),)

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up above so many."""
        most = self.values["failures"]
        return (
            Finding(f"{around.failures} failed attempts lately, more than {most}") if around.failures > most else None
        )


class Blacklisted(Rule):
    """Somebody or something on the bank's block list takes part."""

    code = "BLACKLISTED"
    title = _("On the block list")
    customer = _("We can't make this payment.")
    default_weight = 1.0
    default_effect = Effect.DECLINE

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up whatever is listed."""
        return Finding(f"on the block list: {', '.join(around.blocked)}") if around.blocked else None
