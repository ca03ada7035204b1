"""The life of a policy: drafted by one person, tried on the past, proposed, and activated by another.

A draft is its author's alone: whoever agrees to it later has not written in it. Everybody else may begin one of their
own from it, and so does whoever wants an older version back.
"""

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Approval, User
from accounts.services import approvals, audit
from fraud import policy_document
from fraud.errors import BacktestNeeded, MayNotEditPolicy, PolicyFixed, PolicyInvalid, PolicyMissing
from fraud.models import Backtest, PolicyVersion
from fraud.policy_difference import complete, digest

ACTIVATE: Final = "activate_policy"
EDIT: Final = "fraud.edit_policy"
LONGEST_NOTE: Final = 280

State = PolicyVersion.State


@transaction.atomic
def draft(*, like: int, person: User) -> PolicyVersion:
    """Begin a draft that says what an earlier version says; so an older one is brought back, too.

    Raises:
        MayNotEditPolicy: the person's role does not allow it.
        PolicyMissing: there is no version of this number.
    """
    _need(person)
    # The first version is never deleted: whoever numbers a new one holds it.
    PolicyVersion.objects.select_for_update().get(number=1)
    source = PolicyVersion.objects.filter(number=like).first()
    if source is None:
        raise PolicyMissing
    last = PolicyVersion.objects.aggregate(last=Max("number"))["last"]
    made = PolicyVersion.objects.create(number=last + 1, document=complete(source.document), made_by=person)
    audit.record(action="policy_drafted", actor=person, subject=made, details={"like": source.name})
    return made


@transaction.atomic
def edit(*, number: int, document: dict[str, Any], note: str, person: User) -> PolicyVersion:
    """Write a draft anew. What was found about the document before no longer counts.

    Raises:
        PolicyInvalid: the document is not usable, or the note too long; nothing was stored.
        MayNotEditPolicy, PolicyMissing, PolicyFixed: see ``own_draft``.
    """
    version = own_draft(number=number, person=person)
    policy_document.read(document, name=version.name)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise PolicyInvalid(_("Use up to 280 characters."), field="note")
    version.note = note
    if digest(document) != digest(version.document):
        version.document, version.backtest = document, {}
        version.backtests.filter(state__in=[Backtest.State.WAITING, Backtest.State.RUNNING]).update(
            state=Backtest.State.CANCELLED
        )
    version.save(update_fields=["document", "note", "backtest"])
    audit.record(action="policy_edited", actor=person, subject=version, details={"document": digest(document)})
    return version


@transaction.atomic
def discard(*, number: int, person: User) -> None:
    """Throw a draft away.

    Raises:
        MayNotEditPolicy, PolicyMissing, PolicyFixed: see ``own_draft``.
    """
    version = own_draft(number=number, person=person)
    audit.record(action="policy_discarded", actor=person, subject=version, details={"policy": version.name})
    version.delete()


@transaction.atomic
def propose(*, number: int, person: User) -> Approval:
    """Ask a second person to activate a draft. From here on it stays as it is.

    Raises:
        PolicyInvalid: the note does not say why.
        BacktestNeeded: this document was not yet compared with the active policy on the past.
        MayNotEditPolicy, PolicyMissing, PolicyFixed: see ``own_draft``.
    """
    version = own_draft(number=number, person=person)
    policy_document.read(version.document, name=version.name)
    if not version.note:
        raise PolicyInvalid(_("Say in the note what changes and why."), field="note")
    against = PolicyVersion.objects.get(state=State.ACTIVE)
    if not is_tried(version, against=against):
        raise BacktestNeeded(_("Run a backtest of this draft against the active policy first."))
    version.state = State.PROPOSED
    version.save(update_fields=["state"])
    return approvals.propose(
        action=ACTIVATE,
        subject_id=str(version.pk),
        details={"policy": version.name, "document": digest(version.document), "instead_of": against.name},
        reason=version.note,
        made_by=person,
    )


def activate(step: approvals.Step) -> None:
    """Let a proposed policy judge from the next payment on; the one before is retired in the same transaction.

    Raises:
        BacktestNeeded: another policy was activated since, so what the second person saw no longer compares anything.
        PolicyMissing, PolicyFixed: nothing that could be activated.
    """
    version = _locked(pk=UUID(step.subject_id))
    if version.state != State.PROPOSED or digest(version.document) != step.details.get("document"):
        raise PolicyFixed
    policy_document.read(version.document, name=version.name)
    before = PolicyVersion.objects.select_for_update().filter(state=State.ACTIVE).first()
    if before is None or not is_tried(version, against=before):
        raise BacktestNeeded(_("Another policy was activated meanwhile. Reject this one and begin from it anew."))
    before.state = State.RETIRED
    before.save(update_fields=["state"])
    version.state = State.ACTIVE
    version.activated_by, version.activated_at = step.decided_by, step.decided_at
    version.save(update_fields=["state", "activated_by", "activated_at"])
    audit.record(action="policy_retired", actor=step.decided_by, subject=before, details={"policy": before.name})
    audit.record(action="policy_activated", actor=step.decided_by, subject=version, details={"policy": version.name})


def turn_down(step: approvals.Step) -> None:
    """Keep a rejected policy for the record.

    Raises:
        PolicyMissing, PolicyFixed: nothing that could be rejected.
    """
    version = _locked(pk=UUID(step.subject_id))
    if version.state != State.PROPOSED:
        raise PolicyFixed
    version.state = State.REJECTED
    version.save(update_fields=["state"])
    audit.record(action="policy_rejected", actor=step.decided_by, subject=version, details={"policy": version.name})


def readable_draft(*, number: int, person: User) -> PolicyVersion:
    """Return a draft of the person's own for a form; ``edit`` looks again.

    Raises:
        MayNotEditPolicy, PolicyMissing, PolicyFixed: see ``own_draft``.
    """
    with transaction.atomic():
        return own_draft(number=number, person=person)


def own_draft(*, number: int, person: User) -> PolicyVersion:
    """Return a draft of the person's own, locked until the transaction ends.

    Raises:
        MayNotEditPolicy: the person's role does not allow it, or a colleague began it.
        PolicyMissing: there is no version of this number.
        PolicyFixed: it is no longer a draft.
    """
    _need(person)
    version = _locked(number=number)
    if version.state != State.DRAFT:
        raise PolicyFixed(_("Only drafts change. Begin a new draft from this version."))
    if version.made_by_id != person.pk:
        raise MayNotEditPolicy(_("A colleague began this draft. Begin one of your own from it."))
    return version


def is_tried(version: PolicyVersion, *, against: PolicyVersion) -> bool:
    """Tell whether the kept backtest is about this very document and that policy."""
    kept = version.backtest
    return bool(kept.get("document") == digest(version.document) and kept.get("against") == against.name)


def _locked(**which: Any) -> PolicyVersion:
    version = PolicyVersion.objects.select_for_update(of=("self",)).filter(**which).first()
    if version is None:
        raise PolicyMissing
    return version


def _need(person: User) -> None:
    if not (person.is_active and person.is_staff and person.has_perm(EDIT)):
        raise MayNotEditPolicy
