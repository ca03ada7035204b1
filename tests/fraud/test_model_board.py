"""The page on which staff see how the model does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

import fraud.tasks
from accounts.roles import ANALYST, AUDITOR, ensure_roles
from fraud.drift.constants import WINDOW
from fraud.models import Label
from fraud.scoring import Scorer
from fraud.services.drift import measure
from tests.accounts.conftest import staff, with_factor
from tests.fraud import models
from tests.fraud.drifting import DAY, card_reference, decided, inputs

UNTIL = datetime(2026, 11, 18, 18, 30, tzinfo=UTC)


@pytest.fixture
def champion(tmp_path: Path, db: None) -> Iterator[Scorer]:
    with models.serving(models.write(tmp_path, models.constant(0.2), reference=card_reference())) as scorer:
        yield scorer


def desk_of(role: str) -> Client:
    ensure_roles()
    browser = Client()
    browser.force_login(with_factor(staff(role)), backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


def shown(role: str = ANALYST, **query: str) -> str:
    answer = desk_of(role).get("/staff/model", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_anything_is_measured_it_says_so(champion: Scorer) -> None:
    page = shown()

    assert "Nothing was measured yet" in page
    assert "test-1" in page


def test_without_a_model_it_says_why(db: None, tmp_path: Path) -> None:
    with models.serving(tmp_path):
        assert "Rules decide alone" in shown()


def test_shows_what_has_moved_in_words_and_figures(champion: Scorer) -> None:
    assert champion.model is not None
    decided(inputs(1_500, pace_hour=2.0), since=UNTIL - WINDOW, model_hash=champion.model.sha256)
    measure(until=UNTIL)

    page = shown()

    assert "Shifted: Payments within the hour" in page
    assert 'id="moves-table"' in page
    assert 'id="bins-pace_hour"' in page
    assert 'id="bins-score"' in page


def test_without_labels_nothing_is_said_about_precision(champion: Scorer) -> None:
    decided(inputs(5), since=UNTIL - WINDOW)
    measure(until=UNTIL)

    page = shown()

    assert "nobody can say how well they were judged" in page
    assert "weeks-table" not in page


def test_labelled_weeks_have_their_figures_and_their_warning(champion: Scorer) -> None:
    for place, each in enumerate(decided(inputs(40), since=UNTIL - DAY, days=0.5, stopped=10)):
        Label.objects.create(decision=each, is_fraud=place < 8, source="analyst", at=UNTIL - DAY)
    measure(until=UNTIL)

    page = shown()

    assert 'data-value="0.8"' in page
    assert "fraud that nobody reported is missing" in page


def test_the_simulators_labels_stand_apart(champion: Scorer, settings: Any) -> None:
    settings.DEMO_MODE = True
    made = decided(inputs(1), since=UNTIL - DAY, days=0.5)
    Label.objects.create(decision=made[0], is_fraud=True, source="simulator", at=UNTIL - DAY)
    measure(until=UNTIL)

    assert "weeks-table" in shown(labels="simulator")
    assert "weeks-table" not in shown()


def test_too_few_payments_are_said_to_be_too_few(champion: Scorer) -> None:
    decided(inputs(20), since=UNTIL - WINDOW)
    measure(until=UNTIL)

    assert "too few to say whether anything moved" in shown()


def test_the_button_has_a_worker_measure(champion: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("fraud.model_board.views.nudge", lambda task, **given: sent.append(given | {"task": task}))

    answer = desk_of(ANALYST).post("/staff/model/measure")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/model")
    assert [each["task"] for each in sent] == [fraud.tasks.measure_drift]
    fraud.tasks.measure_drift(until=sent[0]["until"], asked_by=sent[0]["asked_by"])
    assert "measured on" in shown()


def test_who_only_looks_has_no_button(champion: Scorer) -> None:
    assert "Measure now" not in shown(AUDITOR)
    assert desk_of(AUDITOR).post("/staff/model/measure").status_code == 403
