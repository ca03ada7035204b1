"""Colleagues at work on a case: who has it, what they wrote, and when it is a supervisor's to decide."""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import approvals, audit
from fraud.errors import AlreadyTaken, CaseClosed, CaseMissing, MayNotWork, OwnCase
from fraud.models import Case, CaseComment
from securebank.kernel.errors import Invalid

WORK: Final = "fraud.work_case"
# Who approves what colleagues propose also decides what they hand on.
SUPERVISE: Final = approvals.DECIDE
LONGEST_COMMENT: Final = 2000


class NothingSaid(Invalid):
    """A comment without words, or with too many."""

    code = "comment_invalid"
    title = "Please write a comment"


@transaction.atomic
def take(*, case_id: UUID, person: User) -> Case:
    """Make a case one's own. Only a supervisor takes over what a colleague has.

    Raises:
        MayNotWork, OwnCase, CaseMissing, CaseClosed: this person can't work on it.
        AlreadyTaken: a colleague was first.
    """
    case = _open_case(case_id, person)
    if case.assigned_to_id == person.pk:
        return case
    if case.assigned_to_id is not None and not person.has_perm(SUPERVISE):
        raise AlreadyTaken(_("A colleague was first."))
    return _hand(case, person, by=person, action="case_taken")


@transaction.atomic
def put_back(*, case_id: UUID, person: User) -> Case:
    """Leave a case to whoever takes it next; a supervisor may do so for others. Raises as ``take``."""
    case = _open_case(case_id, person)
    if case.assigned_to_id not in {None, person.pk} and not person.has_perm(SUPERVISE):
        raise AlreadyTaken(_("It is a colleague's case."))
    return _hand(case, None, by=person, action="case_put_back")


@transaction.atomic
def assign(*, case_id: UUID, to_id: UUID, person: User) -> Case:
    """Give a case to a colleague; supervisors only.

    Raises:
        MayNotWork: the person is no supervisor, or the colleague can't work on it; the rest as ``take``.
    """
    if not person.has_perm(SUPERVISE):
        raise MayNotWork(_("Supervisors assign cases."))
    case = _open_case(case_id, person)
    colleague = User.objects.filter(pk=to_id, is_active=True, is_staff=True).first()
    if colleague is None:
        raise MayNotWork(_("There is no such colleague."))
    refuse_unless_may_work(case, colleague)
    return _hand(case, colleague, by=person, action="case_assigned")


@transaction.atomic
def comment(*, case_id: UUID, person: User, text: str) -> CaseComment:
    """Add what was found out; on a closed case, too. Raises NothingSaid, and as ``take``."""
    case = _locked(case_id, person)
    said = _said(text)
    audit.record(action="case_commented", actor=person, subject=case)
    return CaseComment.objects.create(case=case, author=person, text=said)


@transaction.atomic
def escalate(*, case_id: UUID, person: User, text: str) -> Case:
    """Hand a case to the supervisors, who alone decide its payments from now on. Raises as ``comment``."""
    case = _open_case(case_id, person)
    if case.is_escalated:
        raise AlreadyTaken(_("The supervisors have it already."))
    CaseComment.objects.create(case=case, author=person, text=_said(text))
    case.is_escalated = True
    case.assigned_to = None
    case.save(update_fields=["is_escalated", "assigned_to"])
    audit.record(action="case_escalated", actor=person, subject=case)
    return case


def refuse_unless_may_work(case: Case, person: User) -> None:
    """Raise MayNotWork or OwnCase unless the person's role allows it and none of the money is theirs."""
    if not person.has_perm(WORK):
        raise MayNotWork(_("You may not work on cases."))
    if case.customer_id == person.pk or case.alerts.filter(payee_customer_id=person.pk).exists():
        raise OwnCase(_("You are a side of this case's payments."))


def _locked(case_id: UUID, person: User) -> Case:
    case = Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise CaseMissing(_("There is no such case."))
    refuse_unless_may_work(case, person)
    return case


def _open_case(case_id: UUID, person: User) -> Case:
    case = _locked(case_id, person)
    if case.state != Case.State.OPEN:
        raise CaseClosed(_("This case is closed."))
    return case


def _hand(case: Case, to: User | None, *, by: User, action: str) -> Case:
    case.assigned_to = to
    case.save(update_fields=["assigned_to"])
    audit.record(action=action, actor=by, subject=case, details={"to": str(to.pk)} if to else {})
    return case


def _said(text: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST_COMMENT:
        raise NothingSaid(_("Write a comment of up to 2,000 characters."))
    return said
