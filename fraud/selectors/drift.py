"""Read what was measured about the model."""

from collections.abc import Sequence
from typing import Any, Final

from fraud.models import DriftReport

# Reports that the line of the last weeks is drawn from.
NEWEST: Final = 60


def newest_report(model_hash: str = "") -> DriftReport | None:
    """Return the newest report, of one model where its hash is given."""
    reports = DriftReport.objects.order_by("-made_at")
    return (reports.filter(model_hash=model_hash) if model_hash else reports).first()


def newest_reports() -> Sequence[DriftReport]:
    """Return the newest reports, oldest first, without their figures."""
    return list(reversed(DriftReport.objects.defer("figures").order_by("-made_at")[:NEWEST]))


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
