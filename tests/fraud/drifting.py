"""Payments of a week whose inputs a test chooses."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from fraud.models import Decision
from ml.fraud.features import FEATURES
from ml.fraud.features.drift import shape_of
from securebank.kernel.ids import new_id

DAY = timedelta(days=1)


def inputs(rows: int, *, seed: int = 1, **shifts: float) -> npt.NDArray[np.float32]:
    """Return inputs of a model, shape (rows, features): standard normal, some features moved by what is given."""
    found = np.random.default_rng(seed).normal(size=(rows, len(FEATURES)))
    for name, shift in shifts.items():
        found[:, FEATURES.index(name)] += shift
    return found.astype(np.float32)


def card_reference(rows: int = 4_000, *, score: float = 0.2) -> dict[str, Any]:
    """Return what a card says of such inputs, and of scores around ``score``."""
    columns = zip(FEATURES, inputs(rows, seed=2).T, strict=True)
    scores = np.random.default_rng(3).normal(score, 0.05, rows)
    return {
        "rows": rows,
        "features": {name: shape_of(column).as_json() for name, column in columns},
        "score": shape_of(scores).as_json(),
    }


def decided(
    rows: npt.NDArray[np.float32], *, since: datetime, days: float = 7, stopped: int = 0, **fields: Any
) -> list[Decision]:
    """Store a decision a row, evenly over some days; the first ``stopped`` of them were held."""
    step = timedelta(days=days) / len(rows)
    scores = np.random.default_rng(4).normal(0.2, 0.05, len(rows))
    facts = {"reference_minor": 100_00, "device": {"id": "1"}, "location": {"country": "IN"}, "address": "a"}
    common: dict[str, Any] = {
        "rule_score": 0.1,
        "level": "LOW",
        "policy_version": "policy-1",
        "took_us": 700,
        "facts": facts | {"available_minor": 1},
    }
    return Decision.objects.bulk_create(
        Decision(
            payment_id=new_id(),
            customer_id=new_id(),
            features=row.tolist(),
            score=float(score),
            ml_score=float(score),
            recommendation="REVIEW" if place < stopped else "APPROVE",
            decided_at=since + place * step,
            **(common | fields),
        )
        for place, (row, score) in enumerate(zip(rows, scores, strict=True))
    )
