"""What pushed a decision's score: each input of the model, and each rule."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import structlog
from django.conf import settings

from fraud.feature_names import name_of, said
from fraud.model_files import ModelUnusable, content_of
from fraud.models import Decision, ModelVersion
from ml.fraud.features import FEATURES
from ml.fraud.features.tree_shap import TreeShap

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One input of the model or one rule.

    Attributes:
        code: the feature's or the rule's.
        name, said: for staff, in their language.
        push: above zero towards fraud. Of a feature in log-odds of the model's score, of a rule its weight.
    """

    code: str
    name: str
    said: str
    push: float
    is_rule: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a score is made of, the strongest first of each kind.

    Attributes:
        base: the model's log-odds before anything is known; with the pushes of ``features`` they sum to its own.
            None, and no features, when no model took part, or one whose trees aren't kept.
    """

    base: float | None
    features: tuple[Contribution, ...]
    rules: tuple[Contribution, ...]


def explain(decision: Decision) -> Explanation:
    """Return what led to a stored decision."""
    rules = tuple(
        Contribution(reason["code"], reason["code"], str(reason.get("staff", "")), reason["weight"], is_rule=True)
        for reason in sorted(decision.reasons, key=lambda reason: -float(reason["weight"]))
    )
    base, features = contributions(decision.features, model_hash=decision.model_hash)
    return Explanation(base, features, rules)


def contributions(row: Sequence[float], *, model_hash: str) -> tuple[float | None, tuple[Contribution, ...]]:
    """Return the log-odds that a model begins with and what each input added; nothing for a model without trees."""
    trees = _trees_of(model_hash)
    if trees is None or len(row) != len(FEATURES):
        return None, ()
    parts = [
        Contribution(code, name_of(code), said(code, value), push, is_rule=False)
        for code, value, push in zip(FEATURES, row, trees.shap.explain(row).tolist(), strict=True)
    ]
    return trees.shap.base, tuple(sorted(parts, key=lambda part: -abs(part.push)))


@dataclass(frozen=True, slots=True)
class _Trees:
    model_hash: str
    shap: TreeShap


def _trees_of(model_hash: str) -> _Trees | None:
    """Return the trees of the model that decided: the shipped one's, or a registered one's."""
    if not model_hash:
        return None
    shipped = _trees(Path(settings.FRAUD_MODEL_DIR))
    return shipped if shipped is not None and shipped.model_hash == model_hash else _registered(model_hash)


@lru_cache(maxsize=4)
def _registered(model_hash: str) -> _Trees | None:
    version = ModelVersion.objects.filter(sha256=model_hash, trees__isnull=False).first()
    if version is None or version.trees_id is None:
        return None
    try:
        content = content_of(version.trees_id)
    except ModelUnusable:
        log.warning("trees_unusable", reason="corrupt")
        return None
    return _made(content, model_hash)


@lru_cache(maxsize=2)
def _trees(folder: Path) -> _Trees | None:
    """Return a model's trees, once a process; None, noted once, without files that fit each other."""
    try:
        content = (folder / "trees.npz").read_bytes()
        card = json.loads((folder / "card.json").read_bytes())
    except (OSError, ValueError):
        log.warning("trees_unusable", reason="missing")
        return None
    if hashlib.sha256(content).hexdigest() != card.get("trees_sha256"):
        log.warning("trees_unusable", reason="corrupt")
        return None
    return _made(content, card["sha256"])


def _made(content: bytes, model_hash: str) -> _Trees:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return _Trees(model_hash, TreeShap(arrays, features=len(FEATURES)))
