"""Policies in every state, and a small past whose every figure can be worked out by hand."""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import Approval, User
from accounts.roles import SUPERVISOR, ensure_roles
from accounts.services import approvals
from fraud import policy_document
from fraud.models import Backtest, Decision, Label, PolicyVersion
from fraud.services import backtesting, policies
from ml.fraud.features import Signals
from securebank.kernel.ids import new_id
from tests.factories import UserFactory
from tests.fraud.cases import NOON, facts

Change = Callable[[dict[str, Any]], Any]


def supervisor(name: str = "Sara Super") -> User:
    """Return a member of staff who may edit policies and decide."""
    ensure_roles()
    person = UserFactory.create(name=name, is_staff=True)
    person.groups.add(Group.objects.get(name=SUPERVISOR))
    return person


def active() -> PolicyVersion:
    return PolicyVersion.objects.get(state="active")


def changed(**thresholds: float) -> dict[str, Any]:
    """Return the active document with other thresholds."""
    document: dict[str, Any] = deepcopy(active().document)
    document["thresholds"] |= thresholds
    return document


def drafted(person: User, *, note: str = "Fewer false alarms", **thresholds: float) -> PolicyVersion:
    """Return a draft with a note that holds from another score on."""
    draft = policies.draft(like=active().number, person=person)
    return policies.edit(
        number=draft.number, document=changed(**(thresholds or {"review": 0.45})), note=note, person=person
    )


def tried(version: PolicyVersion, *, since: datetime | None = None) -> Backtest:
    """Have a draft tried to the end."""
    assert version.made_by is not None
    now = timezone.now()
    backtest = backtesting.ask(
        number=version.number, since=since or now - timedelta(days=30), person=version.made_by, now=now
    )
    backtesting.work(backtest_id=backtest.pk, now=timezone.now)
    backtest.refresh_from_db()
    version.refresh_from_db()
    return backtest


def proposed(person: User, **thresholds: float) -> Approval:
    """Return the proposal of a tried draft."""
    version = drafted(person, note="Fewer false alarms", **thresholds)
    tried(version)
    return policies.propose(number=version.number, person=person)


def approve(approval: Approval, person: User) -> Approval:
    return approvals.approve(approval_id=approval.pk, decided_by=person, now=timezone.now())


def reject(approval: Approval, person: User) -> Approval:
    return approvals.reject(approval_id=approval.pk, decided_by=person, now=timezone.now())


def decided(
    minor: int, *, ml_score: float | None = None, label: bool | None = None, at: datetime | None = None, **signals: Any
) -> Decision:
    """Store a payment as policy 1 would have judged it; returns the decision."""
    told = facts(minor, requested_at=at or NOON)
    around = Signals(**({"account_age_days": 900.0} | signals))
    judgement = policy_document.read(policy_document.default_document(), name="policy-1").judge(
        told, around, ml_score=ml_score
    )
    decision = Decision.objects.create(
        payment_id=told.payment_id,
        customer_id=new_id(),
        facts=told.as_json(),
        signals=around.as_json() | {"confirmed_frauds": 0},
        score=judgement.score,
        ml_score=ml_score,
        rule_score=judgement.rule_score,
        level=judgement.level,
        recommendation=judgement.recommendation,
        must_lock=judgement.must_lock,
        policy_version="policy-1",
        decided_at=at or timezone.now(),
    )
    if label is not None:
        # The first label was wrong: the newest one counts.
        Label.objects.create(decision=decision, is_fraud=not label, source="simulator")
        Label.objects.create(decision=decision, is_fraud=label, source="analyst")
    return decision
