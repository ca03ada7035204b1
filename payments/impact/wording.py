"""Figures of the report in words."""

from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from fraud.impact.assumptions import ASSUMPTIONS
from fraud.labelled import Labels
from securebank.kernel.money import Money
from securebank.web import wording

# Printed under every report: what no figure in it can say.
LIMITS: Final[tuple[StrOrPromise, ...]] = (
    gettext_lazy(
        "Only payments that an analyst decided or a customer disputed count as fraud or genuine. Fraud that went"
        " through and that nobody reported is missing, so the true loss is higher than the loss shown."
    ),
    gettext_lazy(
        "Stopped fraud counts with the full amount of the payment. Whether the thief would have tried again, with"
        " another victim or another bank, is not known."
    ),
    gettext_lazy(
        "A stopped payment that nobody has decided yet, or whose time ran out, counts neither as fraud nor as a false"
        " alarm."
    ),
    gettext_lazy(
        "Labels of the newest payments are still to come: the last two weeks of a period look better or worse than they"
        " will in the end."
    ),
    gettext_lazy(
        "The assumptions are the bank's own estimates and measured nowhere. The low and the high case move all of them"
        " at once to their worse or better end; they are no confidence interval."
    ),
)
OF_THE_SIMULATOR: Final = gettext_lazy(
    "These are labels of the simulator, which knows the truth about its own payments. Neither the payments nor the"
    " savings are real."
)


def rupees(minor: int, language: str | None) -> str:
    """Return paise at the reference rate as money."""
    return wording.format_money(Money(minor, settings.DEFAULT_CURRENCY), language)


def share(value: Decimal | float) -> str:
    """Return a share as per cent.

    >>> share(Decimal("0.025"))
    '2.5 %'
    """
    per_cent = f"{float(value) * 100:.2f}".rstrip("0").rstrip(".")
    return _("%(number)s %%") % {"number": number_format(per_cent)}


def assumed(name: str, value: Decimal, language: str | None) -> str:
    """Return an assumption's value with its unit."""
    if ASSUMPTIONS[name].unit == "share":
        return share(value)
    return rupees(int(value * 100), language)


def limits(labels: Labels) -> list[str]:
    """Return what a report can't say."""
    return [str(each) for each in (*([OF_THE_SIMULATOR] if labels == Labels.SIMULATOR else []), *LIMITS)]
