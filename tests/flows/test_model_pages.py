"""The pages of the models, in a real browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from fraud.models import TrainingRun
from fraud.services import registry, shadowing
from tests.accounts.conftest import with_factor
from tests.flows.conftest import RunningBank
from tests.flows.test_accessibility import complaint, faults
from tests.flows.test_policy_pages import desk
from tests.fraud.policy_life import supervisor
from tests.fraud.registered import judged, of_file, one_feature, reigning


@pytest.fixture
def shown(bank: RunningBank) -> tuple[str, list[str]]:
    """Return a supervisor's cookie, and pages with something of everything."""
    sara, omar = with_factor(supervisor()), supervisor("Omar Other")
    champion = reigning(0.25)
    challenger = of_file(one_feature("amount_log"), model_version="challenger-1", algorithm="random forest")
    for number in range(40):
        judged(
            {"amount_log": number / 10 - 2},
            is_fraud=number % 4 == 0,
            made_by=omar,
            decided_at=timezone.now() - timedelta(minutes=number),
            ml_score=0.25,
            model_hash=champion.sha256,
        )
    registry.try_in_shadow(version_id=challenger.pk, person=sara)
    shadowing.catch_up(now=timezone.now)
    run = TrainingRun.objects.create(cause="hand", asked_by=sara, state="failed", fault="It failed.", log="printed")
    client = Client()
    client.force_login(sara, backend=settings.AUTHENTICATION_BACKENDS[0])
    pages = [
        "/staff/models",
        "/staff/models/compare",
        f"/staff/models/{challenger.pk}",
        f"/staff/models/runs/{run.pk}",
        "/staff/labels",
    ]
    return client.cookies[settings.SESSION_COOKIE_NAME].value, pages


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_every_page_is_accessible(
    shown: tuple[str, list[str]], bank: RunningBank, browser: Browser, width: int, scheme: Any
) -> None:
    cookie, pages = shown
    page = desk(browser, bank, cookie, viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(complaint(message)))

    found = {path: faults(page, bank.url + path) for path in pages}

    assert {path: each for path, each in found.items() if each} == {}
    assert [each for each in said if each] == []
