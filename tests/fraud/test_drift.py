"""What is measured about the model each day, and who hears of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import CollectorRegistry, generate_latest
from rest_framework.test import APIClient
from sklearn.metrics import average_precision_score, roc_auc_score

from accounts.models import Notification
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR, ensure_roles
from fraud import tasks
from fraud.drift import performance
from fraud.drift.constants import WINDOW
from fraud.drift.gauges import DriftGauges
from fraud.drift.performance import Judged, has_dropped
from fraud.drift.ranking import auc_pr, auc_roc
from fraud.drift.sample import sample
from fraud.labelled import Labels
from fraud.models import DriftAlert, DriftReport, Label
from fraud.scoring import Scorer
from fraud.services.drift import NoModelToWatch, day_end, measure, minute_end
from tests.accounts.conftest import staff, with_factor
from tests.factories import UserFactory
from tests.fraud import models
from tests.fraud.drifting import DAY, card_reference, decided, inputs
from tests.fraud.stored import decision

UNTIL = datetime(2026, 11, 18, 18, 30, tzinfo=UTC)
SINCE = UNTIL - WINDOW
MONDAY = datetime(2026, 11, 16, tzinfo=UTC).date()


@pytest.fixture
def champion(tmp_path: Path, db: None) -> Iterator[Scorer]:
    """A model whose card knows what it learnt from."""
    folder = models.write(tmp_path, models.constant(0.2), reference=card_reference())
    with models.serving(folder) as scorer:
        yield scorer


def by_champion(scorer: Scorer) -> dict[str, Any]:
    assert scorer.model is not None
    return {"model_hash": scorer.model.sha256, "model_version": scorer.model.version}


@pytest.fixture
def colleagues(db: None) -> dict[str, Any]:
    ensure_roles()
    return {role: with_factor(staff(role)) for role in (ANALYST, SUPERVISOR, AUDITOR)}


def test_payments_like_those_learnt_from_have_not_moved(champion: Scorer) -> None:
    decided(inputs(2_000), since=SINCE, **by_champion(champion))

    report = measure(until=UNTIL).report

    assert (report.rows, report.population, report.over) == (2_000, 2_000, [])
    assert report.figures["reference"]["kind"] == "card"
    assert max(each["psi"] for each in report.figures["features"]) < 0.05
    assert report.figures["score"]["psi"] < 0.05


def test_a_figure_that_moved_is_named_and_the_others_are_not(champion: Scorer) -> None:
    decided(inputs(2_000, amount_log=1.0), since=SINCE, **by_champion(champion))

    report = measure(until=UNTIL).report

    assert report.over == ["psi:amount_log"]
    moved = next(each for each in report.figures["features"] if each["name"] == "amount_log")
    # Between two normal distributions one deviation apart: 2 * Phi(1/2) - 1.
    assert moved["ks"] == pytest.approx(0.383, abs=0.03)
    assert moved["p"] < 1e-6


def test_scores_of_another_model_do_not_count(champion: Scorer) -> None:
    decided(inputs(2_000), since=SINCE, model_hash="f" * 64)

    assert measure(until=UNTIL).report.figures["score"] is None


def test_too_few_payments_say_nothing(champion: Scorer) -> None:
    decided(inputs(300, amount_log=3.0), since=SINCE, **by_champion(champion))

    report = measure(until=UNTIL).report

    assert (report.figures["features"], report.over) == ([], [])


def test_only_the_window_is_read(champion: Scorer) -> None:
    decided(inputs(50), since=SINCE - DAY, days=1)
    decided(inputs(40), since=UNTIL, days=1)

    assert measure(until=UNTIL).report.population == 0


def test_a_sample_keeps_the_share_of_each_hour(champion: Scorer) -> None:
    decided(inputs(900), since=SINCE, days=1 / 24)
    decided(inputs(100), since=SINCE + timedelta(hours=5), days=1 / 24, degraded="slow")

    found = sample(since=SINCE, until=UNTIL, model_hash="", most=100)

    assert (found.population, found.rows, found.without_model) == (1_000, 100, 0.1)


def test_history_is_read_by_its_index(champion: Scorer) -> None:
    decided(inputs(3_000), since=SINCE - 60 * DAY, days=60)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE fraud_decision")
        with CaptureQueriesContext(connection) as asked:
            sample(since=SINCE, until=UNTIL, model_hash="")
        cursor.execute("EXPLAIN " + asked.captured_queries[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "decision_by_time" in plan
    assert "Seq Scan" not in plan


def test_missing_facts_are_counted(champion: Scorer) -> None:
    decided(inputs(30), since=SINCE, facts={"device": {}, "location": {"country": "IN"}, "address": ""})

    absent = {each["name"]: each["now"] for each in measure(until=UNTIL).report.figures["absent"]}

    assert absent == {"device": 1.0, "location": 0.0, "address": 1.0, "balance": 1.0}


def test_without_a_card_the_first_labelled_window_is_what_is_usual(tmp_path: Path, db: None) -> None:
    early = SINCE - 21 * DAY
    first = decided(inputs(1_500), since=early)
    Label.objects.create(decision=first[0], is_fraud=False, source="analyst", at=early + DAY)
    decided(inputs(1_500, seed=9, amount_log=2.0), since=SINCE)

    with models.serving(models.write(tmp_path, models.constant(0.2))):
        report = measure(until=UNTIL).report

    assert report.figures["reference"] == {
        "kind": "window",
        "rows": 1_500,
        "since": early.isoformat(),
        "until": (early + WINDOW).isoformat(),
    }
    assert report.over == ["psi:amount_log"]


def test_before_there_is_another_window_nothing_is_compared(tmp_path: Path, db: None) -> None:
    decided(inputs(1_500), since=SINCE)

    with models.serving(models.write(tmp_path, models.constant(0.2))):
        report = measure(until=UNTIL).report

    assert (report.figures["reference"], report.figures["features"]) == (None, [])


def test_a_spoilt_reference_is_no_reference(tmp_path: Path, db: None) -> None:
    decided(inputs(1_500), since=SINCE)

    with models.serving(models.write(tmp_path, models.constant(0.2), reference={"rows": 3})):
        assert measure(until=UNTIL).report.figures["reference"] is None


def test_twice_as_many_stopped_payments_are_told(champion: Scorer) -> None:
    decided(inputs(1_000), since=SINCE - WINDOW, stopped=20)
    measure(until=SINCE)
    decided(inputs(1_000), since=SINCE, stopped=45)

    assert measure(until=UNTIL).report.over == ["alert_rate"]


def test_a_few_alerts_more_are_chance(champion: Scorer) -> None:
    decided(inputs(1_000), since=SINCE - WINDOW, stopped=2)
    measure(until=SINCE)
    decided(inputs(1_000), since=SINCE, stopped=9)

    assert measure(until=UNTIL).report.over == []


def test_a_window_is_measured_once(champion: Scorer) -> None:
    first, second = measure(until=UNTIL), measure(until=UNTIL)

    assert (first.is_new, second.is_new, first.report.pk) == (True, False, second.report.pk)


def test_those_who_work_on_cases_hear_of_drift(champion: Scorer, colleagues: dict[str, Any]) -> None:
    decided(inputs(1_500, amount_log=2.0), since=SINCE, **by_champion(champion))

    measure(until=UNTIL)

    told = {(row.user_id, row.data["event"]) for row in Notification.objects.all()}
    assert told == {(colleagues[role].pk, "model_drift") for role in (ANALYST, SUPERVISOR)}


def test_they_hear_of_it_once_a_week(champion: Scorer, colleagues: dict[str, Any]) -> None:
    decided(inputs(4_000, amount_log=2.0), since=SINCE, days=14)

    for day in range(3):
        measure(until=UNTIL + day * DAY)
    assert DriftAlert.objects.get().monday == MONDAY
    assert Notification.objects.filter(user_id=colleagues[ANALYST].pk).count() == 1

    measure(until=UNTIL + 5 * DAY)
    assert Notification.objects.filter(user_id=colleagues[ANALYST].pk).count() == 2


def test_without_drift_nobody_is_told(champion: Scorer, colleagues: dict[str, Any]) -> None:
    decided(inputs(1_500), since=SINCE)

    measure(until=UNTIL)

    assert not Notification.objects.exists()


def test_without_a_model_nothing_is_measured(db: None, tmp_path: Path) -> None:
    with models.serving(tmp_path), pytest.raises(NoModelToWatch):
        measure(until=UNTIL)


def test_the_daily_task_measures_whole_days_and_may_come_twice(champion: Scorer) -> None:
    tasks.measure_drift()
    tasks.measure_drift()

    assert DriftReport.objects.get().until == day_end(datetime.now(UTC))


def test_the_task_does_nothing_without_a_model(db: None, tmp_path: Path) -> None:
    with models.serving(tmp_path):
        tasks.measure_drift()

    assert not DriftReport.objects.exists()


def test_a_day_ends_by_the_banks_own_clock() -> None:
    # Half past one in the night in India.
    assert day_end(datetime(2026, 11, 18, 20, 0, tzinfo=UTC)) == UNTIL
    assert minute_end(UNTIL + timedelta(seconds=59)) == UNTIL


def _week(weeks_ago: int, *, good: bool, frauds: int = 40) -> list[Judged]:
    """Labelled payments of a week; a bad model gives frauds the scores of the others."""
    monday = MONDAY - timedelta(weeks=weeks_ago)
    genuine = [Judged(monday, is_fraud=False, is_stopped=False, score=place / 100) for place in range(100)]
    scores = [0.995 if good else place / frauds for place in range(frauds)]
    return genuine + [Judged(monday, is_fraud=True, is_stopped=good, score=score) for score in scores]


def test_a_model_that_ranks_worse_than_before_is_found() -> None:
    assert has_dropped([*_week(2, good=True), *_week(1, good=True), *_week(0, good=False)])
    assert not has_dropped([*_week(2, good=True), *_week(1, good=True), *_week(0, good=True)])


def test_a_few_frauds_are_no_evidence() -> None:
    assert not has_dropped([*_week(1, good=True), *_week(0, good=False, frauds=5)])
    assert not has_dropped([*_week(1, good=True, frauds=5), *_week(0, good=False)])


def test_a_first_week_has_nothing_before_it() -> None:
    assert not has_dropped(_week(0, good=False))


def test_figures_are_those_of_the_hand() -> None:
    payments = [
        Judged(MONDAY, is_fraud=True, is_stopped=True, score=0.9),
        Judged(MONDAY, is_fraud=True, is_stopped=False, score=0.3),
        Judged(MONDAY, is_fraud=False, is_stopped=True, score=0.8),
        Judged(MONDAY, is_fraud=False, is_stopped=False, score=0.1),
        Judged(MONDAY, is_fraud=True, is_stopped=True, score=0.7),
    ]

    found = performance.figures(payments)

    # Three stopped, two of them fraud; three frauds, two of them stopped.
    assert (found["precision"], found["recall"], found["f1"]) == (0.6667, 0.6667, 0.6667)
    # Of six pairs of fraud and genuine, four stand in order.
    assert found["auc_roc"] == 0.6667
    # 1/1, 2/3 and 3/4 precision, a third of recall each.
    assert found["auc_pr"] == pytest.approx((1 + 2 / 3 + 3 / 4) / 3, abs=1e-4)


def test_scores_of_rules_do_not_rank_among_the_models() -> None:
    payments = [
        Judged(MONDAY, is_fraud=True, is_stopped=True, score=0.9),
        Judged(MONDAY, is_fraud=False, is_stopped=False, score=0.1),
        Judged(MONDAY, is_fraud=True, is_stopped=False, score=None),
    ]

    found = performance.figures(payments)

    assert (found["frauds"], found["recall"], found["auc_roc"]) == (2, 0.5, 1.0)


def test_nothing_is_said_of_nothing() -> None:
    found = performance.figures([])

    assert [found[name] for name in ("precision", "recall", "f1", "auc_roc", "auc_pr")] == [None] * 5


@pytest.mark.parametrize("digits", [1, 6])
def test_ranking_is_scikit_learns(digits: int) -> None:
    random = np.random.default_rng(5)
    labels = random.random(500) < 0.1
    scores = (random.random(500) * 0.7 + labels * 0.3).round(digits)

    assert auc_roc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
    assert auc_pr(labels, scores) == pytest.approx(average_precision_score(labels, scores))


@pytest.mark.django_db
def test_performance_counts_what_people_said_and_the_newest_word() -> None:
    said = decision(at=UNTIL - DAY, recommendation="REVIEW", ml_score=0.9)
    Label.objects.create(decision=said, is_fraud=False, source="analyst", at=UNTIL - DAY)
    Label.objects.create(decision=said, is_fraud=True, source="dispute", at=UNTIL - DAY)
    simulated = decision(at=UNTIL - DAY)
    Label.objects.create(decision=simulated, is_fraud=True, source="simulator", at=UNTIL - DAY)

    found = performance.labelled(until=UNTIL, labels=Labels.PEOPLE)

    assert found == [Judged(MONDAY, is_fraud=True, is_stopped=True, score=0.9)]


def test_the_model_status_tells_of_drift(champion: Scorer) -> None:
    decided(inputs(2_000, amount_log=1.0), since=SINCE, **by_champion(champion))
    api = APIClient()
    api.force_authenticate(UserFactory.create())
    before = api.get("/api/fraud/model/status").json()["drift"]
    measure(until=UNTIL)

    told = api.get("/api/fraud/model/status").json()["drift"]

    assert before is None
    assert (told["is_over_threshold"], told["over"], told["rows"]) == (True, ["psi:amount_log"], 2_000)
    assert told["features"]["amount_log"]["psi"] > 0.25


def test_prometheus_reads_the_newest_report(champion: Scorer) -> None:
    registry = CollectorRegistry()
    registry.register(DriftGauges())
    assert b"securebank_fraud_drift" not in generate_latest(registry)
    decided(inputs(2_000, amount_log=1.0), since=SINCE, **by_champion(champion))
    measure(until=UNTIL)

    told = generate_latest(registry).decode()

    assert "securebank_fraud_drift_over 1.0" in told
    assert 'securebank_fraud_drift_psi{feature="score"}' in told
    assert registry.get_sample_value("securebank_fraud_drift_psi", {"feature": "amount_log"}) > 0.25  # type: ignore[operator]


def test_latency_is_taken_from_the_decisions(champion: Scorer) -> None:
    decided(inputs(99), since=SINCE)
    decided(inputs(1), since=SINCE, took_us=90_000)

    assert measure(until=UNTIL).report.figures["latency_us"] == {"p50": 700, "p95": 700, "p99": 700}
