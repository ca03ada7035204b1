"""Models in the registry: taken in with their files, tried in the shadow, retired."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import fraud.tasks
from accounts.models import User
from accounts.services import audit
from fraud import model_files
from fraud.model_errors import MayNotPromote, ModelFixed, ModelMissing, ModelRefused
from fraud.model_files import ModelUnusable
from fraud.models import ModelFile, ModelPromotion, ModelVersion, ShadowProgress
from fraud.models.registry import LARGEST
from securebank.web.nudges import nudge

PROMOTE: Final = "fraud.promote_model"
SHIPPED: Final = "shipped"
CARD_COLUMNS: Final = frozenset({"time", "amount", *(f"v{number}" for number in range(1, 29))})
# How far back a challenger's scores reach when it begins, so that there is something to compare at once.
BACKFILL: Final = timedelta(days=30)

State = ModelVersion.State


@transaction.atomic
def register(folder: Path, *, origin: str, person: User | None = None) -> ModelVersion:
    """Take the model of a folder in, with its card; the same file again gives the version that is there.

    Args:
        folder: holds ``model.onnx``, ``card.json`` and, where the kind of model has them, ``trees.npz``.
        origin: ``shipped``, or the id of a training run.
        person: who asked for it.

    Raises:
        ModelRefused: see the class.
    """
    content, card, trees = _read(folder)
    slot = _slot_of(card)
    found = ModelVersion.objects.filter(slot=slot, sha256=card["sha256"]).first()
    if found is not None:
        return found
    version = ModelVersion.objects.create(
        slot=slot,
        name=card["model_version"][:80],
        sha256=card["sha256"],
        algorithm=algorithm_of(card)[:40],
        is_anomaly=bool(card.get("is_anomaly", False)),
        onnx=_kept(content),
        trees=_kept(trees) if trees else None,
        card=card,
        origin=origin,
        registered_by=person,
    )
    audit.record(action="model_registered", actor=person, subject=version, details={"sha256": version.sha256})
    return version


def register_shipped() -> list[ModelVersion]:
    """Take in every model that the bank is shipped with; return those that were new. Safe to call at every start.

    A slot that never had a champion gets the one whose folder is called so; and where the champion was made for other
    features than this release has, the shipped one takes its place.
    """
    new = []
    for folder in _shipped_folders():
        before = set(ModelVersion.objects.values_list("pk", flat=True))
        try:
            version = register(folder, origin=SHIPPED)
        except ModelRefused:
            continue
        if folder.name == "champion":
            _begin_with(version)
        if version.pk not in before:
            new.append(version)
    return new


@transaction.atomic
def try_in_shadow(*, version_id: UUID, person: User | None) -> ModelVersion:
    """Let a candidate score every payment from now on, and those of the last weeks, without a say.

    Raises:
        MayNotPromote, ModelMissing: the person's role does not allow it; no such version.
        ModelFixed: it is no candidate, or judges no payments.
    """
    version = _for(version_id, person)
    if version.state != State.CANDIDATE or version.slot != ModelVersion.Slot.PAYMENTS:
        raise ModelFixed(_("Only candidates for payments are tried in the shadow."))
    version.state = State.SHADOW
    version.save(update_fields=["state"])
    ShadowProgress.objects.create(version=version, reached=timezone.now() - BACKFILL)
    audit.record(action="model_shadowed", actor=person, subject=version)
    nudge(fraud.tasks.score_shadows)
    return version


@transaction.atomic
def retire(*, version_id: UUID, person: User) -> ModelVersion:
    """Put a candidate or challenger aside; its scores stay. Raises as ``try_in_shadow``."""
    version = _for(version_id, person)
    if version.state not in {State.CANDIDATE, State.SHADOW}:
        raise ModelFixed(_("Only candidates and challengers are put aside; a champion is replaced."))
    version.state = State.RETIRED
    version.save(update_fields=["state"])
    audit.record(action="model_retired", actor=person, subject=version)
    return version


def need(person: User | None) -> None:
    """Raise MayNotPromote unless the person's role allows it; None is the bank itself."""
    if person is not None and not (person.is_active and person.is_staff and person.has_perm(PROMOTE)):
        raise MayNotPromote


