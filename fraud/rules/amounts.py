"""Rules about how much is paid."""

from django.utils.translation import gettext_noop as _

from fraud.rules.base import Effect, Finding, Parameter, Rule, rupees
from fraud.types import PaymentFacts
from ml.fraud.features.signals import Signals

HIGHEST_MINOR = 1_000_000_000_00


class AmountLimit(Rule):
    """A large amount that leaves the customer's own accounts."""

    code = "AMOUNT_LIMIT"
    title = _("Large amount")
    customer = _("We look at large payments before they leave.")
    default_weight = 0.4
    default_effect = Effect.REVIEW
    parameters = (Parameter("from_minor", _("Speaks up from"), "paise", 200_000_00, 1, HIGHEST_MINOR),)

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up from the large amount on."""
        limit = self.values["from_minor"]
        if facts.is_own_account or facts.reference_minor < limit:
            return None
        return Finding(f"{rupees(facts.reference_minor)}; from {rupees(limit)} on a person looks at it")


class UnusualAmount(Rule):
    """Much more than this customer usually pays."""

    code = "UNUSUAL_AMOUNT"
    title = _("Unusual amount")
    customer = _("This payment is unlike your earlier ones.")
    default_weight = 0.2
    parameters = (
        Parameter("deviations", _("Standard deviations above the mean"), "deviations", 3.0, 0.5, 100.0, False),
        Parameter("after_payments", _("Silent until so many payments are known"), "payments", 5, 2, 1000),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:
        """Speak up above so many standard deviations, once there is a history to compare with."""
        if facts.is_own_account or around.payments_seen < self.values["after_payments"]:
            return None
        if around.deviations <= self.values["deviations"]:
            return None
        return Finding(
            f"{around.deviations:.1f} standard deviations above the usual {rupees(around.amount_mean)}"
            f" of {around.payments_seen} payments"
        )


class RoundAmount(Rule):
    """A large amount without any odd end: people who test what goes through like round figures."""

    code = "ROUND_AMOUNT"
    title = _("Round amount")
    customer = _("This payment is unlike most payments.")
    default_weight = 0.03
    parameters = (
        Parameter("multiple_minor", _("A multiple of"), "paise", 10_000_00, 100, HIGHEST_MINOR),
        Parameter("from_minor", _("Speaks up from"), "paise", 50_000_00, 1, HIGHEST_MINOR),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up about large multiples."""
        amount, multiple = facts.reference_minor, self.values["multiple_minor"]
        if facts.is_own_account or amount < self.values["from_minor"] or amount % multiple:
            return None
        return Finding(f"{rupees(amount)} is a multiple of {rupees(multiple)}")


class Structuring(Rule):
    """Several payments in a day, each just small enough not to be looked at."""

    code = "STRUCTURING"
    title = _("Just under a limit")
    customer = _("Several payments of this day belong together.")
    default_weight = 0.4
    parameters = (
        Parameter("payments", _("Payments just under a limit in 24 hours"), "payments", 3, 2, 100),
        Parameter("from_minor", _("Speaks up from"), "paise", 1_000_00, 1, HIGHEST_MINOR),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:
        """Speak up from so many payments of the day on; small change on such a day is none of them."""
        if around.near_limit < self.values["payments"] or facts.reference_minor < self.values["from_minor"]:
            return None
        return Finding(
            f"{around.near_limit} payments just under a limit in 24 hours, {rupees(around.amount_day)} in all"
        )


class DrainedBalance(Rule):
    """Nearly all the money goes to somebody new."""

    code = "DRAINED_BALANCE"
    title = _("Empties the account for a new payee")
    customer = _("A large part of your money would go to somebody whom you have not paid before.")
    default_weight = 0.2
    parameters = (
        Parameter("share", _("Share of the available money"), "share", 0.9, 0.1, 1.0, False),
        Parameter("from_minor", _("Speaks up from"), "paise", 10_000_00, 1, HIGHEST_MINOR),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:
        """Speak up from that share on, for amounts that hurt."""
        if facts.is_own_account or not around.is_new_payee or facts.reference_minor < self.values["from_minor"]:
            return None
        if around.balance_share < self.values["share"]:
            return None
        return Finding(f"{around.balance_share:.0%} of the available money to a new payee")
