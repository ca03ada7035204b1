"""Models of the registry, for pages, the payment check and programs."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from fraud.model_errors import ModelMissing, TrainingMissing
from fraud.models import ModelPromotion, ModelVersion, TrainingRun

NEWEST: Final = 100
State = ModelVersion.State


def champion_hash() -> str | None:
    """Return the hash of the model that judges payments; None before any was registered."""
    judging = ModelVersion.objects.filter(slot=ModelVersion.Slot.PAYMENTS, state=State.ACTIVE)
    return judging.values_list("sha256", flat=True).first()


def champion(slot: str) -> ModelVersion | None:
    """Return the model that judges."""
    return ModelVersion.objects.filter(slot=slot, state=State.ACTIVE).first()


def challengers(slot: str) -> Sequence[ModelVersion]:
    """Return the models that score in the shadow, oldest first."""
    found = ModelVersion.objects.filter(slot=slot, state=State.SHADOW).select_related("progress")
    return list(found.order_by("registered_at", "pk"))


def newest_versions() -> Sequence[ModelVersion]:
    """Return the newest versions with who registered them."""
    return list(ModelVersion.objects.select_related("registered_by").order_by("-registered_at", "-pk")[:NEWEST])


def version_of(version_id: UUID) -> ModelVersion:
    """Return one version.

    Raises:
        ModelMissing: there is none of this id.
    """
    found = ModelVersion.objects.select_related("registered_by").filter(pk=version_id).first()
    if found is None:
        raise ModelMissing
    return found


def newest_promotions() -> Sequence[ModelPromotion]:
    """Return the newest changes of champions."""
    found = ModelPromotion.objects.select_related("version", "instead_of", "by", "agreed_by")
    return list(found.order_by("-id")[:NEWEST])


def newest_runs() -> Sequence[TrainingRun]:
    """Return the newest trainings."""
    return list(TrainingRun.objects.select_related("asked_by", "result").order_by("-asked_at")[:NEWEST])


def run_of(run_id: UUID) -> TrainingRun:
    """Return one training.

    Raises:
        TrainingMissing: there is none of this id.
    """
    found = TrainingRun.objects.select_related("asked_by", "result").filter(pk=run_id).first()
    if found is None:
        raise TrainingMissing
    return found
