"""Payments go on when the model doesn't."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fraud import metrics, scoring
from fraud.models import Decision
from fraud.scoring import ModelUnusable, Scorer
from ml.fraud.features import FEATURES
from tests.fraud.cases import assess
from tests.fraud.models import constant, serving, write

ROW = [0.0] * len(FEATURES)


@pytest.fixture(scope="module")
def good() -> bytes:
    """A model that always says 0.25."""
    return constant(0.25)


def flipped(content: bytes) -> bytes:
    """Return the file with one bit flipped in the middle."""
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    return bytes(changed)


def missing(folder: Path, _good: bytes) -> None:
    folder.mkdir(exist_ok=True)


def without_card(folder: Path, good: bytes) -> None:
    (write(folder, good) / "card.json").unlink()


def bit_flipped(folder: Path, good: bytes) -> None:
    (write(folder, good) / "model.onnx").write_bytes(flipped(good))


def replaced(folder: Path, good: bytes) -> None:
    (write(folder, good) / "model.onnx").write_bytes(constant(0.0))


def of_other_features(folder: Path, good: bytes) -> None:
    write(folder, good, features=[*FEATURES[1:], FEATURES[0]])


def of_another_schema(folder: Path, good: bytes) -> None:
    write(folder, good, schema=999)


def no_model_inside(folder: Path, _good: bytes) -> None:
    write(folder, b"not a model")


def card_of_text(folder: Path, good: bytes) -> None:
    (write(folder, good) / "card.json").write_text("{", encoding="utf-8")


def not_a_number(folder: Path, _good: bytes) -> None:
    write(folder, constant(float("nan")))


def above_one(folder: Path, _good: bytes) -> None:
    write(folder, constant(1.5))


BROKEN: dict[Callable[[Path, bytes], None], str] = {
    missing: "missing",
    without_card: "missing",
    bit_flipped: "corrupt",
    replaced: "corrupt",
    no_model_inside: "corrupt",
    card_of_text: "corrupt",
    of_other_features: "mismatch",
    of_another_schema: "mismatch",
    not_a_number: "out_of_range",
    above_one: "out_of_range",
}


@pytest.fixture(params=BROKEN, ids=lambda how: how.__name__)
def broken(request: pytest.FixtureRequest, tmp_path: Path, good: bytes) -> Iterator[str]:
    """Let each kind of broken model be served; give the reason that decisions should carry."""
    request.param(tmp_path, good)
    with serving(tmp_path):
        yield BROKEN[request.param]


@pytest.mark.django_db
def test_rules_decide_alone_and_the_decision_says_why(broken: str) -> None:
    harmless, large = assess(), assess(200_000_00)

    assert (harmless.recommendation, large.recommendation) == ("APPROVE", "REVIEW")
    assert (harmless.ml_score, harmless.degraded, harmless.score) == (None, broken, harmless.rule_score)
    row = Decision.objects.get(pk=harmless.decision_id)
    assert (row.degraded, row.model_hash, row.features) == (broken, "", [])


@pytest.mark.django_db
def test_health_and_metrics_say_so(broken: str, client: Client) -> None:
    counter = metrics.DECISIONS.labels("APPROVE", broken)
    before = counter._value.get()
    assess()

    answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"], answer.json()["checks"]["models"]) == (
        200, "degraded", "degraded",
    )  # fmt: skip
    assert counter._value.get() == before + 1
    assert metrics.MODEL_UP._value.get() == 0


@pytest.mark.django_db
def test_a_good_model_takes_part(tmp_path: Path, good: bytes, client: Client) -> None:
    with serving(write(tmp_path, good)):
        verdict = assess()
        answer = client.get("/health").json()

    assert (verdict.ml_score, verdict.score, verdict.degraded, verdict.model_version) == (0.25, 0.15, "", "test-1")
    assert (answer["status"], answer["checks"]["models"]) == ("ok", "ok")
    row = Decision.objects.get(pk=verdict.decision_id)
    assert (row.model_hash, len(row.features)) == (hashlib.sha256(good).hexdigest(), len(FEATURES))


@pytest.fixture
def sleeping(tmp_path: Path, good: bytes) -> Iterator[tuple[Scorer, list[float], list[int]]]:
    """Serve a model that sleeps until the test is over; give it with its clock and how often it was asked."""
    now, asked, over = [0.0], [0], threading.Event()

    def sleep(_row: Any) -> float:
        asked[0] += 1
        over.wait(10)
        return 0.0

    with serving(write(tmp_path, good)) as served:
        served.model = scoring.Model({"model_version": "sleepy"}, "0" * 64, sleep)
        served._clock = lambda: now[0]
        yield served, now, asked
        over.set()


@pytest.mark.django_db
def test_a_sleeping_model_costs_one_payment_its_time_limit_and_then_rests(
    sleeping: tuple[Scorer, list[float], list[int]], client: Client
) -> None:
    _served, now, asked = sleeping

    reasons = [assess().degraded for _ in range(3)]

    assert (reasons, asked[0]) == (["slow", "resting", "resting"], 1)
    assert client.get("/health").json()["checks"]["models"] == "degraded"
    now[0] = scoring.REST
    assert (assess().degraded, asked[0]) == ("slow", 2)


def test_a_model_that_recovers_takes_part_again(tmp_path: Path, good: bytes) -> None:
    now = [0.0]
    served = Scorer(write(tmp_path, good), clock=lambda: now[0])
    real, over = served.model, threading.Event()
    assert real is not None

    served.model = scoring.Model(real.card, real.sha256, lambda _row: float(over.wait(10)))
    assert served.score(ROW).degraded == "slow"
    over.set()
    served.model = real
    now[0] = scoring.REST

    assert (served.score(ROW).value, served.fault) == (0.25, "")


def test_more_sleeping_calls_than_lanes_hold_nobody_up(tmp_path: Path, good: bytes) -> None:
    over = threading.Event()
    served = Scorer(write(tmp_path, good))
    served.model = scoring.Model({"model_version": "sleepy"}, "0" * 64, lambda _row: float(over.wait(10)))
    served._clock = lambda: 0.0

    for _ in range(scoring.LANES + 2):
        served._rests_until = -1.0
        assert served.score(ROW).degraded == "slow"
    over.set()


def test_refuses_a_model_that_takes_another_number_of_features(tmp_path: Path, good: bytes) -> None:
    served = Scorer(write(tmp_path, good))

    assert served.score([0.0, 1.0]).degraded == "failed"


def test_loading_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="missing"):
        scoring.load(tmp_path)
