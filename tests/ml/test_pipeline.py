"""Training, exporting and measuring models of any schema."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from ml.fraud.evaluate.__main__ import evaluate
from ml.fraud.evaluate.figures import Measured, at_threshold, card_precision, cheapest_threshold, intervals
from ml.fraud.evaluate.model import ExportedModel, ModelRefused, scores_of, session_of
from ml.fraud.schemas import SCHEMAS, LeakRefused
from ml.fraud.train import pipeline
from ml.fraud.train.calibration import Platt
from ml.fraud.train.export import exported
from ml.fraud.train.fitted import Sample
from ml.fraud.train.models import KINDS
from ml.fraud.train.periods import Periods, TooFewFrauds
from ml.fraud.train.resampling import smote
from ml.fraud.train.search import best_settings
from ml.fraud.train.tracking import LocalRuns
from tests.ml import labelled

# Small ones: what is tested is the way, not the worth.
SETTINGS: dict[str, dict[str, Any]] = {
    "xgboost": {"rounds": 20},
    "lightgbm": {"rounds": 20},
    "forest": {"n_estimators": 10},
    "logistic": {},
    "network": {"epochs": 2},
    "blend": {"rounds": 10},
    "isolation_forest": {"n_estimators": 10},
    "autoencoder": {"epochs": 2},
    "one_class_svm": {"rows": 300},
}


@pytest.fixture(scope="module")
def sample() -> Sample:
    dice = np.random.default_rng(6)
    inputs = np.column_stack([dice.normal(size=(1_500, 3)), dice.gamma(1.0, 3_000.0, 1_500)]).astype(np.float32)
    return Sample.of(inputs, inputs[:, 0] + 0.5 * dice.normal(size=1_500) > 1.2)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small model of the Handbook's schema, and the file that it was made of."""
    folder = tmp_path_factory.mktemp("trained")
    data = labelled.write(folder / "data.parquet", labelled.handbook())
    asked = pipeline.Request(SCHEMAS["handbook"], data, {"logistic": KINDS["logistic"]}, command="train")
    pipeline.run(pipeline.prepare(asked), folder / "model", LocalRuns(folder / "runs.jsonl"))
    return folder


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_exported_file_says_what_the_library_says(kind: str, sample: Sample) -> None:
    fitted = KINDS[kind](sample, None, SETTINGS[kind], 3)

    content, about = exported(fitted, Platt(0.9, 0.1), sample.inputs)

    assert about["parity"] < 1e-5
    said = scores_of(session_of(content), sample.inputs)
    assert ((said >= 0) & (said <= 1)).all()
    assert len(np.unique(said)) > 10


@pytest.mark.parametrize("kind", ["xgboost", "lightgbm", "network"])
def test_training_stops_early_by_the_validated_part(kind: str, sample: Sample) -> None:
    dice = np.random.default_rng(8)
    # Labels by lot: nothing can be learnt, so the first rounds are the best.
    lot = Sample.of(sample.inputs, dice.random(1_500) < 0.2)
    other = Sample.of(sample.inputs[::-1].copy(), dice.random(1_500) < 0.2)

    settings = KINDS[kind](lot, other, {}, 3).settings

    assert settings.get("rounds", settings.get("epochs")) < 15


def test_the_same_seed_gives_the_same_model(sample: Sample) -> None:
    one, other = (KINDS["xgboost"](sample, None, SETTINGS["xgboost"], 3).log_odds(sample.inputs) for _ in range(2))

    np.testing.assert_array_equal(one, other)


def test_parts_lie_apart_as_long_as_labels_take(tmp_path: Path) -> None:
    schema = SCHEMAS["handbook"]
    frame, _ = schema.read(labelled.write(tmp_path / "data.parquet", labelled.handbook()))

    periods = Periods.of(frame, schema)

    assert frame.at[periods.validated].min() - frame.at[periods.learnt].max() >= schema.label_delay
    assert frame.at[periods.held_out].min() - frame.at[periods.validated].max() >= schema.label_delay


def test_a_part_without_frauds_is_refused(tmp_path: Path) -> None:
    made = labelled.handbook()
    made["TX_FRAUD"][2_200:] = 0
    frame, _ = SCHEMAS["handbook"].read(labelled.write(tmp_path / "data.parquet", made))

    with pytest.raises(TooFewFrauds, match="the held out part has 0 frauds"):
        Periods.of(frame, SCHEMAS["handbook"])


def test_thinned_good_payments_stand_for_all(sample: Sample) -> None:
    thin = sample.thinned(600, seed=1)

    assert len(thin.labels) == 600
    assert thin.labels.sum() == sample.labels.sum()
    assert thin.weights.sum() == pytest.approx(1_500, rel=1e-5)


def test_smote_adds_frauds_between_frauds(sample: Sample) -> None:
    made = smote(sample, 0.4, seed=1)

    added = made.inputs[1_500:]
    assert made.labels.mean() == pytest.approx(0.4, abs=0.01)
    assert (added[:, 0] >= sample.inputs[sample.labels, 0].min()).all()


