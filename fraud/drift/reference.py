"""What payments are compared with: what the model's card says of its training, else the bank's own first window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fraud.drift.constants import LEAST_ROWS, WINDOW
from fraud.drift.sample import Sample, sample
from fraud.models import Decision, Label
from ml.fraud.features import FEATURES
from ml.fraud.features.drift import Shape, shape_of

CARD: Final = "card"
FIRST_WINDOW: Final = "window"


@dataclass(frozen=True, slots=True)
class Reference:
    """What is usual.

    Attributes:
        kind: "card" or "window".
        features: a shape for each of the model's inputs.
        score: of the model's answers; None where there were none.
        absent: share of payments without a fact, by its name; empty where training says nothing of it.
        since, until: of the window; None for a card.
    """

    kind: str
    rows: int
    features: Mapping[str, Shape]
    score: Shape | None
    absent: Mapping[str, float]
    since: datetime | None = None
    until: datetime | None = None

    def about(self) -> dict[str, Any]:
        """Return where it comes from, as JSON values."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
        }


def reference_for(*, card: Mapping[str, Any], model_hash: str, before: datetime) -> Reference | None:
    """Return what a window that begins at ``before`` is compared with; None while there is nothing yet."""
    return of_card(card) or of_first_window(model_hash=model_hash, before=before)


def of_card(card: Mapping[str, Any]) -> Reference | None:
    """Return what a model's card says; None when it says nothing, or of other inputs."""
    told = card.get("reference")
    if told is None:
        return None
    try:
        features = {name: Shape.from_json(told["features"][name]) for name in FEATURES}
        return Reference(CARD, int(told["rows"]), features, Shape.from_json(told["score"]), {})
    except (KeyError, TypeError, ValueError):
        return None


def of_first_window(*, model_hash: str, before: datetime) -> Reference | None:
    """Return the first window with labels, or the first of all, when it had enough payments and ended by ``before``."""
    since = _first_labelled() or Decision.objects.order_by("decided_at", "id").values_list("decided_at", flat=True)[:1]
    begins = since if isinstance(since, datetime) else next(iter(since), None)
    if begins is None or begins + WINDOW > before:
        return None
    found = sample(since=begins, until=begins + WINDOW, model_hash=model_hash)
    return _of_sample(found, begins) if len(found.features) >= LEAST_ROWS else None


def _of_sample(found: Sample, since: datetime) -> Reference:
    features = {name: shape_of(column) for name, column in zip(FEATURES, found.features.T, strict=True)}
    score = shape_of(found.scores) if len(found.scores) >= LEAST_ROWS else None
    return Reference(FIRST_WINDOW, found.rows, features, score, found.absent, since, since + WINDOW)


def _first_labelled() -> datetime | None:
    return Label.objects.order_by("at").values_list("decision__decided_at", flat=True).first()
