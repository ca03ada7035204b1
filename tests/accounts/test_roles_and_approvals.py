"""What staff may do, alone and only with a second person."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts import permissions, roles
from accounts.models import Approval, AuditEvent, User
from accounts.services import approvals, staff_actions
from tests.accounts.conftest import staff, with_factor
from tests.factories import UserFactory
from tests.races import Guard, Race


def propose(made_by: User, subject: User, action: str = staff_actions.UNLOCK_CUSTOMER, **details: Any) -> Approval:
    return approvals.propose(
        action=action,
        subject_id=str(subject.pk),
        details=details,
        reason="Called us, proved who she is",
        made_by=made_by,
    )


def approve(approval: Approval, decided_by: User) -> Approval:
    return approvals.approve(approval_id=approval.pk, decided_by=decided_by, now=timezone.now())


@pytest.fixture
def locked(db: None) -> User:
    """A customer whose payments are stopped."""
    return UserFactory.create(locked_at=timezone.now(), lock_reason="fraud")


@pytest.fixture
def analyst(db: None) -> User:
    return staff("ANALYST")


@pytest.fixture
def supervisor(db: None) -> User:
    return staff("SUPERVISOR")


@pytest.mark.django_db
def test_roles_hold_what_the_table_says() -> None:
    roles.ensure_roles()

    held = {
        group.name: {
            f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }
    assert held == {role: set(wanted) for role, wanted in roles.PERMISSIONS.items()}
    # Auditors look, and have the sealed ledger verified: neither changes anything.
    beyond_looking = {name for name in held["AUDITOR"] if not name.partition(".")[2].startswith("view_")}
    assert beyond_looking == {"ledger.verify_chain"}


def test_a_second_person_unlocks_a_customer(locked: User, analyst: User, supervisor: User) -> None:
    decided = approve(propose(analyst, locked), supervisor)

    locked.refresh_from_db()
    assert not locked.is_locked
    assert (decided.state, decided.decided_by) == ("approved", supervisor)
    assert AuditEvent.objects.filter(action="customer_unlocked", actor=supervisor).exists()


def test_nobody_approves_their_own_proposal(locked: User, supervisor: User) -> None:
    with pytest.raises(approvals.FourEyesNeeded):
        approve(propose(supervisor, locked), supervisor)

    locked.refresh_from_db()
    assert locked.is_locked


def test_the_database_refuses_it_too(locked: User, supervisor: User) -> None:
    approval = propose(supervisor, locked)

    with pytest.raises(IntegrityError, match="approval_needs_four_eyes"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(decided_by=supervisor, state="approved")


def test_nobody_decides_about_themselves(analyst: User, supervisor: User) -> None:
    proposal = propose(analyst, supervisor, staff_actions.GRANT_ROLE, role="AUDITOR")

    with pytest.raises(approvals.FourEyesNeeded):
        approve(proposal, supervisor)


@pytest.mark.parametrize("role", ["ANALYST", "AUDITOR", "CUSTOMER"])
def test_only_supervisors_decide(locked: User, supervisor: User, role: str) -> None:
    with pytest.raises(approvals.NotPermitted):
        approve(propose(supervisor, locked), staff(role))


@pytest.mark.parametrize("role", ["AUDITOR", "CUSTOMER"])
def test_only_analysts_and_supervisors_propose(locked: User, role: str) -> None:
    with pytest.raises(approvals.NotPermitted):
        propose(staff(role), locked)


def test_one_open_proposal_at_a_time(locked: User, analyst: User, supervisor: User) -> None:
    proposal = propose(analyst, locked)
    with pytest.raises(approvals.ApprovalNotPending):
        propose(supervisor, locked)

    approvals.reject(approval_id=proposal.pk, decided_by=supervisor, now=timezone.now())

    with pytest.raises(approvals.ApprovalNotPending):
        approve(proposal, supervisor)
    assert propose(analyst, locked).state == "pending"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 281])
def test_asks_for_a_reason(locked: User, analyst: User, reason: str) -> None:
    with pytest.raises(ValidationError):
        approvals.propose(
            action="unlock_customer", subject_id=str(locked.pk), details={}, reason=reason, made_by=analyst
        )


def test_grants_and_revokes_roles(analyst: User, supervisor: User, customer: User) -> None:
    approve(propose(analyst, customer, staff_actions.GRANT_ROLE, role="AUDITOR"), supervisor)
    granted = User.objects.get(pk=customer.pk)
    assert granted.is_staff
    assert granted.has_perm("accounts.view_auditevent")

    approve(propose(analyst, customer, staff_actions.REVOKE_ROLE, role="AUDITOR"), supervisor)
    assert not User.objects.get(pk=customer.pk).is_staff


def test_an_action_that_fails_leaves_the_proposal_open(analyst: User, supervisor: User, customer: User) -> None:
    proposal = propose(analyst, customer, staff_actions.GRANT_ROLE, role="OWNER")

    with pytest.raises(staff_actions.UnknownRole):
        approve(proposal, supervisor)

    proposal.refresh_from_db()
    assert proposal.state == "pending"


def test_refuses_unknown_actions(analyst: User, customer: User) -> None:
    with pytest.raises(approvals.UnknownAction):
        propose(analyst, customer, "print_money")


def ten_decisions(proposal: Approval, *without: Guard) -> tuple[Counter[type], int]:
    """Return how the decisions ended and how many are written down."""
    deciders = [staff("SUPERVISOR") for _ in range(10)]
    race = Race('UPDATE "accounts_approval"', without)
    outcomes = race.run([partial(approve, proposal, decider) for decider in deciders])
    return Counter(map(type, outcomes)), AuditEvent.objects.filter(action="approval_approved").count()


@pytest.mark.django_db(transaction=True)
def test_of_ten_decisions_at_once_one_counts(locked: User, analyst: User) -> None:
    assert ten_decisions(propose(analyst, locked)) == ({Approval: 1, approvals.ApprovalNotPending: 9}, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_proposal_all_ten_count(locked: User, analyst: User) -> None:
    lock = Guard('FOR UPDATE OF "accounts_approval"')

    assert ten_decisions(propose(analyst, locked), lock) == ({Approval: 10}, 10)


def desk(user: User) -> Client:
    """Return a browser in which a member of staff has signed in, factor included."""
    browser = Client()
    browser.force_login(with_factor(user))
    return browser


def test_the_desk_proposes_and_decides(locked: User, analyst: User, supervisor: User) -> None:
    typed = {"action": "unlock_customer", "person": locked.handle, "role": "", "reason": "Called us"}
    desk(analyst).post(reverse("admin:accounts_approval_add"), typed)
    proposal = Approval.objects.get()
    assert (proposal.made_by, proposal.subject_id) == (analyst, str(locked.pk))

    chosen = {"action": "approve", "_selected_action": [str(proposal.pk)]}
    desk(supervisor).post(reverse("admin:accounts_approval_changelist"), chosen)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("approved", supervisor)


def test_an_analyst_at_the_desk_decides_nothing(locked: User, analyst: User, supervisor: User) -> None:
    proposal = propose(supervisor, locked)

    chosen = {"action": "approve", "_selected_action": [str(proposal.pk)]}
    desk(analyst).post(reverse("admin:accounts_approval_changelist"), chosen)

    proposal.refresh_from_db()
    assert proposal.state == "pending"


def test_the_desk_says_what_is_wrong_with_a_proposal(analyst: User) -> None:
    browser = desk(analyst)
    typed = {"action": "grant_role", "person": "nobody.here", "role": "", "reason": "x"}

    answer = browser.post(reverse("admin:accounts_approval_add"), typed)

    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"person", "role"}


@pytest.mark.parametrize("role", ["ANALYST", "SUPERVISOR", "AUDITOR"])
def test_people_and_audit_are_only_looked_at(locked: User, role: str) -> None:
    browser = desk(staff(role))
    page = reverse("admin:accounts_user_change", args=[locked.pk])

    shown = browser.get(page)
    assert shown.status_code == 200
    assert b'type="password"' not in shown.content
    assert browser.post(page, {"is_staff": "on", "is_superuser": "on", "locked_at": ""}).status_code == 403
    assert browser.post(reverse("admin:accounts_user_add")).status_code == 403
    assert browser.post(reverse("admin:accounts_user_delete", args=[locked.pk])).status_code == 403
    assert browser.get(reverse("admin:accounts_auditevent_changelist")).status_code == 200
    locked.refresh_from_db()
    assert locked.is_locked


def test_secrets_have_no_page_at_the_desk(supervisor: User) -> None:
    supervisor.is_superuser = True
    supervisor.save()
    browser = desk(supervisor)

    for page in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress", "auth/group"):
        assert browser.get(f"/admin/{page}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("CUSTOMER", []),
        ("AUDITOR", [permissions.IsAuditor]),
        ("ANALYST", [permissions.IsAnalyst, permissions.IsAuditor]),
        ("SUPERVISOR", [permissions.IsAnalyst, permissions.IsAuditor, permissions.IsSupervisor]),
    ],
)
@pytest.mark.django_db
def test_rest_lets_staff_do_what_their_role_says_with_a_factor(role: str, allowed: list[type]) -> None:
    person = staff(role)

    def passes() -> list[type]:
        request = Request(APIRequestFactory().get("/"))
        request.user = person
        gates = (permissions.IsAnalyst, permissions.IsAuditor, permissions.IsSupervisor)
        return [gate for gate in gates if gate().has_permission(request, APIView())]

    assert passes() == []
    with_factor(person)
    assert passes() == allowed
