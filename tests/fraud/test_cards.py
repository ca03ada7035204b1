"""Card transactions, scored by REST."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from rest_framework.test import APIClient

from fraud.cards import model
from fraud.cards.rows import MOST_ROWS, NAMES, read
from tests.factories import UserFactory
from tests.fraud.card_models import reading, transaction, write

pytestmark = pytest.mark.django_db

ONE = "/api/fraud/cards/score"
MANY = "/api/fraud/cards/score/batch"
AMOUNT = NAMES.index("amount")


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a new process does."""
    monkeypatch.setattr(model, "process", model.Process())


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A model that takes the amount for the probability."""
    settings.CARD_MODEL_DIR = str(tmp_path)
    return write(tmp_path, reading(AMOUNT))


@pytest.fixture
def api() -> APIClient:
    client = APIClient()
    client.force_authenticate(UserFactory.create())
    return client


@pytest.mark.parametrize(
    ("probability", "tier", "action"),
    [
        (0.0, "Low", "approve"),
        (0.09375, "Low", "approve"),
        (0.125, "Medium", "monitor"),
        (0.296875, "Medium", "monitor"),
        (0.3125, "High", "review"),
        (0.6875, "High", "review"),
        (0.703125, "Critical", "decline"),
        (1.0, "Critical", "decline"),
    ],
)
def test_a_probability_has_a_tier_and_an_action(
    api: APIClient, folder: Path, probability: float, tier: str, action: str
) -> None:
    answer = api.post(ONE, transaction(amount=probability))

    assert (answer.status_code, answer.json()) == (
        200,
        {"probability": probability, "tier": tier, "action": action, "model_version": "cards-test"},
    )


def test_a_batch_is_answered_in_its_order(api: APIClient, folder: Path) -> None:
    answer = api.post(
        MANY, {"transactions": [transaction(amount=0.75), transaction(amount=0), transaction(amount=0.5)]}
    )

    assert [each["tier"] for each in answer.json()["results"]] == ["Critical", "Low", "High"]


def test_inputs_reach_the_model_in_the_order_of_its_card(api: APIClient, folder: Path) -> None:
    write(folder, reading(0), features=["v14", *(name for name in NAMES if name != "v14")])

    assert api.post(ONE, transaction(v14=0.5, time=0.25)).json()["probability"] == 0.5


def test_the_largest_batch_is_scored(api: APIClient, folder: Path) -> None:
    answer = api.post(MANY, {"transactions": [transaction()] * MOST_ROWS})

    assert (answer.status_code, len(answer.json()["results"])) == (200, MOST_ROWS)


def test_a_larger_one_is_refused(api: APIClient, folder: Path) -> None:
    answer = api.post(MANY, {"transactions": [transaction()] * (MOST_ROWS + 1)})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "max_length")


@pytest.mark.parametrize("body", [{}, {"transactions": []}, {"transactions": {}}, [], {"transactions": "all"}])
def test_a_batch_without_transactions_is_refused(api: APIClient, folder: Path, body: Any) -> None:
    assert api.post(MANY, body).status_code == 400


@pytest.mark.parametrize("value", [None, "0.5", True, [], 1e13, -1e13])
def test_what_is_no_number_within_bounds_is_refused_by_name(api: APIClient, folder: Path, value: Any) -> None:
    answer = api.post(ONE, transaction(v3=value))

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (400, ["v3"])


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_without_end_are_refused(api: APIClient, folder: Path, written: str) -> None:
    body = json.dumps(transaction(time="T")).replace('"T"', written)

    assert api.generic("POST", ONE, body, content_type="application/json").status_code == 400


def test_a_missing_field_is_named(api: APIClient, folder: Path) -> None:
    answer = api.post(ONE, {name: 0 for name in NAMES if name != "v28"})

    assert answer.json()["errors"] == [{"field": "v28", "code": "required", "detail": "This field is required."}]


def test_faults_of_a_batch_name_the_row(api: APIClient, folder: Path) -> None:
    answer = api.post(MANY, {"transactions": [transaction(), transaction(v1="x"), 5]})

    assert [each["field"] for each in answer.json()["errors"]] == ["1.v1", "2.transaction"]


def _gone(folder: Path) -> None:
    (folder / "model.onnx").unlink()


def _changed(folder: Path) -> None:
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(content + b"\0")


def _no_card(folder: Path) -> None:
    (folder / "card.json").write_text("[", encoding="utf-8")


def _other_inputs(folder: Path) -> None:
    write(folder, reading(AMOUNT), features=[*NAMES[:-1], "hour"])


def _same_input_twice(folder: Path) -> None:
    write(folder, reading(AMOUNT), features=[*NAMES[:-1], "Time"])


def _no_model(folder: Path) -> None:
    write(folder, b"no model at all")


@pytest.mark.parametrize("spoil", [_gone, _changed, _no_card, _other_inputs, _same_input_twice, _no_model])
def test_an_unusable_model_is_a_503(api: APIClient, folder: Path, spoil: Any) -> None:
    spoil(folder)

    answer = api.post(ONE, transaction())

    assert (answer.status_code, answer.json()["code"]) == (503, "card_model_unavailable")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_answer_that_is_no_probability_is_a_503(api: APIClient, folder: Path) -> None:
    assert api.post(ONE, transaction(amount=1.5)).status_code == 503


def test_a_model_that_comes_later_is_found(api: APIClient, folder: Path) -> None:
    _gone(folder)
    api.post(ONE, transaction())
    write(folder, reading(AMOUNT))

    assert api.post(ONE, transaction()).status_code == 200


def test_the_model_is_loaded_once_a_process(api: APIClient, folder: Path) -> None:
    api.post(ONE, transaction())
    _gone(folder)

    assert api.post(ONE, transaction()).status_code == 200


def test_strangers_are_refused(folder: Path) -> None:
    assert APIClient().post(ONE, transaction()).status_code == 401


def test_a_card_may_write_names_as_the_data_set_does(api: APIClient, folder: Path) -> None:
    write(folder, reading(AMOUNT), features=[name.title() for name in NAMES])

    assert api.post(ONE, transaction(amount=0.5)).json()["probability"] == 0.5


def test_the_shipped_model_scores() -> None:
    probabilities = model.load(Path(configured.CARD_MODEL_DIR))

    rows = read([transaction(), transaction(v14=-15.0, v10=-10.0, v12=-12.0, v4=8.0, amount=1.0)])
    harmless, odd = probabilities.run(rows[:, probabilities.columns]).tolist()

    assert 0 <= harmless < 0.1 < odd <= 1
