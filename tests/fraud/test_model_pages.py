"""The pages where models are promoted, compared and retrained, and labels taken out."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from rest_framework.test import APIClient

from accounts.models import Approval, User
from fraud.models import LabelExclusion, ModelVersion, TrainingRun
from fraud.services import promotion, registry, shadowing, training
from tests.factories import UserFactory
from tests.fraud.policy_life import supervisor
from tests.fraud.registered import judged, of_file, one_feature, promoted, registered, reigning
from tests.fraud.test_policy_pages import desk_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


@pytest.fixture
def desk(sara: User) -> Client:
    return desk_of(sara)


def test_a_model_is_promoted_and_rolled_back_at_the_desk(desk: Client) -> None:
    old, new = reigning(0.25), registered(0.75)

    desk.post(f"/staff/models/{new.pk}/promote", {"instead_of": old.pk, "reason": "Finds more"})
    promoted_page = desk.get("/staff/models").content.decode()
    desk.post("/staff/models/roll-back", {"instead_of": new.pk, "reason": "Too many alerts"})

    assert "Roll back to constant-0.25" in promoted_page
    assert promotion.champion_of("payments") == old
    page = desk.get("/staff/models").content.decode()
    assert "Too many alerts" in page
    assert "Finds more" in page


def test_without_a_reason_nothing_happens_and_the_form_says_so(desk: Client) -> None:
    old, new = reigning(0.25), registered(0.75)
    promoted(new, supervisor("Omar Other"))

    answers = [
        desk.post(f"/staff/models/{old.pk}/promote", {"instead_of": new.pk, "reason": " "}),
        desk.post("/staff/models/roll-back", {"instead_of": new.pk, "reason": ""}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert promotion.champion_of("payments") == new


def test_whoever_saw_another_champion_gets_a_refusal(desk: Client, sara: User) -> None:
    old, new, third = reigning(0.25), registered(0.75), registered(0.5)
    promoted(new, sara)

    answer = desk.post(f"/staff/models/{third.pk}/promote", {"instead_of": old.pk, "reason": "Finds more"})

    assert answer.status_code == 409
    assert "constant-0.75 judges now" in answer.content.decode()


def test_where_two_are_needed_it_is_proposed(desk: Client, settings: Any) -> None:
    settings.FRAUD_PROMOTION = "two_people"
    old, new = reigning(0.25), registered(0.75)

    assert "Propose it as the champion" in desk.get(f"/staff/models/{new.pk}").content.decode()
    desk.post(f"/staff/models/{new.pk}/promote", {"instead_of": old.pk, "reason": "Finds more"})

    assert Approval.objects.get().action == promotion.ACTION
    assert promotion.champion_of("payments") == old


def test_a_candidate_goes_into_the_shadow_and_aside(desk: Client) -> None:
    version = registered()

    desk.post(f"/staff/models/{version.pk}/shadow")
    shadowed = ModelVersion.objects.get().state
    page = desk.get(f"/staff/models/{version.pk}").content.decode()
    desk.post(f"/staff/models/{version.pk}/retire")

    assert (shadowed, ModelVersion.objects.get().state) == ("shadow", "retired")
    assert "Has scored decisions up to" in page


def test_challengers_stand_beside_the_champion_on_the_same_payments(desk: Client, sara: User) -> None:
    champion = reigning(0.25)
    better = of_file(one_feature("amount_log"), model_version="better-1", algorithm="forest")
    registry.try_in_shadow(version_id=better.pk, person=sara)
    for number in range(40):
        is_fraud = number % 2 == 0
        judged(
            {"amount_log": 4.0 if is_fraud else -4.0},
            is_fraud=is_fraud if number < 36 else None,
            ml_score=0.25,
            model_hash=champion.sha256,
        )
    shadowing.catch_up(now=timezone.now)

    page = desk.get("/staff/models/compare?days=1")

    [row] = page.context["found"].rows
    assert (row.payments, row.labelled, row.frauds, row.agreement) == (40, 36, 18, 0.5)
    # The policy weighs the model with 0.6 and holds from 0.4 on.
    assert (row.champion.alerts, row.champion.precision, row.champion.recall) == (0, None, 0.0)
    assert (row.challenger.alerts, row.challenger.precision, row.challenger.recall) == (20, 1.0, 1.0)
    assert (row.champion.auc_pr, row.challenger.auc_pr) == (None, None)
    assert (row.champion.shares[2], row.challenger.shares[0], row.challenger.shares[9]) == (1.0, 0.5, 0.5)
    assert "better-1" in page.content.decode()


def test_a_comparison_without_challengers_or_champion_says_so(desk: Client) -> None:
    assert "No challenger scores" in desk.get("/staff/models/compare").content.decode()
    reigning()
    assert "No challenger scores" in desk.get("/staff/models/compare?days=999").content.decode()


def test_a_training_is_asked_for_followed_and_stopped(desk: Client) -> None:
    desk.post("/staff/models/train")
    run = TrainingRun.objects.get()

    waiting = desk.get(f"/staff/models/runs/{run.pk}/progress")
    stopped = desk.post(f"/staff/models/runs/{run.pk}/cancel", follow=True)
    over = desk.get(f"/staff/models/runs/{run.pk}/progress")

    assert "waits for a worker" in waiting.content.decode()
    assert "The training was stopped." in stopped.content.decode()
    assert over.headers["HX-Redirect"] == f"/staff/models/runs/{run.pk}"


def test_a_failed_training_says_why(desk: Client) -> None:
    run = TrainingRun.objects.create(cause="hand", state="failed", fault=training.NOT_INSTALLED, log="<b>printed</b>")

    page = desk.get(f"/staff/models/runs/{run.pk}").content.decode()

    assert escape(training.NOT_INSTALLED) in page
    assert "&lt;b&gt;printed" in page


def test_a_reviewers_labels_are_taken_out_and_put_back(desk: Client) -> None:
    mallory = UserFactory.create(name="Mallory Mole", is_staff=True)
    judged({}, is_fraud=True, made_by=mallory)

    refused = desk.post(f"/staff/labels/{mallory.pk}/take-out", {"reason": ""})
    desk.post(f"/staff/labels/{mallory.pk}/take-out", {"reason": "Labelled friends as honest"})
    page = desk.get("/staff/labels").content.decode()
    exclusion = LabelExclusion.objects.get()
    desk.post(f"/staff/labels/out/{exclusion.pk}/put-back")

    exclusion.refresh_from_db()
    assert refused.status_code == 422
    assert "Labelled friends as honest" in page
    assert exclusion.ended_at is not None


def test_rest_tells_champion_and_challengers(sara: User) -> None:
    champion, challenger = reigning(0.25), registered(0.75)
    registry.try_in_shadow(version_id=challenger.pk, person=sara)

    api = APIClient()
    api.force_authenticate(sara)

    told = api.get("/api/fraud/model/status").json()

    assert told["champion"]["version"] == told["version"] == champion.name
    assert [each["version"] for each in told["challengers"]] == [challenger.name]
    assert told["challenger"]["sha256"] == challenger.sha256
    assert told["metrics"] == {"auc_pr": 0.5}
