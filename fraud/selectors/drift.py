"""Read what was measured about the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fraud.models import DriftReport, ModelVersion
from fraud.scoring import scorer
from fraud.selectors import models as registered


@dataclass(frozen=True, slots=True)
class Watched:
    """The model that is watched: its name, its hash, and what its training wrote about it."""

    version: str
    sha256: str
    card: Mapping[str, Any]


def watched() -> Watched | None:
    """Return the champion of the registry, else what this process judges with; None where rules decide alone."""
    found = registered.champion(ModelVersion.Slot.PAYMENTS)
    if found is not None:
        return Watched(found.name, found.sha256, found.card)
    model = scorer().model
    return Watched(model.version, model.sha256, model.card) if model else None


def newest_report(model_hash: str = "") -> DriftReport | None:
    """Return the newest report, of one model where its hash is given."""
    reports = DriftReport.objects.order_by("-made_at")
    return (reports.filter(model_hash=model_hash) if model_hash else reports).first()


def told(model_hash: str) -> dict[str, Any] | None:
    """Return what programs are told about a model's drift; None before it was measured."""
    report = newest_report(model_hash)
    if report is None:
        return None
    moves = {each["name"]: each for each in report.figures["features"]}
    score = report.figures["score"]
    return {
        "measured_at": report.made_at,
        "since": report.since,
        "until": report.until,
        "rows": report.rows,
        "reference": report.figures["reference"],
        "is_over_threshold": bool(report.over),
        "over": report.over,
        "score_psi": score and score["psi"],
        "features": {name: {part: each[part] for part in ("psi", "ks", "missing")} for name, each in moves.items()},
        "stopped_share": report.figures["stopped"],
    }
