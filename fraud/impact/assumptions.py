"""What the bank does not measure and has to assume: each with a unit, bounds, and how wrong it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Lazy names have no type of their own to write down.
from django_stubs_ext import StrOrPromise

from securebank.kernel.errors import Invalid

Values = Mapping[str, Decimal]

# Digits behind the point that are read: paise, or hundredths of a per cent.
PLACES: Final = {"rupees": 2, "share": 4}


class AssumptionInvalid(Invalid):
    """A value that an assumption can't have; the fact ``field`` names it."""

    code = "assumption_invalid"
    title = "This assumption is not valid"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption.

    Attributes:
        unit: "rupees", or "share" from 0 to 1.
        default: a starting point for a mid-sized bank in India, measured nowhere: each bank puts its own.
        most: the largest value; the least is 0.
        worse, better: factors of the values that the low and the high case reckon with.
    """

    label: StrOrPromise
    meaning: StrOrPromise
    unit: str
    default: Decimal
    most: Decimal
    worse: Decimal
    better: Decimal

    def at(self, value: Decimal, factor: Decimal) -> Decimal:
        """Return the value times a factor, within bounds."""
        return min(self.most, value * factor)


def _rupees(label: StrOrPromise, meaning: StrOrPromise, default: str, *, worse: str, better: str) -> Assumption:
    return Assumption(
        label, meaning, "rupees", Decimal(default), Decimal(1_000_000_000), Decimal(worse), Decimal(better)
    )


def _share(label: StrOrPromise, meaning: StrOrPromise, default: str, *, worse: str, better: str) -> Assumption:
    return Assumption(label, meaning, "share", Decimal(default), Decimal(1), Decimal(worse), Decimal(better))


ASSUMPTIONS: Final[Mapping[str, Assumption]] = MappingProxyType(
    {
        "review_cost": _rupees(
            gettext_lazy("Cost of a review"),
            gettext_lazy("Pay and workplace of a colleague for the minutes that one review takes."),
            "60",
            worse="2",
            better="0.5",
        ),
        "running_cost": _rupees(
            gettext_lazy("Running the check for 30 days"),
            gettext_lazy("Machines, upkeep and the share of colleagues who look after rules and models."),
            "25000",
            worse="1.5",
            better="0.75",
        ),
        "recovery_share": _share(
            gettext_lazy("Share of lost money that comes back"),
            gettext_lazy("What is recovered from payees and other banks when a fraud is only found afterwards."),
            "0.15",
            worse="2",
            better="0.5",
        ),
        "churn_probability": _share(
            gettext_lazy("Customers who leave after a false alarm"),
            gettext_lazy("Probability that a customer whose genuine payment was stopped closes the account for it."),
            "0.02",
            worse="2.5",
            better="0.5",
        ),
        "customer_value": _rupees(
            gettext_lazy("Value of a customer"),
            gettext_lazy("Margin that a customer would still have brought."),
            "6000",
            worse="2",
            better="0.5",
        ),
    }
)
DEFAULTS: Final[Values] = MappingProxyType({name: each.default for name, each in ASSUMPTIONS.items()})


def read(written: Mapping[str, str]) -> Values:
    """Return every assumption's value: what is written, else its default.

    Raises:
        AssumptionInvalid: no such assumption, no plain number, too many digits, or out of bounds.
    """
    return {**DEFAULTS, **{name: _value(name, text) for name, text in written.items()}}


def _value(name: str, text: str) -> Decimal:
    known = ASSUMPTIONS.get(name)
    if known is None:
        raise AssumptionInvalid(_("There is no assumption of this name."), field=name[:40])
    try:
        value = Decimal(text if len(text) <= 20 else "")  # noqa: PLR2004 -- longer than any within bounds
    except InvalidOperation:
        raise AssumptionInvalid(_("Write a number, such as 0.02 or 1500."), field=name) from None
    if not (value.is_finite() and 0 <= value <= known.most):
        raise AssumptionInvalid(_("Write a number from 0 to %(most)s.") % {"most": f"{known.most:,f}"}, field=name)
    if value != round(value, PLACES[known.unit]):
        raise AssumptionInvalid(
            _("At most %(places)s digits behind the point.") % {"places": PLACES[known.unit]}, field=name
        )
    return value
