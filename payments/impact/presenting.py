"""The report as page and PDF show it: the same lines, labels and steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from fraud.impact.assumptions import ASSUMPTIONS
from fraud.impact.history import History, Sum
from fraud.impact.reckoning import Outcome, Report
from payments.impact.wording import assumed, rupees


@dataclass(frozen=True, slots=True)
class Line:
    """A row of text: what, and its figures."""

    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the way from prevented loss to net saving, in paise; ``is_total`` for one that stands on zero."""

    label: str
    minor: int
    is_total: bool = False

    @property
    def rupees(self) -> float:
        """For charts."""
        return self.minor / 100


@dataclass(frozen=True, slots=True)
class Arm:
    """How far one assumption moves the net saving, in paise; with the values at both ends in words."""

    label: str
    worse: int
    better: int
    worse_at: str
    better_at: str
    worse_net: str
    better_net: str


@dataclass(frozen=True, slots=True)
class Assumed:
    """One assumption with the values of all three cases, in words."""

    label: str
    meaning: str
    low: str
    expected: str
    high: str


OUTCOMES: Final[tuple[tuple[str, StrOrPromise], ...]] = (
    ("prevented", gettext_lazy("Loss prevented")),
    ("reviews", gettext_lazy("Cost of reviews")),
    ("customers", gettext_lazy("Customers lost to false alarms")),
    ("running", gettext_lazy("Running the check")),
    ("net", gettext_lazy("Net saving")),
)


def steps(outcome: Outcome) -> list[Step]:
    """Return the way from prevented loss through the costs to the net saving."""
    labels = {name: str(label) for name, label in OUTCOMES}
    return [
        Step(labels["prevented"], outcome.prevented, is_total=True),
        *(Step(labels[name], -getattr(outcome, name)) for name in ("reviews", "customers", "running")),
        Step(labels["net"], outcome.net, is_total=True),
    ]


def cases(report: Report, language: str | None) -> list[Line]:
    """Return money and return on cost in the low, the expected and the high case."""
    three = (report.low, report.expected, report.high)
    money = [
        Line(str(label), tuple(rupees(getattr(each, name), language) for each in three)) for name, label in OUTCOMES
    ]
    back = tuple(returned(each) for each in three)
    return [*money, Line(_("Net saving for each rupee of cost"), back)]


def returned(outcome: Outcome) -> str:
    """Return the return on cost; a dash without costs."""
    return "–" if outcome.return_on_cost is None else str(number_format(outcome.return_on_cost))


def counted(history: History, language: str | None) -> list[Line]:
    """Return what was counted: how many, and how much money where it is known."""
    missed = history.missed
    known = history.caught.number + missed.number
    return [
        _line(_("Payments judged"), history.payments),
        _line(_("Held for review"), history.held),
        _line(_("Declined at once"), history.declined),
        _line(_("Payments with a label"), history.labelled),
        _sum(_("Fraud stopped"), history.caught, language),
        _sum(_("Fraud let through, as far as known"), missed, language),
        Line(_("Share of known fraud stopped"), (share_of(history.caught.number, known), "")),
        _sum(_("Genuine payments stopped"), history.false_alarms, language),
        _line(_("Customers of whom a genuine payment was stopped"), history.annoyed),
        _line(_("Reviews"), history.reviews),
    ]


def share_of(part: int, whole: int) -> str:
    """Return a share as per cent; a dash of nothing."""
    return _("%(number)s %%") % {"number": number_format(100 * part / whole, 1)} if whole else "–"


def arms(report: Report, language: str | None) -> list[Arm]:
    """Return how far each assumption moves the net saving, the strongest first."""
    return [
        Arm(
            str(ASSUMPTIONS[swing.name].label),
            swing.worse,
            swing.better,
            _at(report, swing.name, "worse", language),
            _at(report, swing.name, "better", language),
            rupees(swing.worse, language),
            rupees(swing.better, language),
        )
        for swing in report.swings
    ]


def assumptions(report: Report, language: str | None) -> list[Assumed]:
    """Return every assumption with what it means and its values."""
    return [
        Assumed(
            str(known.label),
            str(known.meaning),
            _at(report, name, "worse", language),
            assumed(name, report.assumptions[name], language),
            _at(report, name, "better", language),
        )
        for name, known in ASSUMPTIONS.items()
    ]


def summary(report: Report, language: str | None) -> Sequence[Line]:
    """Return the four figures of the head."""
    found = report.expected
    return [
        Line(_("Net saving"), (rupees(found.net, language),)),
        Line(_("Loss prevented"), (rupees(found.prevented, language),)),
        Line(_("All costs"), (rupees(found.cost, language),)),
        Line(_("For each rupee of cost"), (returned(found),)),
    ]


def _at(report: Report, name: str, end: str, language: str | None) -> str:
    known = ASSUMPTIONS[name]
    return assumed(name, known.at(report.assumptions[name], getattr(known, end)), language)


def _line(label: str, number: int) -> Line:
    return Line(label, (number_format(number, force_grouping=True), ""))


def _sum(label: str, found: Sum, language: str | None) -> Line:
    return Line(label, (number_format(found.number, force_grouping=True), rupees(found.minor, language)))
