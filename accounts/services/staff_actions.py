"""Sensitive things that staff do to people; each runs only after a second person approved it."""

from typing import ClassVar, Final
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import User
from accounts.services import approvals, audit, locks
from securebank.kernel.errors import Invalid, Missing

UNLOCK_CUSTOMER: Final = "unlock_customer"
GRANT_ROLE: Final = "grant_role"
REVOKE_ROLE: Final = "revoke_role"
NAMES: Final = (UNLOCK_CUSTOMER, GRANT_ROLE, REVOKE_ROLE)
ABOUT_ROLES: Final = frozenset({GRANT_ROLE, REVOKE_ROLE})
STAFF_ROLES: Final = frozenset({roles.ANALYST, roles.SUPERVISOR, roles.AUDITOR})


class PersonNotFound(Missing):
    """No such person."""

    code: ClassVar[str] = "person_not_found"
    title: ClassVar[str] = "Person not found"


class UnknownRole(Invalid):
    """Not a role of staff."""

    code: ClassVar[str] = "unknown_role"
    title: ClassVar[str] = "Unknown role"


def unlock_customer(step: approvals.Step) -> None:
    """Let a locked customer move money again."""
    locks.allow_payments(person=_person(step), by=step.decided_by)


def grant_role(step: approvals.Step) -> None:
    """Make somebody staff with one role more."""
    person, role = _person(step), _role(step)
    person.groups.add(Group.objects.get(name=role))
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    audit.record(action="role_granted", actor=step.decided_by, subject=person, details={"role": role})


def revoke_role(step: approvals.Step) -> None:
    """Take a role away; without any left the person is no longer staff."""
    person, role = _person(step), _role(step)
    person.groups.remove(Group.objects.get(name=role))
    person.is_staff = person.is_superuser or person.groups.filter(name__in=STAFF_ROLES).exists()
    person.save(update_fields=["is_staff"])
    audit.record(action="role_revoked", actor=step.decided_by, subject=person, details={"role": role})


def register_all() -> None:
    """Offer these actions for approval."""
    approvals.register(UNLOCK_CUSTOMER, unlock_customer)
    approvals.register(GRANT_ROLE, grant_role)
    approvals.register(REVOKE_ROLE, revoke_role)


def _person(step: approvals.Step) -> User:
    try:
        return User.objects.select_for_update().get(pk=UUID(step.subject_id))
    except (User.DoesNotExist, ValueError) as fault:
        raise PersonNotFound from fault


def _role(step: approvals.Step) -> str:
    role = str(step.details.get("role", ""))
    if role not in STAFF_ROLES:
        raise UnknownRole(_("Choose analyst, supervisor or auditor."))
    return role
