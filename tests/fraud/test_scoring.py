"""Payments go on when the model doesn't."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import Client
from onnxruntime import RunOptions

from fraud import metrics, scoring
from fraud.models import Decision
from fraud.scoring import ModelUnusable, Scorer
from fraud.watch import TooSlow, Watch
from ml.fraud.features import FEATURES
from tests.fraud.cases import assess
from tests.fraud.models import constant, endless, serving, write

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
def sleeping(tmp_path: Path) -> Iterator[tuple[Scorer, list[float], list[int]]]:
    """Serve a model that computes for hours; give it with its clock and how often it was asked."""
    now, asked = [0.0], [0]

    with serving(write(tmp_path, endless())) as served:
        real = served.model
        assert real is not None

        def run(row: Sequence[float], watched: RunOptions | None = None) -> float:
            asked[0] += 1
            return real.run(row, watched)

        served.model = scoring.Model(real.card, real.sha256, run)
        served._clock = lambda: now[0]
        yield served, now, asked


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
    served = Scorer(write(tmp_path / "slow", endless()), clock=lambda: now[0])

    assert served.score(ROW).degraded == "slow"
    served.model = scoring.load(write(tmp_path / "good", good))
    now[0] = scoring.REST

    assert (served.score(ROW).value, served.fault) == (0.25, "")


def test_many_sleeping_calls_at_once_hold_nobody_up(tmp_path: Path) -> None:
    served = Scorer(write(tmp_path, endless()), clock=lambda: 0.0)
    served._rests_until = -1.0

    with ThreadPoolExecutor(8) as callers:
        reasons = {each.degraded for each in callers.map(lambda _: served.score(ROW), range(8))}

    assert reasons <= {"slow", "resting"}


def test_a_model_that_answers_too_late_is_slow_too(tmp_path: Path, good: bytes) -> None:
    """One step of a model can't be ended; its answer comes too late to count."""
    served = Scorer(write(tmp_path, good))
    served._watch = Watch(0.0)

    assert served.score(ROW).degraded == "slow"


def test_a_call_that_was_ended_does_not_end_the_next(tmp_path: Path, good: bytes) -> None:
    slow, quick = scoring.load(write(tmp_path / "slow", endless())), scoring.load(write(tmp_path / "good", good))
    watch = Watch(0.01)
    with pytest.raises(TooSlow):
        watch.call(slow.run, ROW)
    watch.limit = 60.0

    assert [watch.call(quick.run, ROW) for _ in range(100)] == [0.25] * 100


def test_a_watch_whose_thread_is_gone_gets_another(tmp_path: Path) -> None:
    """As in a worker that was forked."""
    watch, slow = Watch(0.01), scoring.load(write(tmp_path, endless()))
    with pytest.raises(TooSlow):
        watch.call(slow.run, ROW)
    watch._thread = threading.Thread()

    with pytest.raises(TooSlow):
        watch.call(slow.run, ROW)


def test_refuses_a_model_that_takes_another_number_of_features(tmp_path: Path, good: bytes) -> None:
    served = Scorer(write(tmp_path, good))

    assert served.score([0.0, 1.0]).degraded == "failed"


def test_loading_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="missing"):
        scoring.load(tmp_path)
