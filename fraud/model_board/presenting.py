"""A drift report as the page shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fraud.drift.constants import PSI_ALERT, PSI_WATCH
from fraud.drift.measuring import SCORE
from fraud.feature_names import name_of
from fraud.labelled import Labels
from fraud.models import DriftReport

FACTS: Final = {
    "device": gettext_lazy("What device it was"),
    "location": gettext_lazy("Where it was made"),
    "address": gettext_lazy("Network address"),
    "balance": gettext_lazy("Available money"),
}
KINDS: Final = {
    "psi": gettext_lazy("Shifted: %(name)s"),
    "missing": gettext_lazy("Missing more often: %(name)s"),
    "absent": gettext_lazy("Told less often: %(name)s"),
}
ALONE: Final = {
    "performance": gettext_lazy("Frauds are ranked worse than in the weeks before"),
    "alert_rate": gettext_lazy("Twice or half as many payments are stopped as in the week before"),
}
# Digits to which the border of a bin is told.
DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Move:
    """How far one figure moved.

    Attributes:
        ink: colour of its bar: low, high or critical.
        bins: border, share before and share now of each bin.
    """

    code: str
    name: str
    psi: float
    ks: float
    p: float
    missing: float
    ink: str
    bins: tuple[tuple[str, float, float], ...]


def shown(report: DriftReport, labels: Labels) -> dict[str, Any]:
    """Return what the page shows of a report."""
    figures = report.figures
    features = sorted((_move(each) for each in figures["features"]), key=lambda move: -move.psi)
    score = [_move(figures["score"])] if figures["score"] else []
    told = figures["performance"][labels]
    return {
        "report": report,
        "reference": _reference(figures["reference"]),
        "over": list(_over(report.over)),
        "moves": [*score, *features],
        "pictures": [*score, *features[:1]],
        "absent": [each | {"label": FACTS[each["name"]]} for each in figures["absent"]],
        "weeks": [week | {"day": parse_date(week["monday"])} for week in told["weeks"]],
        "all": told["all"],
        "challengers": told["challengers"],
        "latency": figures["latency_us"],
        "stopped": figures["stopped"],
        "without_model": figures["without_model"],
    }


def _move(told: Mapping[str, Any]) -> Move:
    ink = "critical" if told["psi"] >= PSI_ALERT else "high" if told["psi"] >= PSI_WATCH else "low"
    borders = [*(f"≤ {edge:.{DIGITS}g}" for edge in told["edges"]), _("above")]
    return Move(
        code=told["name"],
        name=_name(told["name"]),
        psi=told["psi"],
        ks=told["ks"],
        p=told["p"],
        missing=told["missing"],
        ink=ink,
        bins=tuple(zip(borders, told["before"], told["now"], strict=True)),
    )


def _name(code: str) -> str:
    return _("The model's score") if code == SCORE else name_of(code)


def _over(codes: Sequence[str]) -> Iterator[str]:
    for code in codes:
        kind, _colon, name = code.partition(":")
        if name:
            yield str(KINDS[kind]) % {"name": FACTS[name] if kind == "absent" else _name(name)}
        else:
            yield str(ALONE[kind])


def _reference(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return dict(told) | {name: told[name] and parse_datetime(told[name]) for name in ("since", "until")}
