"""Champion and challengers on the same stored payments."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from fraud.active_policy import active_policy
from fraud.model_metrics import average_precision
from fraud.models import ModelVersion
from fraud.policy import Policy
from fraud.selectors.models import challengers, champion

# The newest so many payments of the period for each challenger; read in under a second.
MOST: Final = 50_000
BINS: Final = 10
# Of an anomaly model, which knows no probability: what is odder than 99 of 100 payments of its training.
ODD: Final = 0.99
# Fewer labelled frauds say nothing about an area.
FEWEST: Final = 20

# The champion's score is in the decision where it judged, and among the shadow scores where it did not yet.
ROWS: Final = """
SELECT coalesce(CASE WHEN decision.model_hash = %(champion_hash)s THEN decision.ml_score END, own.score),
       other.score, decision.rule_score,
       decision.reasons @? '$[*] ? (@.effect == "review" || @.effect == "decline")', label.is_fraud
FROM fraud_decision AS decision
JOIN fraud_shadowscore AS other ON other.decision_id = decision.id AND other.version_id = %(version)s
LEFT JOIN fraud_shadowscore AS own ON own.decision_id = decision.id AND own.version_id = %(champion)s
LEFT JOIN LATERAL (
    SELECT counted.is_fraud FROM fraud_countedlabel AS counted WHERE counted.decision_id = decision.id) AS label ON true
WHERE decision.decided_at >= %(since)s AND other.score IS NOT NULL
ORDER BY decision.decided_at DESC, decision.id DESC LIMIT %(most)s
"""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models.

    Attributes:
        alerts: payments that the active policy would stop with this model's score; None where it has no say.
        precision: share of frauds among labelled payments that it would stop; None without any.
        recall: share of the labelled frauds that it would stop; None without any.
        auc_pr: over the labelled payments; None with fewer than ``FEWEST`` frauds.
        shares: share of its scores in each tenth from 0 to 1.
    """

    alerts: int
    precision: float | None
    recall: float | None
    auc_pr: float | None
    shares: list[float]


@dataclass(frozen=True, slots=True)
class Row:
    """A challenger beside the champion, on payments that both scored.

    Attributes:
        agreement: share of payments that end the same with either; None without payments.
    """

    version: ModelVersion
    payments: int
    labelled: int
    frauds: int
    agreement: float | None = None
    champion: Side | None = None
    challenger: Side | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All challengers, and how scores are spread.

    Attributes:
        bins: for each tenth its borders, and the share of each model's scores in it: champion, then challengers.
    """

    champion: ModelVersion | None
    rows: list[Row] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """Names of the models whose scores are spread in ``bins``."""
        scored = [row for row in self.rows if row.payments]
        names = [row.version.name for row in scored]
        return [self.champion.name, *names] if self.champion and scored else []

    @property
    def bins(self) -> list[tuple[str, list[float]]]:
        """Rows of the table of scores."""
        scored = [row for row in self.rows if row.champion and row.challenger]
        if not scored:
            return []
        sides: list[Any] = [scored[0].champion, *(row.challenger for row in scored)]
        return [
            (f"{number / BINS:.1f} – {(number + 1) / BINS:.1f}", [side.shares[number] for side in sides])
            for number in range(BINS)
        ]


def compare(*, since: datetime) -> Comparison:
    """Return what champion and challengers say of the payments since then."""
    slot = ModelVersion.Slot.PAYMENTS
    judging = champion(slot)
    if judging is None:
        return Comparison(None)
    policy = active_policy()
    return Comparison(judging, [_row(judging, each, policy, since) for each in challengers(slot)])


def _row(judging: ModelVersion, version: ModelVersion, policy: Policy, since: datetime) -> Row:
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS,
            {
                "champion": judging.pk,
                "champion_hash": judging.sha256,
                "version": version.pk,
                "since": since,
                "most": MOST,
            },
        )
        rows = [row for row in cursor.fetchall() if row[0] is not None]
    if not rows:
        return Row(version, 0, 0, 0)
    old, new, rules, stops, labels = zip(*rows, strict=True)
    is_labelled = np.array([label is not None for label in labels])
    is_fraud = np.array([label is True for label in labels])
    by_rules = np.array(stops, bool) | (np.array(rules) >= policy.review)
    ends = [
        _stopped(np.array(scores), np.array(rules), by_rules, policy, is_anomaly=each.is_anomaly)
        for scores, each in ((old, judging), (new, version))
    ]
    sides = [
        _side(np.array(scores), stopped, is_labelled, is_fraud)
        for scores, stopped in zip((old, new), ends, strict=True)
    ]
    return Row(
        version, len(rows), int(is_labelled.sum()), int(is_fraud.sum()), float((ends[0] == ends[1]).mean()), *sides
    )


def _stopped(scores: Floats, rules: Floats, by_rules: Flags, policy: Policy, *, is_anomaly: bool) -> Flags:
    """Return which payments the policy would hold or decline with these scores in the model's place."""
    if is_anomaly:
        return np.asarray(scores >= ODD)
    return np.asarray((policy.model_weight * scores + policy.rules_weight * rules >= policy.review) | by_rules)


def _side(scores: Floats, stopped: Flags, is_labelled: Flags, is_fraud: Flags) -> Side:
    caught, flagged = int((stopped & is_fraud).sum()), int((stopped & is_labelled).sum())
    frauds = int(is_fraud.sum())
    area = average_precision(is_fraud[is_labelled], scores[is_labelled], np.ones(int(is_labelled.sum())))
    counts, _borders = np.histogram(scores, bins=BINS, range=(0.0, 1.0))
    return Side(
        alerts=int(stopped.sum()),
        precision=caught / flagged if flagged else None,
        recall=caught / frauds if frauds else None,
        auc_pr=area if frauds >= FEWEST else None,
        shares=(counts / len(scores)).tolist(),
    )
