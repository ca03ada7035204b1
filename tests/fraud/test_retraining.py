"""New models are trained from the bank's own labels, and judge only when they are no worse."""

import importlib.util
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from fraud import model_errors
from fraud.models import Decision, Label, ModelPromotion, ModelVersion, TrainingRun
from fraud.services import exclusions, promotion, training
from fraud.training import export, program
from ml.fraud.bank import INPUTS
from ml.fraud.features import FEATURES
from tests.factories import UserFactory
from tests.fraud.models import constant, write
from tests.fraud.policy_life import supervisor
from tests.fraud.registered import crowned, judged, of_file, one_feature, reigning

pytestmark = pytest.mark.django_db

NOW = timezone.now


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FRAUD_TRAINING_DIR = tmp_path / "training"
    return tmp_path


def fake(content: bytes, **card: Any) -> Callable[..., None]:
    """Return what takes the program's place: it writes this model."""

    def train(*, out: Path, tell: Callable[[str], bool], **_: Any) -> None:
        tell("trained")
        write(out, content, **({"model_version": "trained-1"} | card))

    return train


def labelled(number: int = 160, **fields: Any) -> None:
    """Store labelled payments, one an hour, every fourth a fraud with a large amount."""
    for place in range(number):
        is_fraud = place % 4 == 0
        judged(
            {"amount_log": 9.0 + place % 3 if is_fraud else 1.0 + place % 5},
            is_fraud=is_fraud,
            decided_at=NOW() - timedelta(days=20, hours=-place),
            **fields,
        )


