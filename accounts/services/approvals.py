"""Four eyes: a sensitive staff action waits until a second person agrees.

Each room registers what it can do under a name (``register`` from its ``apps.py``); approving runs it in the same
transaction, so an approval that is written down has happened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Approval, User
from accounts.services import audit
from securebank.kernel.errors import Conflict, Invalid, Missing, Refused

PROPOSE: Final = "accounts.add_approval"
LONGEST_REASON: Final = 280
DECIDE: Final = "accounts.decide_approval"


class UnknownAction(Invalid):
    """No room offers an action of this name."""

    code: ClassVar[str] = "unknown_action"
    title: ClassVar[str] = "Unknown action"


class ApprovalNotFound(Missing):
    """No such proposal."""

    code: ClassVar[str] = "approval_not_found"
    title: ClassVar[str] = "Proposal not found"


class ApprovalNotPending(Conflict):
    """Decided already, or the same thing is proposed already."""

    code: ClassVar[str] = "approval_not_pending"
    title: ClassVar[str] = "The proposal is not open"


class FourEyesNeeded(Refused):
    """Somebody else has to decide."""

    code: ClassVar[str] = "four_eyes_needed"
    title: ClassVar[str] = "A second person has to decide"


class NotPermitted(Refused):
    """The role doesn't allow it."""

    code: ClassVar[str] = "not_permitted"
    title: ClassVar[str] = "Not permitted"


@dataclass(frozen=True, slots=True)
class Step:
    """What an approved action gets to know."""

    subject_id: str
    details: dict[str, Any]
    made_by: User
    decided_by: User
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the second person reads before deciding: lines of text, and the page that shows all of it."""

    lines: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class _Offer:
    execute: Callable[[Step], None]
    turn_down: Callable[[Step], None] | None
    tell: Callable[[Approval], Meaning] | None


_actions: dict[str, _Offer] = {}


def register(
    action: str,
    execute: Callable[[Step], None],
    *,
    turn_down: Callable[[Step], None] | None = None,
    tell: Callable[[Approval], Meaning] | None = None,
) -> None:
    """Offer an action.

    Args:
        action: its name.
        execute: does it; runs inside the approval's transaction.
        turn_down: what follows from a rejection; runs inside the rejection's transaction.
        tell: says what approving would mean.
    """
    _actions[action] = _Offer(execute, turn_down, tell)


def actions() -> list[str]:
    """Return the names of all actions on offer."""
    return sorted(_actions)


def meaning(approval: Approval) -> Meaning:
    """Return what approving would mean, as far as the action's room tells."""
    offer = _actions.get(approval.action)
    return offer.tell(approval) if offer is not None and offer.tell is not None else Meaning()


@transaction.atomic
def propose(*, action: str, subject_id: str, details: dict[str, Any], reason: str, made_by: User) -> Approval:
    """Write down what a member of staff wants done.

    Raises:
        UnknownAction: nobody registered the action.
        NotPermitted: the person may not propose.
        ApprovalNotPending: the same is proposed already.
        ValidationError: no reason given.
    """
    if action not in _actions:
        raise UnknownAction
    _need(made_by, PROPOSE)
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise ValidationError({"reason": _("Say why, in up to 280 characters.")})
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                action=action, subject_id=subject_id, details=details, reason=reason.strip(), made_by=made_by
            )
    except IntegrityError as clash:
        raise ApprovalNotPending(_("The same is already proposed.")) from clash
    audit.record(action="approval_proposed", actor=made_by, subject=approval, details={"action": action})
    return approval


@transaction.atomic
def approve(*, approval_id: UUID, decided_by: User, now: datetime) -> Approval:
    """Agree, and do it.

    Raises:
        ApprovalNotFound, ApprovalNotPending: nothing to decide.
        NotPermitted, FourEyesNeeded: this person may not decide.
    """
    approval = _decide(approval_id, Approval.State.APPROVED, decided_by, now)
    _actions[approval.action].execute(_step(approval, decided_by, now))
    return approval


@transaction.atomic
def reject(*, approval_id: UUID, decided_by: User, now: datetime) -> Approval:
    """Turn the proposal down.

    Raises:
        ApprovalNotFound, ApprovalNotPending: nothing to decide.
        NotPermitted, FourEyesNeeded: this person may not decide.
    """
    approval = _decide(approval_id, Approval.State.REJECTED, decided_by, now)
    offer = _actions.get(approval.action)
    if offer is not None and offer.turn_down is not None:
        offer.turn_down(_step(approval, decided_by, now))
    return approval


def _step(approval: Approval, decided_by: User, now: datetime) -> Step:
    return Step(approval.subject_id, approval.details, approval.made_by, decided_by, now)


def _decide(approval_id: UUID, state: Approval.State, decided_by: User, now: datetime) -> Approval:
    _need(decided_by, DECIDE)
    approval = Approval.objects.select_for_update(of=("self",)).select_related("made_by").filter(pk=approval_id).first()
    if approval is None:
        raise ApprovalNotFound
    if approval.state != Approval.State.PENDING:
        raise ApprovalNotPending(_("A colleague has already decided."))
    # Nor may anybody decide on themselves, whoever proposed it.
    if decided_by.pk == approval.made_by_id or str(decided_by.pk) == approval.subject_id:
        raise FourEyesNeeded
    approval.state = state
    approval.decided_by = decided_by
    approval.decided_at = now
    approval.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record(action=f"approval_{state}", actor=decided_by, subject=approval, details={"action": approval.action})
    return approval


def _need(person: User, permission: str) -> None:
    if not (person.is_active and person.is_staff and person.has_perm(permission)):
        raise NotPermitted
