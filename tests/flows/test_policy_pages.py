"""A supervisor at the policies' pages, in a real browser and with the keyboard alone."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from fraud.services import policies
from tests.accounts.conftest import with_factor
from tests.flows.conftest import RunningBank
from tests.flows.test_accessibility import complaint, faults
from tests.fraud.policy_life import decided, drafted, supervisor, tried

PAGES = ["/staff/policies", "/staff/policies/1", "/staff/policies/2", "/staff/policies/2/edit", "/staff/policies/3"]


@pytest.fixture
def sara(bank: RunningBank) -> User:
    """Make a supervisor with a tried draft, one that was never tried, and a past to try them on."""
    sara = with_factor(supervisor())
    for number in range(1, 25):
        label = {0: True, 1: False}.get(number % 4)
        decided(number * 7_500_00, ml_score=number / 25, label=label, payments_hour=number)
    tried(drafted(sara, review=0.45, decline=0.75))
    policies.draft(like=1, person=sara)
    return sara


@pytest.fixture
def cookie(sara: User) -> str:
    """Sign her in, factor included; done before the browser opens, whose loop keeps Django away."""
    client = Client()
    client.force_login(sara, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def desk(browser: Browser, bank: RunningBank, cookie: str, **options: Any) -> BrowserContext:
    context = browser.new_context(**options)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": bank.url}])
    return context


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible(cookie: str, bank: RunningBank, browser: Browser, width: int, scheme: Any) -> None:
    page = desk(browser, bank, cookie, viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(complaint(message)))

    found = {path: faults(page, bank.url + path) for path in PAGES}

    assert {path: each for path, each in found.items() if each} == {}
    assert [each for each in said if each] == []


def press(page: Page, name: str) -> None:
    """Go to a button as people without a mouse do, and press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(name)


@pytest.mark.timeout(300)
def test_a_draft_is_tried_and_proposed_with_the_keyboard(cookie: str, bank: RunningBank, browser: Browser) -> None:
    page = desk(browser, bank, cookie).new_page()
    page.goto(f"{bank.url}/staff/policies/3/edit")
    page.get_by_label("What changes, and why").fill("Hold less")
    page.get_by_label("Held for review from").fill("0.9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Each threshold must be above the one before.", exact=True).last).to_be_visible()
    page.get_by_label("Held for review from").fill("0.5")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/policies/3")

    press(page, "Run a backtest")
    expect(page.get_by_role("heading", name="Backtest: policy-3 against policy-1")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row", name="Stopped payments")).to_be_visible()
    press(page, "Propose")

    expect(page.get_by_text("Waits for a second person", exact=True)).to_be_visible()
