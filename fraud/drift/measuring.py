"""One measurement: a window of payments beside the reference, as JSON values. Pure."""

from typing import Any

import numpy as np
import numpy.typing as npt

from fraud.drift.constants import (
    ALERT_RATE_FACTOR,
    LEAST_ALERTS,
    LEAST_ROWS,
    MISSING_ALERT,
    PSI_ALERT,
)
from fraud.drift.reference import Reference
from fraud.drift.sample import Sample
from ml.fraud.features import FEATURES
from ml.fraud.features.drift import Shape, ks, ks_p, missing_share, psi, shares_of

SCORE = "score"


def compared(found: Sample, reference: Reference | None) -> dict[str, Any]:
    """Return how far each input and the score moved; empty lists while there is too little, or nothing to compare."""
    features: list[dict[str, Any]] = []
    score: dict[str, Any] | None = None
    if reference is not None and len(found.features) >= LEAST_ROWS:
        columns = zip(FEATURES, found.features.T, strict=True)
        features = [moved(name, column, reference.features[name]) for name, column in columns]
        if reference.score is not None and len(found.scores) >= LEAST_ROWS:
            score = moved(SCORE, found.scores, reference.score)
    return {
        "features": features,
        "score": score,
        "absent": [
            {"name": name, "now": round(share, 4), "before": _before(reference, name)}
            for name, share in found.absent.items()
        ],
        "rows": found.rows,
        "stopped": round(found.stopped, 5),
        "without_model": round(found.without_model, 5),
        "latency_us": found.latency(),
        "reference": reference.about() if reference else None,
    }


def moved(name: str, column: npt.NDArray[np.float64], shape: Shape) -> dict[str, Any]:
    """Return how far one figure moved, with the shares that a chart shows."""
    shares = shares_of(column, shape.edges).tolist()
    distance = ks(shape, column)
    return {
        "name": name,
        "psi": round(psi(shape.shares, shares), 4),
        "ks": round(distance, 4),
        "p": float(f"{ks_p(distance, rows=len(column), reference_rows=shape.rows):.3g}"),
        "missing": round(missing_share(column), 4),
        "missing_before": round(shape.missing, 4),
        "edges": list(shape.edges),
        "before": list(shape.shares),
        "now": [round(share, 4) for share in shares],
    }


def over_threshold(figures: dict[str, Any], earlier: dict[str, Any] | None, *, dropped: bool) -> list[str]:
    """Return what is over a threshold: codes such as ``psi:amount_log``, worst first."""
    moves = [*figures["features"], *([figures["score"]] if figures["score"] else [])]
    shifted = sorted((each for each in moves if each["psi"] >= PSI_ALERT), key=lambda each: -float(each["psi"]))
    return [
        *(["performance"] if dropped else []),
        *(f"psi:{each['name']}" for each in shifted),
        *(
            f"missing:{each['name']}"
            for each in figures["features"]
            if each["missing"] >= each["missing_before"] + MISSING_ALERT
        ),
        *(
            f"absent:{each['name']}"
            for each in figures["absent"]
            if each["before"] is not None and each["now"] >= each["before"] + MISSING_ALERT
        ),
        *(["alert_rate"] if earlier and _rate_moved(figures, earlier) else []),
    ]


def _rate_moved(figures: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Tell whether the share of stopped payments doubled or halved, where both windows had enough of them."""
    rates = figures["stopped"], earlier["stopped"]
    alerts = figures["stopped"] * figures["rows"], earlier["stopped"] * earlier["rows"]
    return bool(max(alerts) >= LEAST_ALERTS and max(rates) >= ALERT_RATE_FACTOR * min(rates))


def _before(reference: Reference | None, name: str) -> float | None:
    share = reference.absent.get(name) if reference else None
    return None if share is None else round(share, 4)