def work(run: TrainingRun) -> TrainingRun:
    training.work(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    return run


def test_what_is_trained_becomes_a_candidate_with_its_comparison(sara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled()
    champion = crowned(of_file(one_feature("hour_share"), model_version="poor-1"))
    monkeypatch.setattr(program, "train", fake(one_feature("amount_log")))

    run = work(training.ask(person=sara))

    assert (run.state, run.rows, run.frauds, run.log) == ("done", 119, 30, "trained")
    assert run.result is not None
    assert (run.result.state, run.result.origin, run.result.registered_by) == ("candidate", str(run.pk), sara)
    assert run.result.gate["verdict"] == "too_few"
    assert promotion.champion_of("payments") == champion


def test_a_comparison_uses_only_payments_that_the_model_has_not_seen(
    sara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(400)
    crowned(of_file(one_feature("hour_share"), model_version="poor-1"))
    monkeypatch.setattr(program, "train", fake(one_feature("amount_log")))

    run = work(training.ask(person=sara))

    assert run.result is not None
    gate = run.result.gate
    assert (gate["verdict"], gate["frauds"] + gate["honest"]) == ("not_worse", 400 - run.rows - 1)
    assert run.rows == 299


@pytest.mark.parametrize(
    ("feature", "champion", "judges"), [("amount_log", "hour_share", True), ("hour_share", "amount_log", False)]
)
def test_where_the_policy_says_so_one_that_is_no_worse_judges_and_a_worse_one_does_not(
    sara: User, monkeypatch: pytest.MonkeyPatch, settings: Any, feature: str, champion: str, judges: bool
) -> None:
    settings.FRAUD_PROMOTION = "automatic"
    labelled(400)
    crowned(of_file(one_feature(champion), model_version="before-1"))
    monkeypatch.setattr(program, "train", fake(one_feature(feature)))

    run = work(training.ask(person=sara))

    assert run.result is not None
    run.result.refresh_from_db()
    assert (run.result.state == "active") is judges
    assert ModelPromotion.objects.filter(how="automatic").exists() is judges
    if not judges:
        assert run.result.gate["verdict"] == "worse"
        with pytest.raises(model_errors.ModelWorse):
            promotion.promote(
                version_id=run.result.pk,
                instead_of=promotion.champion_of("payments").pk,  # type: ignore[union-attr]
                reason="All the same",
                person=sara,
            )


def test_a_run_that_is_delivered_twice_is_worked_once(sara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled()
    reigning()
    trained = []

    def train(*, out: Path, **_: Any) -> None:
        trained.append(out)
        training.work(run_id=run.pk, now=NOW)
        write(out, constant(0.5), model_version="trained-1")

    monkeypatch.setattr(program, "train", train)
    run = training.ask(person=sara)

    assert work(run).state == "done"
    training.work(run_id=run.pk, now=NOW)

    assert len(trained) == 1


def test_a_lost_worker_is_replaced_and_its_late_end_changes_nothing(
    sara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled()
    reigning()
    run = training.ask(person=sara)
    TrainingRun.objects.update(state="running", turn=run.pk, turns=1, seen_at=NOW() - timedelta(minutes=3))
    monkeypatch.setattr(program, "train", fake(constant(0.5)))

    assert work(run).state == "done"
    lost = TrainingRun(pk=run.pk, turn=run.pk)
    training._end(lost, TrainingRun.State.FAILED, NOW(), fault="late")

    run.refresh_from_db()
    assert (run.state, run.turns) == ("done", 2)


def test_after_three_lost_workers_it_has_failed(sara: User) -> None:
    run = training.ask(person=sara)
    TrainingRun.objects.update(state="running", turns=3, seen_at=NOW() - timedelta(minutes=3))

    assert work(run).state == "failed"
    assert "lost" in run.fault


def test_without_the_training_extra_it_says_so(sara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "is_possible", lambda: False)

    run = work(training.ask(person=sara))

    assert (run.state, run.fault) == ("failed", training.NOT_INSTALLED)


def test_without_labels_it_says_so(sara: User) -> None:
    assert work(training.ask(person=sara)).fault == training.NO_LABELS


def test_a_program_that_fails_is_told_with_the_end_of_what_it_printed(folder: Path) -> None:
    told: list[str] = []

    def tell(text: str) -> bool:
        told.append(text)
        return True

    with pytest.raises(program.TrainingFailed, match="status"):
        program.train(data=folder / "nowhere", out=folder / "out", log=folder / "log.txt", tell=tell, seconds=60)

    assert told[-1]


def test_a_cancelled_training_ends_its_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = folder / "sleeper"
    sleeper.write_text("#!/bin/sh\nsleep 600\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(sleeper))
    ended: list[int] = []
    real = program._end

    def end(process: Any) -> None:
        real(process)
        ended.append(process.returncode)

    monkeypatch.setattr(program, "_end", end)

    with pytest.raises(program.TrainingStopped):
        program.train(data=folder, out=folder, log=folder / "log.txt", tell=lambda _text: False, seconds=60)

    assert ended == [-9]


def test_a_training_is_stopped_by_a_supervisor(sara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled()
    reigning()

    def train(*, tell: Callable[[str], bool], **_: Any) -> None:
        training.cancel(run_id=run.pk, person=sara, now=NOW())
        if not tell(""):
            raise program.TrainingStopped

    monkeypatch.setattr(program, "train", train)
    run = training.ask(person=sara)

    assert work(run).state == "cancelled"
    assert ModelVersion.objects.count() == 1
    with pytest.raises(model_errors.TrainingMissing):
        training.cancel(run_id=run.pk, person=sara, now=NOW())


def test_one_training_at_a_time_and_only_by_supervisors(sara: User) -> None:
    with pytest.raises(model_errors.MayNotPromote):
        training.ask(person=UserFactory.create(is_staff=True))
    run = training.ask(person=sara)
    with pytest.raises(model_errors.TrainingRunning):
        training.ask(person=sara)
    with pytest.raises(model_errors.MayNotPromote):
        training.cancel(run_id=run.pk, person=UserFactory.create(is_staff=True), now=NOW())


def test_enough_new_labels_ask_for_a_training_once(settings: Any) -> None:
    settings.FRAUD_RETRAIN_LABELS = 5
    labelled(4)
    training.look_after(now=NOW())
    assert not TrainingRun.objects.exists()

    labelled(1)
    training.look_after(now=NOW())
    training.look_after(now=NOW())

    run = TrainingRun.objects.get()
    assert (run.cause, run.asked_by, run.last_label) == ("labels", None, Label.objects.latest("id").pk)
    assert training.new_labels() == 0


def test_the_next_one_waits_for_hours_and_for_labels_since(settings: Any) -> None:
    settings.FRAUD_RETRAIN_LABELS = 1
    ended = NOW()
    TrainingRun.objects.create(cause="labels", state="done", ended_at=ended)
    labelled(1)

    training.look_after(now=ended + timedelta(hours=5))
    assert TrainingRun.objects.count() == 1
    training.look_after(now=ended + timedelta(hours=7))
    assert TrainingRun.objects.count() == 2


def exported(folder: Path, now: datetime | None = None) -> dict[str, list[Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    found = export.write(folder, now=now or NOW(), tell=lambda _rows: True)
    assert found is not None
    columns: dict[str, list[Any]] = pq.read_table(folder / "payments-stored.parquet").to_pydict()
    return columns


def test_learnt_from_are_labelled_payments_and_settled_ones_and_the_newest_are_left_out(folder: Path) -> None:
    now = NOW()
    for days in (40, 39, 38, 1):
        judged({}, is_fraud=days % 2 == 0, decided_at=now - timedelta(days=days))
    judged({}, decided_at=now - timedelta(days=39, hours=1))
    judged({}, decided_at=now - timedelta(days=39, hours=2), recommendation="REVIEW")

    columns = exported(folder)

    assert columns["label"] == [True, False, False]
    assert set(columns) == {"at", "payer", "amount", "label", "label_at", "kind", *INPUTS}
    assert [at is not None for at in columns["label_at"]] == [True, False, False]


def test_labels_that_were_taken_out_are_not_learnt_from(folder: Path, sara: User) -> None:
    mallory = UserFactory.create(is_staff=True)
    labelled(8, made_by=sara)
    judged({}, is_fraud=False, made_by=mallory, recommendation="DECLINE", decided_at=NOW() - timedelta(days=30))
    before = len(exported(folder)["label"])

    exclusions.take_out(reviewer_id=mallory.pk, reason="Poisoned", person=sara)

    assert (before, len(exported(folder)["label"])) == (6, 5)


def test_the_payees_record_is_learnt_without_frauds_that_are_none(folder: Path, sara: User) -> None:
    mallory, now = UserFactory.create(is_staff=True), NOW()
    wrong = judged({}, is_fraud=True, made_by=mallory, decided_at=now - timedelta(days=30))
    later = judged({}, is_fraud=False, made_by=sara, decided_at=now - timedelta(days=20))
    facts = later.facts | {"payee_customer_id": wrong.facts["payee_customer_id"]}
    # As the check writes them, but of a payment after the label.
    again = Decision.objects.create(
        payment_id=mallory.pk,
        customer_id=later.customer_id,
        facts=facts,
        signals={"payee_confirmed_frauds": 1},
        features=[0.5] * len(FEATURES),
        score=0, rule_score=0, level="LOW", recommendation="APPROVE", policy_version="policy-1",
        decided_at=now + timedelta(hours=1),
    )  # fmt: skip
    exclusions.take_out(reviewer_id=mallory.pk, reason="Poisoned", person=sara)
    Label.objects.create(decision=again, is_fraud=False, source="analyst", made_by=sara)
    judged({}, is_fraud=False, made_by=sara, decided_at=now + timedelta(hours=2))
    judged({}, is_fraud=False, made_by=sara, decided_at=now + timedelta(hours=3))

    records = exported(folder)["feature_payee_record"]

    assert records[-1] == 1.0


def test_a_run_leaves_no_payments_behind(sara: User, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    labelled()
    reigning()
    monkeypatch.setattr(program, "train", fake(constant(0.5)))

    work(training.ask(person=sara))

    assert list(settings.FRAUD_TRAINING_DIR.iterdir()) == []


def test_what_progress_bars_draw_is_told_once(folder: Path) -> None:
    log = folder / "log.txt"
    log.write_bytes(b"begin\n10 %\r50 %\r100 %\ndone\0\n")

    assert program.tail(log) == "begin\n100 %\ndone\n"
    assert program.tail(folder / "none") == ""


NEEDED = ("pyarrow", "xgboost", "sklearn", "onnx")


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in NEEDED), reason="the training extra is not installed"
)
def test_a_command_trains_a_real_model_from_stored_payments(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reigning(0.25)
    dice = np.random.default_rng(3)
    now = NOW()
    for place in range(900):
        is_fraud = place % 9 == 0
        odd = {name: float(dice.normal(1.5 * is_fraud, 1.0)) for name in ("amount_log", "spend_day", "pace_hour")}
        at = now - timedelta(days=90) + timedelta(hours=2.2 * place)
        judged(odd, is_fraud=is_fraud, labelled_at=at + timedelta(hours=3), decided_at=at)

    call_command("retrain_models")

    run = TrainingRun.objects.get()
    assert (run.state, run.fault) == ("done", "")
    version = run.result
    assert version is not None
    assert (version.state, version.card["features"], version.card["sha256"]) == (
        "candidate", list(FEATURES), version.sha256,
    )  # fmt: skip
    assert 0.0 <= version.metrics["auc_pr"] <= 1.0
    assert version.gate["verdict"] in {"not_worse", "unclear"}
    assert version.name in capsys.readouterr().out
    assert json.dumps(version.card)
    assert not [thread for thread in threading.enumerate() if thread.name == "training"]


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_went_wrong() -> None:
    with pytest.raises(CommandError, match="no labelled payments"):
        call_command("retrain_models")
