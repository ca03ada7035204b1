"""Versions and backtests as the pages show them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Approval
from accounts.services.approvals import Meaning
from fraud.models import PolicyVersion
from fraud.policy_difference import differences
from fraud.policy_pages import words
from fraud.selectors.policies import compared_with

# Lines that a proposal shows; the page of the policy has all.
MOST_LINES: Final = 20

ABOUT_ALL: Final = (
    ("alerts", gettext_lazy("Stopped payments")),
    ("held", gettext_lazy("Held for review")),
    ("declined", gettext_lazy("Declined")),
    ("locked", gettext_lazy("Payments that lock the customer")),
)
ABOUT_LABELLED: Final = (
    ("caught", gettext_lazy("Fraud stopped")),
    ("missed", gettext_lazy("Fraud let through")),
    ("false_alarms", gettext_lazy("Genuine payments stopped")),
)
AMOUNTS: Final = (
    ("held_minor", gettext_lazy("Amount held")),
    ("declined_minor", gettext_lazy("Amount declined")),
    ("caught_minor", gettext_lazy("Amount of fraud stopped")),
    ("missed_minor", gettext_lazy("Amount of fraud let through")),
    ("false_alarms_minor", gettext_lazy("Amount of genuine payments stopped")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure under both policies; ``old`` and ``new`` as text, the numbers for the chart."""

    name: str
    label: str
    old: str
    new: str
    step: str
    numbers: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a draft changes."""

    label: str
    old: str
    new: str


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two documents, in words."""
    return [
        Change(words.name_of(each.place), words.value_at(each.place, each.old), words.value_at(each.place, each.new))
        for each in differences(old, new)
    ]


def backtest(kept: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a page shows of a kept backtest; None without one."""
    if not kept:
        return None
    figures = kept["figures"]
    return {
        "against": kept["against"],
        "since": parse_datetime(kept["since"]),
        "until": parse_datetime(kept["until"]),
        "seconds": kept["milliseconds"] / 1000,
        "payments": figures["payments"],
        "labelled": figures["labelled"],
        "frauds": figures["frauds"],
        "genuine": figures["labelled"] - figures["frauds"],
        "unlabelled": (figures["old"]["unlabelled"], figures["new"]["unlabelled"]),
        "changed": figures["changed"],
        "unreadable": figures["unreadable"],
        "counts": list(_lines(figures, ABOUT_ALL)),
        "labels": list(_lines(figures, ABOUT_LABELLED)) if figures["labelled"] else [],
        "amounts": list(_amounts(figures)),
        "rules": list(_rules(figures["hits"])),
        "moves": list(_moves(figures["moves"])),
        "sample": [_shown(*entry) for entry in figures["sample"]],
    }


def proposal_told(approval: Approval) -> Meaning:
    """Return what the second person reads about a proposed policy."""
    version = PolicyVersion.objects.filter(pk=approval.subject_id).first()
    if version is None:
        return Meaning()
    found = changes(compared_with(version).document, version.document)
    lines = [f"{change.label}: {change.old} → {change.new}" for change in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append(
            ngettext("and %(number)s more change", "and %(number)s more changes", len(found) - MOST_LINES)
            % {"number": len(found) - MOST_LINES}
        )
    return Meaning((*lines, *_summary(version)), reverse("policy", args=[version.number]))


def _summary(version: PolicyVersion) -> Iterator[str]:
    """Yield the backtest in a few lines."""
    shown = backtest(version.backtest)
    if shown is None:
        return
    yield _("Tried on %(payments)s payments, %(labelled)s of them labelled, against %(against)s.") % shown
    for line in (*shown["counts"], *shown["labels"], *shown["amounts"]):
        yield f"{line.label}: {line.old} → {line.new}"
    yield _("Payments whose outcome would change: %(changed)s.") % shown


def _lines(figures: Mapping[str, Any], asked: tuple[tuple[str, Any], ...]) -> Iterator[Line]:
    for name, label in asked:
        old, new = figures["old"][name], figures["new"][name]
        yield Line(name, str(label), f"{old:,}", f"{new:,}", _step(new - old), (old, new))


def _step(number: int) -> str:
    return f"{number:+,}".replace("-", "−") if number else "0"


def _amounts(figures: Mapping[str, Any]) -> Iterator[Line]:
    for name, label in AMOUNTS if figures["labelled"] else AMOUNTS[:2]:
        old, new = figures["old"][name], figures["new"][name]
        step = ("+" if new > old else "−" if new < old else "") + words.rupees(abs(new - old))
        numbers = (old / 100, new / 100)
        yield Line(name, str(label), words.rupees(old), words.rupees(new), step, numbers)


def _rules(hits: Mapping[str, list[int]]) -> Iterator[Line]:
    for code, (old, new) in sorted(hits.items(), key=lambda hit: -max(hit[1])):
        yield Line(code, words.title_of(code), f"{old:,}", f"{new:,}", _step(new - old), (old, new))


def _moves(moves: Mapping[str, int]) -> Iterator[Change]:
    for move, number in sorted(moves.items(), key=lambda each: -each[1]):
        before, after = move.split(">")
        yield Change(f"{number:,}", str(words.OUTCOMES[before]), str(words.OUTCOMES[after]))


def _shown(amount_minor: int, decision_id: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    old, new = (set(codes) for codes in facts["rules"])
    return {
        "decision": decision_id,
        "amount": words.rupees(amount_minor),
        "at": parse_datetime(facts["at"]),
        "before": words.OUTCOMES[facts["before"]],
        "after": words.OUTCOMES[facts["after"]],
        "scores": facts["scores"],
        "label": {None: "", True: _("Fraud"), False: _("Genuine")}[facts["is_fraud"]],
        "added": [words.title_of(code) for code in sorted(new - old)],
        "dropped": [words.title_of(code) for code in sorted(old - new)],
    }
