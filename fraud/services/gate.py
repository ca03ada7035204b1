"""Whether a model is at least as good as the champion, on the newest labelled payments that it was not trained on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import numpy as np
from django.db import connection
from django.utils.dateparse import parse_datetime

from fraud.model_files import ModelUnusable, Scores, content_of, scores_of
from fraud.model_metrics import Difference, compare
from fraud.models import ModelVersion
from fraud.stored_features import COLUMNS, row_of

# The newest so many labelled payments; more would be last year's fraud.
NEWEST: Final = 10_000
# With fewer frauds, or honest payments, one case turns the figures over.
FEWEST: Final = 20
# So much less, of AP and of recall, still counts as no worse: what a month's noise is.
MARGIN: Final = 0.02

ROWS: Final = f"""
SELECT label.is_fraud, {COLUMNS}
FROM fraud_countedlabel AS label JOIN fraud_decision AS decision ON decision.id = label.decision_id
WHERE decision.decided_at > %s
ORDER BY decision.decided_at DESC LIMIT %s
"""  # noqa: S608 -- columns of ours


class Verdict(StrEnum):
    """What the labelled payments say."""

    NOT_WORSE = "not_worse"
    # As likely worse as not: the payments are too few, or the models too close.
    UNCLEAR = "unclear"
    WORSE = "worse"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Gate:
    """A comparison with the champion.

    Attributes:
        against: SHA-256 of the champion.
        frauds, honest: labelled payments that both scored.
        metrics: by name, both models' figures and the bounds of the difference.
    """

    verdict: Verdict
    against: str
    frauds: int
    honest: int
    metrics: dict[str, Difference]

    def as_json(self) -> dict[str, Any]:
        """Return what the version keeps."""
        return asdict(self) | {"verdict": self.verdict.value}


def examine(version: ModelVersion, champion: ModelVersion) -> Gate:
    """Compare a version with the champion. Reads thousands of decisions; writes nothing."""
    rows = _labelled(max(learnt_until(version), learnt_until(champion)))
    labels = np.array([label for label, _row in rows], bool)
    frauds, honest = int(labels.sum()), int((~labels).sum())
    if min(frauds, honest) < FEWEST:
        return Gate(Verdict.TOO_FEW, champion.sha256, frauds, honest, {})
    inputs = np.array([row for _label, row in rows], np.float32)
    try:
        old, new = (_scores(each, inputs) for each in (champion, version))
    except ModelUnusable:
        return Gate(Verdict.UNCLEAR, champion.sha256, frauds, honest, {})
    found = compare(labels, old.astype(float), new.astype(float))
    return Gate(verdict_of(list(found.values())), champion.sha256, frauds, honest, found)


def verdict_of(differences: Sequence[Difference]) -> Verdict:
    """Return what the bounds say: worse where one metric surely is, not worse where none can be by more than a bit."""
    if any(each.high < 0 for each in differences):
        return Verdict.WORSE
    return Verdict.NOT_WORSE if all(each.low >= -MARGIN for each in differences) else Verdict.UNCLEAR


def learnt_until(version: ModelVersion) -> datetime:
    """Return until when a model has seen payments of this bank; long ago for one that saw only made-up ones."""
    told = version.card.get("stored_until")
    found = parse_datetime(told) if isinstance(told, str) else None
    return found or datetime.fromtimestamp(0, tz=UTC)


def _labelled(after: datetime) -> list[tuple[bool, list[float]]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [after, NEWEST])
        return [(label, row) for label, *stored in cursor.fetchall() if (row := row_of(*stored)) is not None]


def _scores(version: ModelVersion, inputs: Any) -> Scores:
    return scores_of(content_of(version.sha256))(inputs)
