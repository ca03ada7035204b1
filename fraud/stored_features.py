"""A stored decision's inputs of the model, as they were; worked out again where no model took part."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from fraud.events import event_of
from fraud.types import PaymentFacts
from ml.fraud.features import FEATURES, Signals, vector_of

# The snapshot only where the inputs weren't kept: it is twenty times as long. Written for a table called ``decision``.
COLUMNS: Final = f"""
decision.features,
CASE WHEN jsonb_array_length(decision.features) = {len(FEATURES)} THEN NULL ELSE decision.facts END,
CASE WHEN jsonb_array_length(decision.features) = {len(FEATURES)} THEN NULL ELSE decision.signals END"""


def row_of(features: str, facts: str | None, signals: str | None) -> list[float] | None:
    """Return the inputs of one decision from the columns above; None where it holds too little."""
    kept: list[float] = json.loads(features)
    if len(kept) == len(FEATURES):
        return kept
    if facts is None or signals is None:
        return None
    return again(json.loads(facts), json.loads(signals))


def again(facts: dict[str, Any], signals: dict[str, Any], *, payee_frauds_less: int = 0) -> list[float] | None:
    """Return the inputs worked out from the snapshot; None where it holds too little.

    Args:
        facts: as stored with the decision.
        signals: likewise.
        payee_frauds_less: confirmed frauds of the payee that turned out to be no such thing.
    """
    try:
        told, around = PaymentFacts.from_json(facts), Signals.from_json(signals)
    except (TypeError, ValueError):
        # A field is missing or was dropped since.
        return None
    frauds = max(0, around.payee_confirmed_frauds - payee_frauds_less)
    return list(vector_of(replace(around, payee_confirmed_frauds=frauds), event_of(told)))


def complete(rows: Sequence[list[float] | None]) -> list[list[float]]:
    """Return the rows, those that aren't there as not a number throughout."""
    return [[float("nan")] * len(FEATURES) if row is None else row for row in rows]
