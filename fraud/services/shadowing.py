"""Challengers score every stored decision, beside the payments.

The decision's row is the queue. Each challenger remembers up to which moment it has scored; a task takes the next
decisions, scores them as one batch and moves on, in one transaction. Decisions carry the moment of their statement and
become visible at their commit, so some appear behind that moment: each task looks a little back, at those without a
score. The database keeps one score a decision and challenger, however often a task is delivered.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import numpy as np
import structlog
from django.db import connection, transaction

import fraud.tasks
from fraud import metrics
from fraud.model_files import Matrix, ModelUnusable, Scores, content_of, scores_of
from fraud.models import ModelVersion, ShadowProgress, ShadowScore
from fraud.stored_features import COLUMNS, complete, row_of
from securebank.web.nudges import nudge

# Scored at once: a hundredth of a second for trees, a few megabytes.
PAGE: Final = 1000
# Pages of one task and challenger; then others get their turn.
PAGES: Final = 20
# Longer than a payment's transaction can last: its statements end after half a minute.
LATE: Final = timedelta(seconds=60)

ROWS: Final = f"""
SELECT decision.id, decision.decided_at, {COLUMNS}
FROM fraud_decision AS decision
WHERE decision.decided_at > %s AND decision.decided_at <= %s
  AND NOT EXISTS (SELECT FROM fraud_shadowscore AS scored
                  WHERE scored.version_id = %s AND scored.decision_id = decision.id)
ORDER BY decision.decided_at, decision.id LIMIT %s
"""  # noqa: S608 -- columns of ours

log = structlog.get_logger(__name__)


def catch_up(*, now: Callable[[], datetime]) -> None:
    """Score what was decided since, for every challenger. Safe to call twice at once."""
    challengers = ModelVersion.objects.filter(state=ModelVersion.State.SHADOW, progress__isnull=False)
    is_behind = False
    for version in challengers.order_by("registered_at"):
        is_behind |= _catch_up(version, now)
    if is_behind:
        nudge(fraud.tasks.score_shadows)


def _catch_up(version: ModelVersion, now: Callable[[], datetime]) -> bool:
    """Score some pages for one challenger; tell whether more are left."""
    try:
        scores = scores_by(version.sha256)
    except ModelUnusable as fault:
        log.warning("challenger_unusable", version=version.name, reason=str(fault))
        return False
    for _page in range(PAGES):
        scored = score_page(version, scores, now())
        if scored < PAGE:
            return False
    return True


@transaction.atomic
def score_page(version: ModelVersion, scores: Callable[[Matrix], Scores], now: datetime) -> int:
    """Score the next decisions of one challenger; return how many. None while another does."""
    progress = ShadowProgress.objects.select_for_update(skip_locked=True).filter(version=version).first()
    if progress is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [progress.reached - LATE, now, version.pk, PAGE])
        rows = cursor.fetchall()
    if rows:
        ShadowScore.objects.bulk_create(
            [
                ShadowScore(version=version, decision_id=decision_id, score=score)
                for decision_id, score in _scored(version, scores, rows)
            ],
            ignore_conflicts=True,
        )
        # Never back: a page may hold nothing but decisions that came late.
        progress.reached = max(progress.reached, rows[-1][1])
    progress.worked_at = now
    progress.save(update_fields=["reached", "worked_at"])
    behind = (now - rows[0][1]).total_seconds() if len(rows) == PAGE else 0.0
    metrics.SHADOW_LAG.labels(version.name).set(behind)
    return len(rows)


def _scored(
    version: ModelVersion, scores: Callable[[Matrix], Scores], rows: list[tuple[Any, ...]]
) -> list[tuple[UUID, float | None]]:
    inputs = np.array(complete([row_of(*stored) for _id, _at, *stored in rows]), np.float32)
    is_known = ~np.isnan(inputs).any(axis=1)
    found = np.full(len(rows), np.nan)
    if is_known.any():
        found[is_known] = on_scale(version.card, scores(inputs[is_known]), is_anomaly=version.is_anomaly)
    return [(row[0], float(score) if 0 <= score <= 1 else None) for row, score in zip(rows, found, strict=True)]


def on_scale(card: dict[str, Any], scores: Scores, *, is_anomaly: bool) -> Scores:
    """Return probabilities as they are, and how odd a payment is as its place among those of the training.

    An anomaly model's card has ``score_quantiles``: scores at evenly spaced shares of the training payments.
    """
    quantiles = card.get("score_quantiles")
    if not is_anomaly or not quantiles:
        return scores
    shares = np.linspace(0.0, 1.0, len(quantiles))
    return np.interp(scores, quantiles, shares).astype(np.float32)


scores_by = lru_cache(maxsize=16)(lambda sha256: scores_of(content_of(sha256)))
