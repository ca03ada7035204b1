"""Models as the pages show them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from fraud.models import ModelVersion

METRICS: Final = (
    ("auc_pr", gettext_lazy("Area under precision and recall")),
    ("auc_roc", gettext_lazy("Area under ROC")),
    ("recall_at_fpr_0.001", gettext_lazy("Fraud found at 0.1 % false alarms")),
    ("recall_at_fpr_0.01", gettext_lazy("Fraud found at 1 % false alarms")),
    ("brier", gettext_lazy("Brier score")),
    ("calibration_error", gettext_lazy("Calibration error")),
    ("rows", gettext_lazy("Payments measured on")),
    ("frauds", gettext_lazy("Frauds among them")),
)
VERDICTS: Final = {
    "not_worse": gettext_lazy("No worse than the champion"),
    "unclear": gettext_lazy("The labelled payments can't tell"),
    "worse": gettext_lazy("Worse than the champion"),
    "too_few": gettext_lazy("Too few labelled payments to compare"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of training."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of two models on the same labelled payments."""

    label: str
    champion: str
    candidate: str
    low: str
    high: str


def figures(version: ModelVersion) -> list[Figure]:
    """Return what its training measured."""
    known = version.metrics
    return [Figure(str(label), _number(known[name])) for name, label in METRICS if _is_number(known.get(name))]


def trained_at(version: ModelVersion) -> datetime | None:
    """Return when it was trained, where its card says so."""
    told = version.trained_at
    try:
        return parse_datetime(told) if isinstance(told, str) else None
    except ValueError:
        return None


def verdict(gate: Mapping[str, Any]) -> str:
    """Return what the comparison with the champion said, "" where there was none."""
    return str(VERDICTS.get(gate.get("verdict", ""), ""))


def compared(gate: Mapping[str, Any]) -> Iterator[Compared]:
    """Yield the metrics of the comparison with the champion."""
    labels = dict(METRICS)
    for name, found in gate.get("metrics", {}).items():
        told = [_number(found[part]) for part in ("champion", "candidate")]
        yield Compared(str(labels.get(name, name)), *told, *(_signed(found[part]) for part in ("low", "high")))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> str:
    return str(number_format(value, None if isinstance(value, int) else 4, force_grouping=True))


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + _number(abs(value))
