"""From a draft to the policy that judges payments, and what is refused on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Approval, AuditEvent, User
from accounts.services import approvals
from fraud.errors import BacktestNeeded, MayNotEditPolicy, PolicyFixed, PolicyInvalid, PolicyMissing
from fraud.models import PolicyVersion
from fraud.services import policies
from tests.accounts.conftest import staff
from tests.fraud.cases import assess
from tests.fraud.policy_life import active, approve, changed, drafted, proposed, reject, supervisor, tried
from tests.threads import all_at_once


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


@pytest.fixture
def omar(db: None) -> User:
    return supervisor("Omar Other")


def state_of(number: int) -> str:
    return PolicyVersion.objects.get(number=number).state


def test_a_draft_says_what_it_was_begun_from(sara: User) -> None:
    made = policies.draft(like=1, person=sara)

    assert (made.number, made.state, made.document, made.made_by) == (2, "draft", active().document, sara)


def test_a_second_person_activates_what_was_proposed(sara: User, omar: User) -> None:
    approval = proposed(sara)
    approve(approval, omar)

    version = PolicyVersion.objects.get(number=2)
    assert (version.state, version.activated_by, state_of(1)) == ("active", omar, "retired")
    assert version.activated_at is not None


def test_every_step_is_audited(sara: User, omar: User) -> None:
    approve(proposed(sara), omar)

    found = list(AuditEvent.objects.filter(action__startswith="policy").order_by("id").values_list("action", "actor"))
    assert found == [
        ("policy_drafted", sara.pk),
        ("policy_edited", sara.pk),
        ("policy_backtest_asked", sara.pk),
        ("policy_retired", omar.pk),
        ("policy_activated", omar.pk),
    ]


def test_nobody_activates_what_they_proposed(sara: User) -> None:
    approval = proposed(sara)

    with pytest.raises(approvals.FourEyesNeeded):
        approve(approval, sara)

    assert (state_of(1), state_of(2)) == ("active", "proposed")


def test_a_rejected_policy_stays_for_the_record(sara: User, omar: User) -> None:
    reject(proposed(sara), omar)

    assert (state_of(1), state_of(2)) == ("active", "rejected")


def test_an_older_version_is_brought_back_as_a_draft(sara: User, omar: User) -> None:
    approve(proposed(sara), omar)

    back = policies.draft(like=1, person=sara)

    assert (back.number, back.document) == (3, PolicyVersion.objects.get(number=1).document)


def test_an_invalid_document_is_refused_and_nothing_is_stored(sara: User) -> None:
    draft = drafted(sara)
    document = changed(review=0.9)

    with pytest.raises(PolicyInvalid) as refusal:
        policies.edit(number=2, document=document, note="other", person=sara)

    draft.refresh_from_db()
    assert refusal.value.facts == {"field": "thresholds.decline"}
    assert (draft.note, draft.document["thresholds"]["review"]) == ("Fewer false alarms", 0.45)


def test_a_changed_document_needs_another_backtest(sara: User) -> None:
    tried(drafted(sara))
    policies.edit(number=2, document=changed(review=0.5), note="x", person=sara)

    with pytest.raises(BacktestNeeded):
        policies.propose(number=2, person=sara)


def test_another_note_needs_none(sara: User) -> None:
    draft = drafted(sara)
    tried(draft)
    policies.edit(number=2, document=draft.document, note="Better said", person=sara)

    assert policies.propose(number=2, person=sara).reason == "Better said"


def test_an_untried_draft_is_not_proposed(sara: User) -> None:
    drafted(sara)

    with pytest.raises(BacktestNeeded):
        policies.propose(number=2, person=sara)

    assert (state_of(2), Approval.objects.count()) == ("draft", 0)


def test_a_draft_without_a_note_is_not_proposed(sara: User) -> None:
    tried(drafted(sara, note=" "))

    with pytest.raises(PolicyInvalid) as refusal:
        policies.propose(number=2, person=sara)

    assert refusal.value.facts == {"field": "note"}


STEPS: dict[str, Any] = {
    "edit": lambda person: policies.edit(number=2, document=changed(review=0.5), note="x", person=person),
    "discard": lambda person: policies.discard(number=2, person=person),
    "propose": lambda person: policies.propose(number=2, person=person),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_draft_is_its_authors_alone(sara: User, omar: User, step: str) -> None:
    tried(drafted(sara))

    with pytest.raises(MayNotEditPolicy):
        STEPS[step](omar)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", ["ANALYST", "AUDITOR", "CUSTOMER"])
def test_only_supervisors_change_policies(sara: User, role: str, step: str) -> None:
    drafted(sara)

    with pytest.raises(MayNotEditPolicy):
        STEPS[step](staff(role))


@pytest.mark.parametrize("step", STEPS)
def test_what_was_proposed_stays_as_it_is(sara: User, step: str) -> None:
    proposed(sara)

    with pytest.raises(PolicyFixed):
        STEPS[step](sara)


@pytest.mark.parametrize("step", STEPS)
def test_an_unknown_number_is_told(sara: User, step: str) -> None:
    with pytest.raises(PolicyMissing):
        STEPS[step](sara)


def test_a_discarded_draft_is_gone(sara: User) -> None:
    tried(drafted(sara))

    policies.discard(number=2, person=sara)

    assert list(PolicyVersion.objects.values_list("number", flat=True)) == [1]


def test_of_two_proposals_the_second_has_to_be_tried_again(sara: User, omar: User) -> None:
    first, second = proposed(sara, review=0.45), proposed(sara, review=0.35)
    approve(first, omar)

    with pytest.raises(BacktestNeeded):
        approve(second, omar)

    assert (state_of(2), state_of(3)) == ("active", "proposed")
    assert Approval.objects.get(pk=second.pk).state == "pending"


# --- what the database refuses by itself


@pytest.mark.parametrize(
    "change",
    [
        {"document": {}},
        {"note": "other"},
        {"backtest": {}},
        {"state": "draft"},
        {"state": "retired"},
        {"number": 9},
        {"state": "active"},
        {"activated_at": timezone.now() - timedelta(days=1)},
    ],
    ids=["document", "note", "backtest", "back to draft", "skips a step", "number", "without a name", "date"],
)
def test_the_database_keeps_what_was_proposed(sara: User, change: dict[str, Any]) -> None:
    proposed(sara)
    PolicyVersion.objects.filter(number=1).update(state="retired")

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        PolicyVersion.objects.filter(number=2).update(**change)


def test_the_database_wants_another_person(sara: User) -> None:
    proposed(sara)
    PolicyVersion.objects.filter(number=1).update(state="retired")
    change = {"state": "active", "activated_by": sara, "activated_at": timezone.now()}

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(number=2).update(**change)


def test_the_database_wants_one_active_policy(sara: User, omar: User) -> None:
    proposed(sara)
    change = {"state": "active", "activated_by": omar, "activated_at": timezone.now()}

    with pytest.raises(IntegrityError, match="one_active_policy"), transaction.atomic():
        PolicyVersion.objects.filter(number=2).update(**change)


@pytest.mark.parametrize("state", ["proposed", "active", "retired", "rejected"])
def test_the_database_lets_every_version_begin_as_a_draft(db: None, state: str) -> None:
    PolicyVersion.objects.filter(number=1).update(state="retired")

    with pytest.raises(IntegrityError, match="has to begin as a draft"), transaction.atomic():
        PolicyVersion.objects.create(number=2, state=state, document={})


def test_the_database_wants_a_backtest_before_the_proposal(sara: User) -> None:
    drafted(sara)

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        PolicyVersion.objects.filter(number=2).update(state="proposed")


def test_a_retired_policy_never_comes_back(sara: User, omar: User) -> None:
    approve(proposed(sara), omar)

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        PolicyVersion.objects.filter(number=1).update(state="active")


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_two_supervisors_who_approve_at_once_one_wins() -> None:
    author, deciders = supervisor(), [supervisor(f"Decider {number}") for number in range(8)]
    approval = proposed(author)

    outcomes = all_at_once([lambda decider=decider: approve(approval, decider) for decider in deciders])  # type: ignore[misc]

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approval"] + ["ApprovalNotPending"] * 7
    assert (state_of(1), state_of(2)) == ("retired", "active")


@pytest.mark.django_db(transaction=True)
def test_of_two_policies_approved_at_once_one_wins() -> None:
    author, one, other = supervisor(), supervisor("One"), supervisor("Other")
    pair = [(proposed(author, review=0.45), one), (proposed(author, review=0.35), other)]

    outcomes = all_at_once([lambda pair=pair: approve(*pair) for pair in pair])  # type: ignore[misc]

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approval", "BacktestNeeded"]
    assert PolicyVersion.objects.filter(state="active").count() == 1


@pytest.mark.django_db(transaction=True)
def test_drafts_begun_at_once_get_numbers_of_their_own() -> None:
    people = [supervisor(f"Author {number}") for number in range(8)]

    made = all_at_once([lambda person=person: policies.draft(like=1, person=person) for person in people])  # type: ignore[misc]

    assert sorted(version.number for version in made) == list(range(2, 10))


@pytest.mark.django_db(transaction=True)
def test_the_next_payment_in_another_connection_is_judged_by_it() -> None:
    author, decider = supervisor(), supervisor("Decider")
    before = all_at_once([lambda: assess(150_000_00)])[0]
    document = changed()
    document["rules"]["AMOUNT_LIMIT"]["params"]["from_minor"] = 150_000_00
    draft = policies.draft(like=1, person=author)
    tried(policies.edit(number=draft.number, document=document, note="Look earlier", person=author))
    approve(policies.propose(number=draft.number, person=author), decider)

    after = all_at_once([lambda: assess(150_000_00)])[0]

    assert (before.policy_version, before.recommendation) == ("policy-1", "APPROVE")
    assert (after.policy_version, after.recommendation) == ("policy-2", "REVIEW")
    assert connection.is_usable()
