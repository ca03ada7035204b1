"""The demo bank that lives by itself."""

from itertools import islice
from threading import Event
from typing import Any

import pytest

from payments.simulation import living
from payments.simulation.script import Script
from tests.payments.conftest import Pay


@pytest.mark.parametrize(("is_demo", "rate"), [(False, 0.3), (True, 0.0)], ids=["a real bank", "switched off"])
def test_stays_still_where_nobody_asked_for_it(is_demo: bool, rate: float, settings: Any) -> None:
    settings.DEMO_MODE, settings.SIMULATE_RATE = is_demo, rate

    assert living.start(Event()) is None


def test_adds_nothing_to_a_full_bank(pay: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "MOST_PAYMENTS", 2)
    script = Script(seed=1, rate=1.0, fraud_rate=0.0)
    pay()

    has_room = len(list(islice(living.while_there_is_room(script), 5)))
    pay()
    is_full = list(living.while_there_is_room(script))

    assert (has_room, is_full) == (5, [])


@pytest.mark.django_db
@pytest.mark.parametrize(("most", "expected"), [(1, living.FRAUD_RATE), (0, 0.0)], ids=["some room", "none left"])
def test_lets_thieves_rest_while_analysts_have_enough_to_do(
    most: int, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "MOST_OPEN_ALERTS", most)
    script = Script(seed=1, rate=1.0, fraud_rate=0.5)

    next(iter(living.while_there_is_room(script)))

    assert script.fraud_rate == expected
