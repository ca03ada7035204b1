"""A colleague's labels are taken out and put back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from fraud import model_errors
from fraud.models import CountedLabel, CustomerProfile, Decision, Label
from fraud.services import exclusions
from fraud.training import corrections
from tests.factories import UserFactory
from tests.fraud.policy_life import supervisor
from tests.fraud.registered import judged

pytestmark = pytest.mark.django_db


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


@pytest.fixture
def mallory(db: None) -> User:
    """Somebody whose labels can't be trusted."""
    return UserFactory.create(name="Mallory", is_staff=True)


def take_out(reviewer: User, person: User, reason: str = "Labelled friends as honest") -> Any:
    return exclusions.take_out(reviewer_id=reviewer.pk, reason=reason, person=person)


def put_back(exclusion: Any, person: User) -> Any:
    return exclusions.put_back(exclusion_id=exclusion.pk, person=person, now=timezone.now())


def counted() -> dict[UUID, bool]:
    return dict(CountedLabel.objects.values_list("decision_id", "is_fraud"))


def test_their_labels_no_longer_count_and_those_before_do_again(sara: User, mallory: User) -> None:
    alone, twice = judged({}, is_fraud=False, made_by=mallory), judged({}, is_fraud=True, made_by=sara)
    Label.objects.create(decision=twice, is_fraud=False, source="analyst", made_by=mallory)
    assert counted() == {alone.pk: False, twice.pk: False}

    take_out(mallory, sara)

    assert counted() == {twice.pk: True}
    assert Label.objects.count() == 3


def test_put_back_they_count_as_before(sara: User, mallory: User) -> None:
    decision = judged({}, is_fraud=False, made_by=mallory)

    put_back(take_out(mallory, sara), sara)

    assert counted() == {decision.pk: False}
    assert take_out(mallory, sara).ended_at is None


def test_both_are_written_down(sara: User, mallory: User) -> None:
    judged({}, is_fraud=False, made_by=mallory)

    put_back(take_out(mallory, sara), sara)

    told = AuditEvent.objects.filter(action__startswith="labels_").order_by("id")
    assert [(each.action, each.actor, each.details) for each in told] == [
        ("labels_taken_out", sara, {"reviewer": str(mallory.pk)}),
        ("labels_put_back", sara, {"reviewer": str(mallory.pk)}),
    ]


def test_what_they_confirmed_as_fraud_is_counted_anew_on_both_sides(sara: User, mallory: User) -> None:
    decision = judged({}, is_fraud=True, made_by=mallory)
    sides = [decision.customer_id, UUID(decision.facts["payee_customer_id"])]
    for side in sides:
        CustomerProfile.objects.create(customer_id=side, confirmed_frauds=2)

    exclusion = take_out(mallory, sara)
    without = set(CustomerProfile.objects.values_list("confirmed_frauds", flat=True))
    put_back(exclusion, sara)

    assert without == {1}
    assert set(CustomerProfile.objects.values_list("confirmed_frauds", flat=True)) == {2}


def test_a_fraud_that_others_confirmed_too_stays_one(sara: User, mallory: User) -> None:
    decision = judged({}, is_fraud=True, made_by=sara)
    Label.objects.create(decision=decision, is_fraud=True, source="analyst", made_by=mallory)
    CustomerProfile.objects.create(customer_id=decision.customer_id, confirmed_frauds=1)

    take_out(mallory, sara)

    assert CustomerProfile.objects.get(pk=decision.customer_id).confirmed_frauds == 1


def test_later_payments_to_the_same_payee_are_learnt_from_without_that_fraud(sara: User, mallory: User) -> None:
    decision: Decision = judged({}, is_fraud=True, made_by=mallory)
    payee, now = decision.facts["payee_customer_id"], timezone.now()
    payments = [
        (now + timedelta(hours=1), payee),
        (now - timedelta(hours=1), payee),
        (now, "somebody-else"),
        (now, None),
    ]
    assert corrections.less_for(payments) == [0, 0, 0, 0]

    take_out(mallory, sara)

    assert corrections.less_for(payments) == [1, 0, 0, 0]


@pytest.mark.parametrize("reason", ["", " ", "x" * 281])
def test_needs_a_reason(sara: User, mallory: User, reason: str) -> None:
    judged({}, is_fraud=True, made_by=mallory)

    with pytest.raises(model_errors.ReasonNeeded):
        take_out(mallory, sara, reason)


def test_only_supervisors_do_and_not_with_their_own(sara: User, mallory: User) -> None:
    judged({}, is_fraud=True, made_by=sara)

    with pytest.raises(model_errors.MayNotExclude):
        take_out(sara, sara)
    with pytest.raises(model_errors.MayNotExclude):
        take_out(sara, mallory)


def test_nobody_is_taken_out_twice_or_without_labels(sara: User, mallory: User) -> None:
    with pytest.raises(model_errors.ReviewerMissing):
        take_out(mallory, sara)
    judged({}, is_fraud=True, made_by=mallory)
    exclusion = take_out(mallory, sara)

    with pytest.raises(model_errors.ReviewerMissing):
        take_out(mallory, sara)
    put_back(exclusion, sara)
    with pytest.raises(model_errors.ReviewerMissing):
        put_back(exclusion, sara)
