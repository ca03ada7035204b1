"""What the parts of a policy are called, and how their values are written."""

from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from fraud.rules import RULES, Parameter
from securebank.kernel.money import Money
from securebank.web import wording

PAISE: Final = "paise"

PARTS: Final = {
    "weights": gettext_lazy("Weights"),
    "thresholds": gettext_lazy("Thresholds of the score"),
    "levels": gettext_lazy("Levels of risk"),
}
HELP: Final = {
    "weights": gettext_lazy("How much the model's score and that of the rules count. They add up to 1."),
    "thresholds": gettext_lazy("Each must be above the one before."),
    "levels": gettext_lazy("What staff see beside a payment. Each must be above the one before."),
}
NAMES: Final = {
    "weights.model": gettext_lazy("Weight of the model"),
    "weights.rules": gettext_lazy("Weight of the rules"),
    "thresholds.review": gettext_lazy("Held for review from"),
    "thresholds.decline": gettext_lazy("Declined from"),
    "thresholds.lock": gettext_lazy("Customer locked from"),
    "levels.medium": gettext_lazy("Medium from"),
    "levels.high": gettext_lazy("High from"),
    "levels.critical": gettext_lazy("Critical from"),
}
OF_A_RULE: Final = {
    "enabled": gettext_lazy("Switched on"),
    "weight": gettext_lazy("Weight"),
    "effect": gettext_lazy("Effect"),
}
EFFECTS: Final = {
    "score": gettext_lazy("Raises the score"),
    "review": gettext_lazy("Holds the payment for review"),
    "decline": gettext_lazy("Declines the payment"),
}
OUTCOMES: Final = {
    "APPROVE": gettext_lazy("Approved"),
    "REVIEW": gettext_lazy("Held"),
    "DECLINE": gettext_lazy("Declined"),
    "APPROVE+LOCK": gettext_lazy("Approved, customer locked"),
    "REVIEW+LOCK": gettext_lazy("Held, customer locked"),
    "DECLINE+LOCK": gettext_lazy("Declined, customer locked"),
}
# What rules count in, so that translators find it.
UNITS: Final = (
    gettext_noop("rupees"), gettext_noop("payments"), gettext_noop("deviations"), gettext_noop("share"),
    gettext_noop("hour"), gettext_noop("km/h"), gettext_noop("km"), gettext_noop("days"), gettext_noop("points"),
    gettext_noop("attempts"),
)  # fmt: skip


def title_of(code: str) -> str:
    """Return what a rule is called; of one that is no more, its code."""
    return _(RULES[code].title) if code in RULES else code


def unit_of(parameter: Parameter) -> str:
    """Return what a parameter is typed in: money in rupees, though it is kept in paise."""
    unit = "rupees" if parameter.unit == PAISE else parameter.unit
    return _(unit) if unit else ""


def name_of(place: str) -> str:
    """Return what a place of the document is called, such as ``rules.NIGHT.weight``."""
    if place in NAMES:
        return str(NAMES[place])
    _rules, code, *rest = place.split(".")
    part = OF_A_RULE[rest[0]] if rest[0] in OF_A_RULE else _(_parameter(code, rest[-1]).label)
    return f"{title_of(code)}: {part}"


def value_at(place: str, value: Any) -> str:
    """Return a value as people write it, with its unit."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if place.endswith(".effect"):
        return str(EFFECTS.get(value, value))
    if ".params." not in place:
        return number_format(value)
    _rules, code, _params, name = place.split(".")
    parameter = _parameter(code, name)
    if parameter.unit == PAISE:
        return rupees(int(value))
    return f"{number_format(value)} {unit_of(parameter)}".strip()


def rupees(minor: int) -> str:
    """Return paise at the reference rate as money."""
    return wording.format_money(Money(minor, "INR"), get_language())


def _parameter(code: str, name: str) -> Parameter:
    return next(parameter for parameter in RULES[code].parameters if parameter.name == name)
