"""A bounded sample of stored decisions, every hour of the window with its own share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from fraud.drift.constants import SAMPLE
from fraud.stored_features import COLUMNS, row_of
from ml.fraud.features import FEATURES

# The index on the time of a decision counts each hour and leads to its first rows; nothing before or after the window
# is looked at. A busy hour gives more rows than a quiet one, as it does in what the model learnt from.
ROWS: Final = f"""
WITH hours AS (
    SELECT start, least(start + interval '1 hour', %(until)s) AS ends
    FROM generate_series(%(since)s::timestamptz, %(until)s::timestamptz - interval '1 microsecond', '1 hour') AS start
), counted AS (
    SELECT start, ends, (SELECT count(*) FROM fraud_decision WHERE decided_at >= start AND decided_at < ends) AS number
    FROM hours
), sized AS (
    SELECT start, ends, number, sum(number) OVER () AS total FROM counted
)
SELECT total::bigint, {COLUMNS},
       ml_score, model_hash, recommendation, degraded, took_us,
       coalesce(facts->'device', '{{}}') <> '{{}}', coalesce(facts->'location', '{{}}') <> '{{}}',
       coalesce(facts->>'address', '') <> '', facts->>'available_minor' IS NOT NULL
FROM sized CROSS JOIN LATERAL (
    SELECT features, facts, signals, ml_score, model_hash, recommendation, degraded, took_us
    FROM fraud_decision WHERE decided_at >= start AND decided_at < ends ORDER BY decided_at, id
    LIMIT ceil(number * least(1, %(most)s / total))::bigint
) AS decision
WHERE number > 0
"""  # noqa: S608 -- columns of ours

# What a door or a client may leave out of a payment's facts.
FACTS: Final = ("device", "location", "address", "balance")


@dataclass(frozen=True, slots=True)
class Sample:
    """Decisions of a window.

    Attributes:
        population: how many the window has.
        features: inputs of the model, shape (n, features); worked out again where rules decided alone.
        scores: the answers of the model that was asked for, shape (m,).
        stopped: share that was not approved at once.
        without_model: share that rules decided alone.
        absent: share that came without a fact, by its name.
        took_us: microseconds that judging took, shape (rows,).
    """

    population: int
    rows: int
    features: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    stopped: float
    without_model: float
    absent: dict[str, float]
    took_us: npt.NDArray[np.int64]

    def latency(self) -> dict[str, int]:
        """Return percentiles of the time to judge, in microseconds; zeros without decisions."""
        if not len(self.took_us):
            return {"p50": 0, "p95": 0, "p99": 0}
        found = np.percentile(self.took_us, (50, 95, 99), method="inverted_cdf")
        return dict(zip(("p50", "p95", "p99"), map(int, found), strict=True))


def sample(*, since: datetime, until: datetime, model_hash: str, most: int = SAMPLE) -> Sample:
    """Return decisions from ``since`` up to ``until``; scores only of the model with this hash."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"since": since, "until": until, "most": most})
        rows = cursor.fetchall()
    return _sampled(rows, model_hash)


def _sampled(rows: Sequence[tuple[Any, ...]], model_hash: str) -> Sample:
    inputs = [features for row in rows if (features := row_of(*row[1:4])) is not None]
    number = max(len(rows), 1)
    return Sample(
        population=rows[0][0] if rows else 0,
        rows=len(rows),
        features=np.array(inputs, np.float64).reshape(len(inputs), len(FEATURES)),
        scores=np.array([row[4] for row in rows if row[4] is not None and row[5] == model_hash], np.float64),
        stopped=sum(row[6] != "APPROVE" for row in rows) / number,
        without_model=sum(row[7] != "" for row in rows) / number,
        absent={name: sum(not row[place] for row in rows) / number for place, name in enumerate(FACTS, 9)},
        took_us=np.array([row[8] for row in rows], np.int64),
    )
