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
from fraud.impact.history import SOURCES, Labels

# The newest labels by their index, one a decision.
ROWS: Final = """
SELECT date_trunc('week', decision.decided_at AT TIME ZONE %(zone)s)::date, label.is_fraud,
       decision.recommendation <> 'APPROVE', coalesce(decision.ml_score, decision.score)
FROM (
    SELECT DISTINCT ON (decision_id) decision_id, is_fraud FROM (
        SELECT decision_id, is_fraud, id FROM fraud_label
        WHERE at >= %(since)s AND at < %(until)s AND source = ANY(%(sources)s) ORDER BY at DESC LIMIT %(most)s
    ) AS newest ORDER BY decision_id, id DESC
) AS label
JOIN fraud_decision AS decision ON decision.id = label.decision_id
WHERE decision.decided_at >= %(since)s AND decision.decided_at < %(until)s
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled payment: its week, what it was, what was done, and its score in [0, 1]."""

    monday: date
    is_fraud: bool
    is_stopped: bool
    score: float


def labelled(*, until: datetime, labels: Labels) -> list[Judged]:
    """Return the labelled payments of the last weeks before ``until``, oldest week first."""
    since = until - timedelta(weeks=WEEKS)
    asked = {"since": since, "until": until, "sources": SOURCES[labels], "most": MOST_LABELS}
    with connection.cursor() as cursor:
        cursor.execute(ROWS, asked | {"zone": settings.BANK_TIME_ZONE})
        return [Judged(*row) for row in cursor.fetchall()]


def by_week(payments: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return the figures of each week, oldest first, as JSON values."""
    weeks = sorted({payment.monday for payment in payments})
    return [
        {"monday": monday.isoformat()} | figures([each for each in payments if each.monday == monday])
        for monday in weeks
    ]


def figures(payments: Sequence[Judged]) -> dict[str, Any]:
    """Return precision, recall and F1 of what was stopped, and how well scores rank; None where nothing can be said."""
    labels = np.array([payment.is_fraud for payment in payments], bool)
    stopped = np.array([payment.is_stopped for payment in payments], bool)
    scores = np.array([payment.score for payment in payments], np.float64)
    caught, frauds, alarms = int((labels & stopped).sum()), int(labels.sum()), int(stopped.sum())
    return {
        "labelled": len(labels),
        "frauds": frauds,
        "stopped": alarms,
        "precision": _share(caught, alarms),
        "recall": _share(caught, frauds),
        # Of both shares the harmonic mean, written without dividing by either.
        "f1": _share(2 * caught, alarms + frauds),
        "auc_roc": _rounded(auc_roc(labels, scores)),
        "auc_pr": _rounded(auc_pr(labels, scores)),
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
