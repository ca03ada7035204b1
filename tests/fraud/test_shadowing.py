"""Challengers score stored decisions, each once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from fraud.models import Decision, ModelVersion, ShadowProgress, ShadowScore
from fraud.services import registry, shadowing
from fraud.tasks import score_shadows
from tests.fraud.policy_life import decided, supervisor
from tests.fraud.registered import judged, of_file, one_feature, registered
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


def challenger(version: ModelVersion, person: User) -> ModelVersion:
    return registry.try_in_shadow(version_id=version.pk, person=person)


def scores(version: ModelVersion) -> dict[Any, float | None]:
    return dict(ShadowScore.objects.filter(version=version).values_list("decision_id", "score"))


def test_every_challenger_scores_every_decision(sara: User) -> None:
    first, second = challenger(registered(0.25), sara), challenger(registered(0.75), sara)
    decisions = [judged({}).pk for _ in range(3)]

    score_shadows()

    assert scores(first) == dict.fromkeys(decisions, 0.25)
    assert scores(second) == dict.fromkeys(decisions, 0.75)


def test_a_score_is_what_the_model_says_of_the_stored_inputs(sara: User) -> None:
    version = challenger(of_file(one_feature("amount_log"), model_version="one-1"), sara)
    low, high = judged({"amount_log": -2.0}), judged({"amount_log": 2.0})

    score_shadows()

    assert scores(version)[low.pk] == pytest.approx(0.1192, abs=1e-4)
    assert scores(version)[high.pk] == pytest.approx(0.8808, abs=1e-4)


def test_a_task_that_is_delivered_again_changes_nothing(sara: User) -> None:
    version = challenger(registered(0.25), sara)
    judged({})

    score_shadows()
    score_shadows()

    assert len(scores(version)) == 1


def test_decisions_of_the_last_weeks_are_scored_too_and_older_ones_not(sara: User) -> None:
    now = timezone.now()
    lately, long_ago = (judged({}, decided_at=now - timedelta(days=days)) for days in (29, 31))
    version = challenger(registered(0.25), sara)

    score_shadows()

    assert set(scores(version)) == {lately.pk}
    assert long_ago.pk not in scores(version)


def test_a_decision_that_was_committed_late_is_found(sara: User) -> None:
    version = challenger(registered(0.25), sara)
    judged({})
    score_shadows()

    late = judged({}, decided_at=timezone.now() - timedelta(seconds=50))
    score_shadows()

    assert late.pk in scores(version)


def test_inputs_are_worked_out_again_where_no_model_took_part(sara: User) -> None:
    decision = decided(100_00)
    version = challenger(registered(0.25), sara)

    score_shadows()

    assert decision.features == []
    assert scores(version) == {decision.pk: 0.25}


def test_a_decision_that_holds_too_little_has_no_score_and_holds_nothing_up(sara: User) -> None:
    version = challenger(registered(0.25), sara)
    empty, whole = judged({}), judged({})
    empty = Decision.objects.create(
        payment_id=empty.pk, customer_id=empty.customer_id, facts={}, score=0, rule_score=0, level="LOW",
        recommendation="APPROVE", policy_version="policy-1",
    )  # fmt: skip

    score_shadows()

    assert (scores(version)[empty.pk], scores(version)[whole.pk]) == (None, 0.25)


def test_pages_follow_each_other(sara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadowing, "PAGE", 2)
    version = challenger(registered(0.25), sara)
    for _ in range(5):
        judged({})

    score_shadows()

    assert len(scores(version)) == 5


def test_an_anomaly_models_scores_are_places_among_those_of_its_training(sara: User) -> None:
    version = challenger(
        of_file(
            one_feature("amount_log"), model_version="odd-1", is_anomaly=True, score_quantiles=[0.0, 0.5, 0.6, 0.7, 1.0]
        ),
        sara,
    )
    decision = judged({"amount_log": 0.0})

    score_shadows()

    assert scores(version)[decision.pk] == 0.25


def test_a_spoilt_challenger_does_not_keep_the_others_from_scoring(sara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from fraud.model_files import ModelUnusable  # noqa: PLC0415

    spoilt, sound = challenger(registered(0.25), sara), challenger(registered(0.75), sara)
    judged({})
    real = shadowing.scores_by

    def scores_by(sha256: str) -> Any:
        if sha256 == spoilt.sha256:
            raise ModelUnusable("corrupt")
        return real(sha256)

    monkeypatch.setattr(shadowing, "scores_by", scores_by)

    score_shadows()

    assert (len(scores(spoilt)), len(scores(sound))) == (0, 1)


def test_scores_are_never_rewritten(sara: User) -> None:
    challenger(registered(0.25), sara)
    judged({})
    score_shadows()

    with pytest.raises(DatabaseError), transaction.atomic():
        ShadowScore.objects.update(score=0.5)


@pytest.mark.django_db(transaction=True)
def test_tasks_at_the_same_moment_score_each_decision_once() -> None:
    version = challenger(registered(0.25), supervisor())
    decisions = {judged({}).pk for _ in range(20)}

    outcomes = all_at_once([partial(shadowing.catch_up, now=timezone.now) for _ in range(6)])
    shadowing.catch_up(now=timezone.now)

    assert outcomes == [None] * 6
    assert set(scores(version)) == decisions
    assert ShadowScore.objects.count() == 20
    assert ShadowProgress.objects.get().reached == max(Decision.objects.values_list("decided_at", flat=True))
