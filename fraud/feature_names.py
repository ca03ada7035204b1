"""The model's inputs in words that colleagues read: a name, and the value as a person would say it."""

import math
from collections.abc import Callable
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

# Lazy names have no type of their own to write down.
from django_stubs_ext import StrOrPromise

HOUR, DAY = 3600.0, 86400.0


def _decimal(value: float) -> str:
    # Django's own cuts off what it should round.
    return str(number_format(round(value, 1), 1))


def _rupees(value: float) -> str:
    return gettext("%(amount)s rupees") % {"amount": number_format(round(math.expm1(value)), force_grouping=True)}


def _times(value: float) -> str:
    return gettext("%(number)s times") % {"number": _decimal(math.exp(value))}


def _deviations(value: float) -> str:
    return gettext("%(number)s deviations") % {"number": _decimal(value)}


def _payments(value: float) -> str:
    return gettext("%(number)s payments, fading") % {"number": _decimal(math.expm1(value))}


def _span(value: float) -> str:
    seconds = math.expm1(value)
    if seconds < HOUR:
        return gettext("%(number)s minutes") % {"number": _decimal(seconds / 60)}
    if seconds < 2 * DAY:
        return gettext("%(number)s hours") % {"number": _decimal(seconds / HOUR)}
    return _days(math.log1p(seconds / DAY))


def _days(value: float) -> str:
    return gettext("%(number)s days") % {"number": _decimal(math.expm1(value))}


def _yes_or_no(value: float) -> str:
    return gettext("yes") if value else gettext("no")


def _count(value: float) -> str:
    return ngettext("%(number)s time", "%(number)s times", round(value)) % {"number": round(value)}


def _speed(value: float) -> str:
    return gettext("%(number)s km/h") % {"number": number_format(round(math.expm1(value)), force_grouping=True)}


def _percent(value: float) -> str:
    return gettext("%(number)s %%") % {"number": number_format(round(100 * value))}


WORDS: Final[dict[str, tuple[StrOrPromise, Callable[[float], str]]]] = {
    "amount_log": (_("Amount"), _rupees),
    "amount_to_mean": (_("Amount beside the customer's mean"), _times),
    "amount_deviations": (_("Amount beside the customer's spread"), _deviations),
    "spend_day": (_("Spent in a day, beside what is usual"), _times),
    "spend_week": (_("Spent in a week, beside what is usual"), _times),
    "pace_hour": (_("Payments within the hour"), _payments),
    "pace_day": (_("Payments in a day, beside what is usual"), _times),
    "gap_log": (_("Since the payment before"), _span),
    "is_new_payee": (_("New payee"), _yes_or_no),
    "payee_known_log": (_("Payee known for"), _days),
    "payees_day": (_("Different payees within a day"), _count),
    "is_new_device": (_("New device"), _yes_or_no),
    "is_new_country": (_("New country"), _yes_or_no),
    "travel_speed_log": (_("Travel since the payment before"), _speed),
    "balance_share": (_("Part of the available money"), _percent),
    "near_limit": (_("Just under a limit within a day"), _count),
    "hour_share": (_("How usual this hour is"), _percent),
    "payee_record": (_("The payee's record"), _percent),
    "account_age_log": (_("Age of the account"), _days),
    "failures": (_("Failed attempts within the hour"), _count),
}


def name_of(feature: str) -> str:
    """Return what an input is called; its code for one that was added since."""
    return str(WORDS[feature][0]) if feature in WORDS else feature


def said(feature: str, value: float) -> str:
    """Return an input's value in words."""
    return WORDS[feature][1](value) if feature in WORDS else f"{value:g}"
