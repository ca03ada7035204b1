"""What the check knew about a customer and a payment, in words and numbers for colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ml.fraud.features.circular import MILLION
from ml.fraud.features.state import DAY, HALF_LIVES, HOUR, State
from payments.reference_money import reference_money
from securebank.kernel.money import Money
from securebank.web.wording import format_money

# A walk is no travel, in km.
SAME_PLACE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table."""

    name: str
    value: str


def profile_figures(stored: Mapping[str, Any]) -> list[Figure]:
    """Return what is remembered about a customer; nothing of a customer who never paid.

    A state of another version says nothing here; the check itself would start it anew.
    """
    try:
        state = State.from_json(stored)
    except (ValueError, KeyError):
        return []
    if not state.count:
        return []
    learnt, total, squares = state.amounts[:3]
    mean = total / learnt if learnt else 0.0
    deviation = sqrt(max(0.0, squares / learnt - mean * mean)) if learnt else 0.0
    return [
        Figure(_("Payments asked for"), str(state.count)),
        Figure(_("Of those learnt from"), str(learnt)),
        Figure(
            _("Usual amount"), _("%(mean)s ± %(deviation)s") % {"mean": rupees(mean), "deviation": rupees(deviation)}
        ),
        *_pace(state),
        Figure(_("Countries"), ", ".join(state.countries) or _("none told")),
        Figure(_("Devices known"), str(len(state.devices))),
        Figure(_("Payees known"), str(len(state.payees))),
    ]


def _pace(state: State) -> list[Figure]:
    """Return the payments of the last hour and day before the newest one, and the faded month."""
    recent = [at for at, _amount, _declined in state.window if at > state.newest - HOUR]
    day = [at for at, _amount, _declined in state.window if at > state.newest - DAY]
    declined = sum(declined for _at, _amount, declined in state.window)
    month = state.sums[len(HALF_LIVES) - 1]
    faded = state.counts[len(HALF_LIVES) - 1] / MILLION
    return [
        Figure(_("In the hour up to the last payment"), str(len(recent))),
        Figure(
            _("In the day up to the last payment"),
            _("%(all)d, declined %(declined)d") % {"all": len(day), "declined": declined},
        ),
        Figure(_("Lately (30 days' half-life)"), f"{faded:.1f} · {rupees(month)}"),
    ]


SIGNALS: Final = (
    ("deviations", gettext_lazy("Deviations above the usual amount"), "{:.1f}"),
    ("payments_hour", gettext_lazy("Payments within the hour"), "{}"),
    ("payments_day", gettext_lazy("Payments within the day"), "{}"),
    ("balance_share", gettext_lazy("Share of the available money"), "{:.0%}"),
    ("near_limit", gettext_lazy("Payments just under a limit"), "{}"),
    ("account_age_days", gettext_lazy("Age of the account in days"), "{:.0f}"),
    ("failures", gettext_lazy("Failed attempts lately"), "{}"),
    ("payee_trust", gettext_lazy("Trust of the payee"), "{:.0f}"),
    ("payee_confirmed_frauds", gettext_lazy("Frauds confirmed with the payee"), "{}"),
    ("payee_known_days", gettext_lazy("Payee known for days"), "{:.0f}"),
)
YES_OR_NO: Final = (
    ("is_new_payee", gettext_lazy("New payee")),
    ("is_new_device", gettext_lazy("New device")),
    ("is_new_country", gettext_lazy("New country")),
)


def signal_figures(signals: Mapping[str, Any]) -> list[Figure]:
    """Return what stood out of one payment: every figure that was stored, but for those that say no."""
    lines = [
        Figure(str(label), shape.format(signals[name]))
        for name, label, shape in SIGNALS
        if isinstance(signals.get(name), int | float)
    ]
    said = [Figure(str(label), _("yes")) for name, label in YES_OR_NO if signals.get(name) is True]
    blocked = signals.get("blocked")
    return lines + said + ([Figure(_("On the block list"), ", ".join(blocked))] if blocked else [])


def place_of(facts: Mapping[str, Any], signals: Mapping[str, Any]) -> str:
    """Return in words where a payment came from, and how far that is from the place before."""
    told = facts.get("location") or {}
    names = [str(told[name]) for name in ("city", "country") if told.get(name)]
    point = [told.get(name) for name in ("latitude", "longitude")]
    if all(isinstance(degrees, int | float) for degrees in point):
        names.append(f"{point[0]:.3f}, {point[1]:.3f}")
    if not names:
        return _("The client told no place.")
    distance = signals.get("travel_km") or 0.0
    if distance < SAME_PLACE:
        return " · ".join(names)
    away = _("%(km).0f km from the place before, at %(kmh).0f km/h") % {
        "km": distance,
        "kmh": signals.get("travel_kmh") or 0.0,
    }
    return " · ".join([*names, away])


def device_of(facts: Mapping[str, Any]) -> str:
    """Return in words what the client said about its device."""
    told = facts.get("device") or {}
    words = [str(told[name])[:80] for name in sorted(told) if isinstance(told[name], str | int | float) and told[name]]
    return " · ".join(words) or _("The client told no device.")


def age_in_words(days: int) -> str:
    """Return an age."""
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def rupees(paise: float) -> str:
    """Return paise at the reference rate, as money."""
    return format_money(reference_money(round(paise)))


def money_of(minor: int, currency: str) -> str:
    """Return an amount."""
    return format_money(Money(minor, currency))
