"""Which model judges: promoted by a supervisor, by two, or by itself; rolled back in one step.

Every process learns of it with its next payment: see ``fraud.scoring``.
"""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Approval, User
from accounts.services import approvals, audit
from fraud.model_errors import (
    ChampionChanged,
    ModelFixed,
    ModelMissing,
    ModelRefused,
    ModelWorse,
    ReasonNeeded,
    TwoPeopleNeeded,
)
from fraud.model_files import ModelUnusable, content_of, fits
from fraud.models import ModelPromotion, ModelVersion
from fraud.services import gate
from fraud.services.registry import need

ACTION: Final = "promote_model"
LONGEST_REASON: Final = 280
# Values of ``FRAUD_PROMOTION``.
ONE, TWO, AUTOMATIC = "supervisor", "two_people", "automatic"
# One that was rolled back, or put aside, may come again.
PROMOTABLE: Final = (ModelVersion.State.CANDIDATE, ModelVersion.State.SHADOW, ModelVersion.State.RETIRED)

State = ModelVersion.State
How = ModelPromotion.How


@transaction.atomic
def promote(*, version_id: UUID, instead_of: UUID, reason: str, person: User) -> ModelVersion:
    """Let a model judge from the next payments on.

    Args:
        version_id: which.
        instead_of: the champion that the person saw and compared it with.
        reason: up to 280 characters.
        person: a supervisor.

    Raises:
        MayNotPromote, TwoPeopleNeeded: this person, or one person, may not.
        ReasonNeeded: none, or too long.
        ChampionChanged: a colleague replaced the champion meanwhile.
        ModelWorse: it finds less of the labelled fraud than the champion.
        ModelMissing, ModelFixed, ModelRefused: nothing that could be promoted.
    """
    need(person)
    if settings.FRAUD_PROMOTION == TWO:
        raise TwoPeopleNeeded(_("Propose it; a colleague decides."))
    return _exchange(version_id, instead_of, how=How.PROMOTED, reason=said(reason), by=person)


@transaction.atomic
def propose(*, version_id: UUID, reason: str, person: User) -> Approval:
    """Ask a second person to agree. Raises as ``promote``."""
    need(person)
    version, champion = _pair(version_id)
    _refuse_worse(version, champion)
    return approvals.propose(
        action=ACTION,
        subject_id=str(version.pk),
        details={"model": version.name, "sha256": version.sha256, "instead_of": str(champion.pk)},
        reason=said(reason),
        made_by=person,
    )


def agree(step: approvals.Step) -> None:
    """Promote what a second person agreed to. Raises as ``promote``."""
    _exchange(
        UUID(step.subject_id),
        UUID(step.details["instead_of"]),
        how=How.PROMOTED,
        reason="",
        by=step.made_by,
        agreed_by=step.decided_by,
    )


@transaction.atomic
def promote_by_policy(version: ModelVersion) -> bool:
    """Promote what retraining made, where the bank wants that and the labelled payments speak for it; tell whether."""
    if settings.FRAUD_PROMOTION != AUTOMATIC or version.gate.get("verdict") != gate.Verdict.NOT_WORSE:
        return False
    champion = champion_of(version.slot)
    if champion is None or champion.sha256 != version.gate.get("against"):
        return False
    _exchange(version.pk, champion.pk, how=How.AUTOMATIC, reason="", by=None)
    return True


@transaction.atomic
def roll_back(*, slot: str, instead_of: UUID, reason: str, person: User) -> ModelVersion:
    """Let the champion before judge again, at once and by one person: it was agreed to before.

    Raises:
        MayNotPromote, ReasonNeeded, ChampionChanged: see ``promote``.
        ModelFixed: there was none before.
        ModelRefused: its file is spoilt, or made for other features than this release has.
    """
    need(person)
    earlier = before(slot)
    if earlier is None:
        raise ModelFixed(_("There was no champion before this one."))
    return _exchange(earlier.pk, instead_of, how=How.ROLLED_BACK, reason=said(reason), by=person)


def champion_of(slot: str) -> ModelVersion | None:
    """Return the model that judges, as the registry has it."""
    return ModelVersion.objects.filter(slot=slot, state=State.ACTIVE).first()


def before(slot: str) -> ModelVersion | None:
    """Return the champion before: what the last promotion replaced; of one that was rolled back, what that one had."""
    champion = champion_of(slot)
    last = ModelPromotion.objects.filter(slot=slot, version=champion).exclude(how=How.ROLLED_BACK).last()
    return last.instead_of if last is not None else None


def said(reason: str) -> str:
    """Return a reason as it is kept.

    Raises:
        ReasonNeeded: nothing, or too much.
    """
    text = reason.strip()
    if not 1 <= len(text) <= LONGEST_REASON:
        raise ReasonNeeded(_("Say why, in up to 280 characters."))
    return text


def _exchange(
    version_id: UUID,
    instead_of: UUID,
    *,
    how: ModelPromotion.How,
    reason: str,
    by: User | None,
    agreed_by: User | None = None,
) -> ModelVersion:
    version, champion = _pair(version_id)
    if champion.pk != instead_of:
        raise ChampionChanged(_("Look at the page again: %(name)s judges now.") % {"name": champion.name})
    if version.state not in ((State.RETIRED,) if how == How.ROLLED_BACK else PROMOTABLE):
        raise ModelFixed
    _refuse_spoilt(version)
    if how != How.ROLLED_BACK:
        _refuse_worse(version, champion)
    champion.state, version.state = State.RETIRED, State.ACTIVE
    champion.save(update_fields=["state"])
    version.save(update_fields=["state", "gate"])
    ModelPromotion.objects.create(
        slot=version.slot, version=version, instead_of=champion, how=how, by=by, agreed_by=agreed_by, reason=reason
    )
    told: dict[str, Any] = {"how": how.value, "instead_of": champion.sha256, "sha256": version.sha256}
    audit.record(action="model_promoted", actor=agreed_by or by, subject=version, details=told)
    return version


def _pair(version_id: UUID) -> tuple[ModelVersion, ModelVersion]:
    """Return a version and the champion of its slot, both locked; whoever comes second finds another champion."""
    slot = ModelVersion.objects.filter(pk=version_id).values_list("slot", flat=True).first()
    champion = ModelVersion.objects.select_for_update(of=("self",)).filter(slot=slot, state=State.ACTIVE).first()
    version = ModelVersion.objects.select_for_update(of=("self",)).filter(pk=version_id).first()
    if version is None:
        raise ModelMissing
    if champion is None:
        raise ChampionChanged
    return version, champion


def _refuse_spoilt(version: ModelVersion) -> None:
    try:
        content_of(version.sha256)
    except ModelUnusable as fault:
        raise ModelRefused(_("The stored file is not the one that was registered.")) from fault
    if version.slot == ModelVersion.Slot.PAYMENTS and (not fits(version.card) or version.is_anomaly):
        raise ModelRefused(_("The model does not give the probability of fraud for the features that payments have."))


def _refuse_worse(version: ModelVersion, champion: ModelVersion) -> None:
    if version.slot != ModelVersion.Slot.PAYMENTS:
        return
    found = gate.examine(version, champion)
    version.gate = found.as_json()
    if found.verdict == gate.Verdict.WORSE:
        raise ModelWorse(_("It finds less of the labelled fraud than %(name)s.") % {"name": champion.name})
