"""What reviewers are told about a score."""

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from django.utils import translation

from fraud import explanations
from fraud.explanations import explain
from fraud.feature_names import WORDS, said
from fraud.models import Decision
from ml.fraud.features import FEATURES, Outcome, PaymentEvent, State, signals_of, vector_of
from tests.ml.conftest import CHAMPION

pytestmark = pytest.mark.django_db

NOON = 1_763_700_000.0


@pytest.fixture(autouse=True)
def champion(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Let each test have a copy of the shipped model to spoil."""
    folder = tmp_path / "champion"
    shutil.copytree(CHAMPION, folder)
    settings.FRAUD_MODEL_DIR = str(folder)
    explanations._trees.cache_clear()
    yield folder
    explanations._trees.cache_clear()


def decision(**changes: Any) -> Decision:
    state = State()
    usual = PaymentEvent(at=NOON, amount=500_00, payee="shop", local_hour=15.0, local_weekday=1, device="phone")
    state.observe(usual, Outcome.APPROVED)
    now = PaymentEvent(
        at=NOON + 3600,
        amount=45_000_00,
        payee="thief",
        local_hour=3.0,
        local_weekday=1,
        device="other",
        available=48_000_00,
        is_new_payee=True,
        account_age_days=200.0,
    )
    return Decision(
        features=list(vector_of(signals_of(state, now, trust=100.0), now)),
        model_hash=json.loads((CHAMPION / "card.json").read_text(encoding="utf-8"))["sha256"],
        reasons=[
            {"code": "ROUND_AMOUNT", "weight": 0.05, "staff": "45000 rupees", "customer": ""},
            {"code": "NEW_DEVICE", "weight": 0.2, "staff": "never seen", "customer": ""},
        ],
        **changes,
    )


def test_pushes_sum_to_the_models_own_score() -> None:
    asked = decision()
    session = onnxruntime.InferenceSession(CHAMPION / "model.onnx", providers=["CPUExecutionProvider"])
    score = float(session.run(None, {"inputs": np.array([asked.features], np.float32)})[0][0, 0])

    told = explain(asked)

    assert told.base is not None
    log_odds = told.base + sum(part.push for part in told.features)
    assert log_odds == pytest.approx(math.log(score / (1 - score)), abs=1e-4)


def test_tells_every_input_the_strongest_first() -> None:
    told = explain(decision())

    pushes = [abs(part.push) for part in told.features]
    assert pushes == sorted(pushes, reverse=True)
    assert {part.code for part in told.features} == set(FEATURES)


def test_says_values_as_people_do() -> None:
    words = {part.code: (part.name, part.said) for part in explain(decision()).features}

    assert words["amount_log"] == ("Amount", "45,000 rupees")
    assert words["is_new_device"] == ("New device", "yes")
    assert words["balance_share"] == ("Part of the available money", "94 %")
    assert words["gap_log"] == ("Since the payment before", "1.0 hours")


def test_tells_the_rules_with_their_weights() -> None:
    rules = explain(decision()).rules

    assert [(part.code, part.push, part.said) for part in rules] == [
        ("NEW_DEVICE", 0.2, "never seen"),
        ("ROUND_AMOUNT", 0.05, "45000 rupees"),
    ]


@pytest.mark.parametrize(
    "changes", [{"model_hash": "0" * 64}, {"features": []}], ids=["another model", "no model took part"]
)
def test_tells_the_rules_alone_when_this_model_did_not_judge(changes: dict[str, Any]) -> None:
    asked = decision()
    for name, value in changes.items():
        setattr(asked, name, value)

    told = explain(asked)

    assert (told.base, told.features, len(told.rules)) == (None, (), 2)


@pytest.mark.parametrize("spoilt", ["missing", "flipped", "no card"])
def test_tells_the_rules_alone_when_files_are_spoilt(champion: Path, spoilt: str) -> None:
    if spoilt == "flipped":
        content = bytearray((champion / "trees.npz").read_bytes())
        content[len(content) // 2] ^= 1
        (champion / "trees.npz").write_bytes(content)
    else:
        (champion / {"missing": "trees.npz", "no card": "card.json"}[spoilt]).unlink()

    told = explain(decision())

    assert (told.features, len(told.rules)) == ((), 2)


def test_every_input_has_words() -> None:
    assert set(WORDS) == set(FEATURES)


@pytest.mark.parametrize("value", [0.0, 1.0, 50.0, -12.0])
@pytest.mark.parametrize("feature", FEATURES)
def test_any_value_can_be_said(feature: str, value: float) -> None:
    with translation.override("en"):
        assert said(feature, value)