def test_a_search_keeps_the_usual_settings_where_none_is_better(sample: Sample) -> None:
    settings, tried = best_settings("logistic", KINDS["logistic"], sample, sample, draws=2, seed=1)

    assert len(tried) == 3
    assert max(each["auc_pr"] for each in tried) == next(
        each["auc_pr"] for each in tried if each["settings"] == settings
    )


def test_evaluate_prints_the_promised_figures(trained: Path) -> None:
    command = [sys.executable, "-m", "ml.fraud.evaluate", "--json", "--rounds", "20"]
    done = subprocess.run(
        [*command, "--model", str(trained / "model"), "--data", str(trained / "data.parquet")],
        capture_output=True,
        text=True,
        check=True,
    )

    found = json.loads(done.stdout)

    promised = {"auc_pr", "auc_roc", "recall_at_fpr_0.001", "recall_at_fpr_0.01", "precision", "recall", "f1", "brier"}
    assert promised | {"rows", "frauds"} <= found.keys()
    assert found["rows"] == 3_000


def test_history_gives_the_figures_of_the_tail(trained: Path) -> None:
    made, half = labelled.handbook(), 1_500
    before = labelled.write(trained / "before.parquet", made, slice(0, half))
    after = labelled.write(trained / "after.parquet", made, slice(half, None))
    model = ExportedModel.load(trained / "model")
    frame, _ = SCHEMAS["handbook"].read(trained / "data.parquet")
    inputs, _ = SCHEMAS["handbook"].inputs(frame, model.card["features"])

    warm, cold = (evaluate(trained / "model", after, history=each, rounds=0) for each in (before, None))

    scores, labels = model.scores(inputs)[half:], frame.label[half:]
    flagged = scores >= model.card["threshold"]
    assert warm["flagged"] == flagged.sum()
    assert warm["recall"] == round(float((flagged & labels).sum() / labels.sum()), 4)
    assert cold != warm


def test_a_changed_file_is_refused(trained: Path, tmp_path: Path) -> None:
    content = (trained / "model" / "model.onnx").read_bytes()
    (tmp_path / "model.onnx").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (tmp_path / "card.json").write_bytes((trained / "model" / "card.json").read_bytes())

    with pytest.raises(ModelRefused, match=r"not the file that card\.json names"):
        ExportedModel.load(tmp_path)


def test_a_model_that_learnt_from_leaks_is_refused_unless_they_are_allowed(tmp_path: Path) -> None:
    data = labelled.write(tmp_path / "data.parquet", labelled.paysim())
    asked = pipeline.Request(
        SCHEMAS["paysim"], data, {"logistic": KINDS["logistic"]}, command="train", allow_leaks=True
    )
    pipeline.run(pipeline.prepare(asked), tmp_path / "model", LocalRuns(tmp_path / "runs.jsonl"))

    with pytest.raises(LeakRefused, match="newbalanceDest"):
        evaluate(tmp_path / "model", data, rounds=0)

    assert evaluate(tmp_path / "model", data, rounds=0, allow_leaks=True)["rows"] == 3_000


def test_several_models_are_compared_and_combined(tmp_path: Path) -> None:
    data = labelled.write(tmp_path / "data.parquet", labelled.cards())
    kinds = {name: KINDS[name] for name in ("logistic", "isolation_forest")}
    asked = pipeline.Request(SCHEMAS["cards"], data, kinds, command="train")

    cards = pipeline.run(pipeline.prepare(asked), tmp_path / "out", LocalRuns(tmp_path / "runs.jsonl"))

    page = (tmp_path / "out" / "COMPARISON.md").read_text(encoding="utf-8")
    assert "60 % model, 40 % rules" in page
    assert "logistic layer" in page
    assert cards["isolation_forest"]["is_anomaly"]
    assert len(cards["isolation_forest"]["score_quantiles"]) == 101
    assert (tmp_path / "out" / "isolation_forest" / "MODEL.md").is_file()
    assert len((tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_the_threshold_is_where_missed_amounts_and_reviews_cost_least() -> None:
    dice = np.random.default_rng(1)
    labels = dice.random(400) < 0.1
    scores = np.round(np.clip(dice.random(400) * 0.6 + labels * 0.3, 0, 1), 3)
    measured = Measured(labels, scores, np.arange(400) * 5_000, dice.gamma(2, 50, 400), np.arange(400))

    chosen = cheapest_threshold(measured)

    cost = {each: at_threshold(measured, each)["cost"] for each in np.unique(scores)}
    assert cost[chosen] == min(cost.values())


def test_card_precision_counts_each_days_cards_once() -> None:
    at = np.array([0, 1, 2, 90_000])
    measured = Measured(
        np.array([True, True, False, True]), np.array([0.9, 0.8, 0.7, 0.1]), at, np.ones(4), np.array([5, 5, 6, 7])
    )

    assert card_precision(measured) == pytest.approx(0.01)


def test_intervals_hold_the_figure() -> None:
    dice = np.random.default_rng(2)
    labels = dice.random(3_000) < 0.05
    measured = Measured(
        labels, dice.random(3_000) + 0.3 * labels, np.arange(3_000) * 1_000, np.ones(3_000), np.empty(0)
    )

    low, high = intervals(measured, rounds=50)["auc_pr"]

    assert low < average_precision_score(labels, measured.scores) < high
    assert high - low < 0.2
