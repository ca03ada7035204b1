"""A payment is held, an analyst decides about it, and the payee sees the money arrive: three browsers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import ANALYST, ensure_roles
from accounts.services import registration
from payments.models import Payment, SpendingLimits
from payments.services import transfers
from payments.types import TransferOrder
from tests.accounts.conftest import code_now, with_factor
from tests.factories import PASSWORD, UserFactory, fund
from tests.flows.conftest import RunningBank, phone
from tests.flows.conftest import sign_in as sign_in_customer
from tests.flows.test_accessibility import AXE
from tests.payments.conftest import prove

MARK = "window.isTheSamePage"


@pytest.fixture
def analyst(bank: RunningBank) -> User:
    """A colleague with an authenticator app; made before the browser opens, as everybody here."""
    ensure_roles()
    person = with_factor(UserFactory.create(name="Rita Review", is_staff=True))
    person.groups.add(Group.objects.get(name=ANALYST))
    return person


@pytest.fixture
def asha(bank: RunningBank) -> User:
    """A customer with much money, who may spend it."""
    person = registration.register(
        email="asha@example.com", password=PASSWORD, name="Asha Rao", handle="asha", is_email_verified=True
    )
    fund(person.bank_accounts.select_related("ledger_account").get(), 2_000_000_00)
    SpendingLimits.objects.create(
        customer=person,
        currency="INR",
        per_payment_minor=2_000_000_00,
        per_day_minor=5_000_000_00,
        new_payee_minor=5_000_000_00,
    )
    return person


@pytest.mark.timeout(240)
def test_an_analyst_releases_a_held_payment_and_the_payee_sees_it_arrive(
    ravi: str, asha: User, analyst: User, bank: RunningBank, browser: Browser
) -> None:
    payee, desk = phone(browser), _desk(browser)
    said: list[str] = []
    desk.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    sign_in_customer(payee, bank, ravi, PASSWORD)
    expect(payee.locator("html")).to_have_attribute("data-live", "open")
    payee.evaluate(f"{MARK} = true")
    _sign_in(desk, bank, analyst)
    desk.goto(f"{bank.url}/admin/fraud/case/")
    expect(desk.locator("html")).to_have_attribute("data-live", "open")
    desk.evaluate(f"{MARK} = true")

    held = _elsewhere(lambda: _pay(asha))
    expect(desk.locator("#result_list")).to_contain_text("Asha Rao (asha)")
    assert desk.evaluate(MARK) is True

    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Case of Asha Rao")).to_be_visible()
    assert _faults(desk) == []
    desk.keyboard.press("a")
    expect(desk.get_by_text("The case is yours.")).to_be_visible()
    desk.keyboard.press("r")
    dialog = desk.get_by_role("dialog", name="Is this payment genuine?")
    dialog.get_by_label("Comment").fill("Called: it is her new car")
    dialog.get_by_role("button", name="Release", exact=True).click()
    expect(desk.get_by_text("Released as genuine.")).to_be_visible()

    expect(payee.locator("#total")).to_have_text("₹2,00,000.00")
    assert payee.evaluate(MARK) is True
    assert [line for line in said if "favicon" not in line and "404" not in line] == []
    assert _elsewhere(lambda: Payment.objects.get(pk=held.pk).status) == "completed"


def _desk(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    return page


def _sign_in(page: Page, bank: RunningBank, person: User) -> None:
    page.goto(f"{bank.url}/account/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("input[name=code]").fill(code_now())
    page.locator("input[name=code]").press("Enter")
    expect(page.locator("input[name=code]")).to_have_count(0)


def _pay(payer: User) -> Payment:
    payee = User.objects.get(handle="ravi")
    order = TransferOrder(customer=payer, to="ravi", amount="200000", confirmation_id=prove(payer, payee, "200000.00"))
    return transfers.submit_transfer(order=order, requested_at=timezone.now())


def _elsewhere(work: Callable[[], Any]) -> Any:
    """Do it on a thread of its own: the browser's loop keeps Django away from this one."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(run).result(30)


def _faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document).then(found => found.violations)")
    faults = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        faults.append("wider than the screen")
    return faults