def algorithm_of(card: dict[str, Any]) -> str:
    """Return which kind of model a card describes, such as ``xgboost``."""
    named = card.get("algorithm")
    return named if isinstance(named, str) else str(card["model_version"]).rpartition("-")[0] or "unknown"


def _for(version_id: UUID, person: User | None) -> ModelVersion:
    need(person)
    version = ModelVersion.objects.select_for_update(of=("self",)).filter(pk=version_id).first()
    if version is None:
        raise ModelMissing
    return version


def _shipped_folders() -> Iterator[Path]:
    """Yield the folders of models: the one that payments begin with, and those beside and around it."""
    first = Path(settings.FRAUD_MODEL_DIR)
    found = {card.parent for card in Path(settings.FRAUD_MODELS_ROOT).glob("**/card.json")} | {first}
    yield from sorted(folder for folder in found if (folder / "model.onnx").is_file())


@transaction.atomic
def _begin_with(version: ModelVersion) -> None:
    # Two processes that start at the same moment: the second waits here, and finds a champion.
    list(ModelVersion.objects.select_for_update(no_key=True).filter(slot=version.slot).order_by("pk"))
    version.refresh_from_db()
    before = ModelVersion.objects.filter(slot=version.slot, state=State.ACTIVE).first()
    is_outdated = before is not None and version.slot == version.Slot.PAYMENTS and not model_files.fits(before.card)
    if before is not None and not is_outdated:
        return
    if before is not None:
        before.state = State.RETIRED
        before.save(update_fields=["state"])
    version.state = State.ACTIVE
    version.save(update_fields=["state"])
    ModelPromotion.objects.create(slot=version.slot, version=version, instead_of=before, how=ModelPromotion.How.FIRST)
    audit.record(action="model_promoted", actor=None, subject=version, details={"how": "first"})


def _read(folder: Path) -> tuple[bytes, dict[str, Any], bytes | None]:
    try:
        sizes = [each.stat().st_size for each in folder.glob("*") if each.suffix in {".onnx", ".json", ".npz"}]
        if max(sizes, default=0) > LARGEST:
            raise ModelRefused(_("A file is larger than the registry keeps."))
        content = (folder / "model.onnx").read_bytes()
        # Figures that couldn't be measured are written as NaN, which is no JSON; here they are nothing.
        card = json.loads((folder / "card.json").read_bytes(), parse_constant=lambda _name: None)
        trees = (folder / "trees.npz").read_bytes() if (folder / "trees.npz").is_file() else None
    except (OSError, ValueError) as fault:
        raise ModelRefused(_("A file is missing, or the card is no JSON.")) from fault
    _check(content, card, trees)
    return content, card, trees


def _check(content: bytes, card: Any, trees: bytes | None) -> None:
    if not isinstance(card, dict) or not isinstance(card.get("model_version"), str):
        raise ModelRefused(_("The card names no version."))
    if card.get("sha256") != _hash(content) or (trees and card.get("trees_sha256") != _hash(trees)):
        raise ModelRefused(_("The files are not those that the card names."))
    try:
        model_files.scores_of(content)
    except ModelUnusable as fault:
        raise ModelRefused(_("The file is no model.")) from fault


def _slot_of(card: dict[str, Any]) -> ModelVersion.Slot:
    if model_files.fits(card):
        return ModelVersion.Slot.PAYMENTS
    columns = {str(name).lower() for name in card.get("features", ())}
    if "v1" in columns and columns <= CARD_COLUMNS:
        return ModelVersion.Slot.CARDS
    raise ModelRefused(_("The model was made for other features than payments or cards have here."))


def _kept(content: bytes) -> ModelFile:
    return ModelFile.objects.get_or_create(sha256=_hash(content), defaults={"content": content})[0]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
