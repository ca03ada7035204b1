"""An auditor has the sealed ledger verified, in a real browser."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect

from accounts.roles import AUDITOR
from ledger.chain import verification
from tests.accounts.conftest import staff, with_factor
from tests.flows.conftest import RunningBank
from tests.flows.test_accessibility import complaint, faults
from tests.flows.test_policy_pages import desk
from tests.ledger.chain.builders import pay, seal

PAGE = "/staff/chain"


@pytest.fixture
def cookie(bank: RunningBank) -> str:
    """Sign an auditor in, factor included; done before the browser opens, whose loop keeps Django away."""
    pay(9)
    seal()
    verification.verify_and_record()
    client = Client()
    client.force_login(with_factor(staff(AUDITOR)), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_accessible(cookie: str, bank: RunningBank, browser: Browser, width: int, scheme: Any) -> None:
    page = desk(browser, bank, cookie, viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(complaint(message)))

    assert faults(page, bank.url + PAGE) == []
    assert [each for each in said if each] == []


@pytest.mark.timeout(300)
def test_a_verification_is_started_and_its_result_appears_by_itself(
    cookie: str, bank: RunningBank, browser: Browser
) -> None:
    page = desk(browser, bank, cookie).new_page()
    page.goto(bank.url + PAGE)

    page.get_by_role("button", name="Verify now").click()

    expect(page.get_by_text("Right", exact=True)).to_have_count(2, timeout=60_000)
    expect(page.get_by_role("button", name="Verify now")).to_be_visible()
