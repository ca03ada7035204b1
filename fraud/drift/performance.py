"""How well payments were judged, week by week, as far as somebody said what they were.

Only labels count: verdicts of analysts and disputes of customers. Mostly payments that were stopped get one, so recall
says how much of the *known* fraud was stopped and no more; precision of stopped payments is sounder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.db import connection

from fraud.drift.constants import AUC_DROP, LEAST_FRAUDS, MOST_LABELS, WEEKS
from fraud.drift.ranking import auc_pr, auc_roc
from fraud.labelled import NEWEST, SOURCES, Labels
from fraud.models import ModelVersion

ROWS: Final = f"""
SELECT date_trunc('week', decision.decided_at AT TIME ZONE %(zone)s)::date, label.is_fraud,
       decision.recommendation <> 'APPROVE', decision.ml_score
FROM ({NEWEST}) AS label
JOIN fraud_decision AS decision ON decision.id = label.decision_id
WHERE decision.decided_at >= %(since)s AND decision.decided_at < %(until)s
ORDER BY 1
"""  # noqa: S608 -- of constants
# Payments that both models scored.
BOTH: Final = f"""
SELECT label.is_fraud, decision.ml_score, shadow.score
FROM ({NEWEST}) AS label
JOIN fraud_decision AS decision ON decision.id = label.decision_id
JOIN fraud_shadowscore AS shadow ON shadow.decision_id = decision.id AND shadow.version_id = %(version)s
WHERE decision.decided_at >= %(since)s AND decision.decided_at < %(until)s
  AND decision.model_hash = %(champion)s AND decision.ml_score IS NOT NULL AND shadow.score IS NOT NULL
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled payment: its week, what it was, what was done, and the model's score, None without a model."""

    monday: date
    is_fraud: bool
    is_stopped: bool
    score: float | None


def labelled(*, until: datetime, labels: Labels) -> list[Judged]:
    """Return the labelled payments of the last weeks before ``until``, oldest week first."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, _asked(until, labels))
        return [Judged(*row) for row in cursor.fetchall()]


def beside(challenger: ModelVersion, *, champion_hash: str, until: datetime, labels: Labels) -> dict[str, Any]:
    """Return how a challenger ranks the labelled payments that it and the champion both scored, as JSON values."""
    asked = _asked(until, labels) | {"version": challenger.pk, "champion": champion_hash}
    with connection.cursor() as cursor:
        cursor.execute(BOTH, asked)
        rows = np.array(cursor.fetchall(), np.float64).reshape(-1, 3)
    is_fraud = rows[:, 0] == 1
    told: dict[str, Any] = {"name": challenger.name, "payments": len(rows), "frauds": int(is_fraud.sum())}
    for place, name in ((1, "champion"), (2, "challenger")):
        told[name] = {
            "auc_roc": _rounded(auc_roc(is_fraud, rows[:, place])),
            "auc_pr": _rounded(auc_pr(is_fraud, rows[:, place])),
        }
    return told


def _asked(until: datetime, labels: Labels) -> dict[str, Any]:
    return {
        "since": until - timedelta(weeks=WEEKS),
        "until": until,
        "sources": SOURCES[labels],
        "most": MOST_LABELS,
        "zone": settings.BANK_TIME_ZONE,
    }


def by_week(payments: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return the figures of each week, oldest first, as JSON values."""
    weeks = sorted({payment.monday for payment in payments})
    return [
        {"monday": monday.isoformat()} | figures([each for each in payments if each.monday == monday])
        for monday in weeks
    ]


def figures(payments: Sequence[Judged]) -> dict[str, Any]:
    """Return precision, recall and F1 of what was stopped, and how well the model's scores rank.

    None where nothing can be said. What rules decided alone counts for the former only: a rule's score among the
    model's would rank payments by whether the model was there.
    """
    labels = np.array([payment.is_fraud for payment in payments], bool)
    stopped = np.array([payment.is_stopped for payment in payments], bool)
    scored = [payment for payment in payments if payment.score is not None]
    scores = np.array([payment.score for payment in scored], np.float64)
    is_fraud = np.array([payment.is_fraud for payment in scored], bool)
    caught, frauds, alarms = int((labels & stopped).sum()), int(labels.sum()), int(stopped.sum())
    return {
        "labelled": len(labels),
        "frauds": frauds,
        "stopped": alarms,
        "precision": _share(caught, alarms),
        "recall": _share(caught, frauds),
        # Of both shares the harmonic mean, written without dividing by either.
        "f1": _share(2 * caught, alarms + frauds),
        "auc_roc": _rounded(auc_roc(is_fraud, scores)),
        "auc_pr": _rounded(auc_pr(is_fraud, scores)),
    }


def has_dropped(payments: Sequence[Judged]) -> bool:
    """Tell whether the newest week with enough frauds ranks clearly worse than all weeks before it together.

    By AUC-ROC: the share of frauds among labelled payments, which moves the other figures, leaves it as it is.
    """
    weeks = sorted({payment.monday for payment in payments})
    for monday in reversed(weeks):
        newest = figures([each for each in payments if each.monday == monday])
        if newest["frauds"] >= LEAST_FRAUDS:
            before = figures([each for each in payments if each.monday < monday])
            return _is_below(newest["auc_roc"], before["auc_roc"]) and before["frauds"] >= LEAST_FRAUDS
    return False


def _is_below(newest: float | None, before: float | None) -> bool:
    return newest is not None and before is not None and newest < before - AUC_DROP


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
