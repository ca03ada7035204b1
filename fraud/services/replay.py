"""Judge stored decisions again, each from its own snapshot, and compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db.models import QuerySet

from fraud.active_policy import policy_of
from fraud.events import event_of
from fraud.model_files import Model, ModelUnusable, kept
from fraud.models import Decision, PolicyVersion
from fraud.policy import Policy
from fraud.scoring import scorer
from fraud.services.record import reason_json
from fraud.types import PaymentFacts
from ml.fraud.features import Signals, vector_of

# Rows that are in memory at a time.
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one decision.

    Attributes:
        differences: names of what came out otherwise, with both values.
        missing: what it would take and isn't here, such as its model; then nothing is compared.
    """

    decision: Decision
    differences: tuple[str, ...] = ()
    missing: str = ""


def replay_all(*, since: datetime | None = None, limit: int | None = None) -> Iterator[Replayed]:
    """Replay stored decisions, oldest first, in constant memory."""
    for decision in chosen(since=since)[:limit].iterator(chunk_size=CHUNK):
        yield replay(decision)


def count(*, since: datetime | None = None, limit: int | None = None) -> int:
    """Return how many ``replay_all`` will replay."""
    found = chosen(since=since).count()
    return found if limit is None else min(found, limit)


def chosen(*, since: datetime | None) -> QuerySet[Decision]:
    """Return the decisions since a moment, oldest first."""
    rows = Decision.objects.order_by("decided_at", "id")
    return rows if since is None else rows.filter(decided_at__gte=since)


def replay(decision: Decision) -> Replayed:
    """Judge one decision's payment again, by the policy and model of then."""
    policy = _policy_named(decision.policy_version)
    if policy is None:
        return Replayed(decision, missing=f"policy {decision.policy_version}")
    model = _model_of(decision.model_hash)
    if decision.model_hash and model is None:
        return Replayed(decision, missing=f"model {decision.model_hash[:12]}")
    facts, signals = PaymentFacts.from_json(decision.facts), Signals.from_json(decision.signals)
    features = list(vector_of(signals, event_of(facts))) if decision.model_hash else []
    ml_score = model.run(features) if decision.model_hash and model else None
    judged = policy.judge(
        facts, signals, ml_score=ml_score, confirmed_frauds=decision.signals.get("confirmed_frauds", 0)
    )
    again = {
        "features": features,
        "ml_score": ml_score,
        "rule_score": judged.rule_score,
        "score": judged.score,
        "level": judged.level,
        "recommendation": judged.recommendation,
        "must_lock": judged.must_lock,
        "reasons": [reason_json(reason) for reason in judged.reasons],
    }
    return Replayed(decision, differences=tuple(_differences(decision, again)))


def _differences(decision: Decision, again: dict[str, Any]) -> Iterator[str]:
    for name, value in again.items():
        stored = getattr(decision, name)
        if stored != value:
            yield f"{name} was {stored}, is {value}"


def _model_of(sha256: str) -> Model | None:
    """Return the model of this file: the one that judges now, or one of the registry."""
    served = scorer().model
    if not sha256 or (served is not None and served.sha256 == sha256):
        return served
    try:
        return kept(sha256)
    except ModelUnusable:
        return None


@lru_cache(maxsize=64)
def _policy_named(name: str) -> Policy | None:
    """Return a version by the name that decisions carry; None when there is none, as for what came before policies."""
    _prefix, _, number = name.rpartition("-")
    version = PolicyVersion.objects.filter(number=int(number)).first() if number.isdecimal() else None
    return policy_of(version.pk) if version is not None and version.name == name else None
