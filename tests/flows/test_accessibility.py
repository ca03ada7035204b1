"""Every page at both widths, light and dark: axe finds nothing, nothing is cut off, the console stays silent."""

from pathlib import Path
from typing import Any, Final

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page

from accounts.models import User
from accounts.services import pins
from ledger.chain import mining
from payments.services import payees, requests, transfers
from payments.services.requests import MoneyRequest
from payments.types import TransferOrder
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.flows.browser import CUSTOMER_PAGES, VISITOR_PAGES
from tests.flows.conftest import RunningBank, sign_in

AXE: Final = Path(__file__).parent / "vendor" / "axe.min.js"


@pytest.fixture
def asha(bank: RunningBank) -> User:
    """Make a customer with some of everything; done before the browser opens, whose loop keeps Django away."""
    asha = UserFactory.create(name="Asha Rao", handle="asha")
    ravi = UserFactory.create(name="Ravi Sharma", handle="ravi")
    for person in (asha, ravi):
        BankAccountFactory.create(owner=person, balance=50_000_00)
    now = timezone.now()
    for payer, to in ((asha, "ravi"), (ravi, "asha")):
        order = TransferOrder(customer=payer, to=to, amount="1250.50", note="Dinner")
        transfers.submit_transfer(order=order, requested_at=now)
    payees.save_payee(owner=asha, to="ravi", nickname="Ravi (flat)", now=now)
    requests.ask(wanted=MoneyRequest(requester=ravi, payer="asha", amount="640", note="Tickets"), now=now)
    mining.mine_pending()
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=now)
    return asha


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible(asha: User, bank: RunningBank, browser: Browser, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(complaint(message)))

    found = {f"visitor {path}": faults(page, bank.url + path) for path in VISITOR_PAGES}
    sign_in(page, bank, asha.email, PASSWORD)
    found |= {path: faults(page, bank.url + path) for path in [*CUSTOMER_PAGES, *_inner_pages(page, bank)]}

    assert {path: each for path, each in found.items() if each} == {}
    assert [each for each in said if each] == []


def _inner_pages(page: Page, bank: RunningBank) -> list[str]:
    """Return pages whose address holds an id: an account, a payment, a request, and a review."""
    page.goto(bank.url)
    account = page.locator("#balances a.item").first.get_attribute("href")
    payment = page.locator("#latest a.item").first.get_attribute("href")
    request = page.locator("main a[href$='/accept']").first.get_attribute("href")
    page.goto(f"{bank.url}/send")
    page.get_by_label("To", exact=True).fill("ravi")
    page.get_by_label("Amount").fill("10")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/send/*-*")
    review = page.url.removeprefix(bank.url)
    page.goto(f"{bank.url}/voice")
    page.get_by_label("What do you want to do?").fill("pay ten rupees to Ravi")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/voice/*-*")
    spoken = page.url.removeprefix(bank.url)
    page.goto(f"{bank.url}/statements")
    page.get_by_role("button", name="Get the statement").click()
    page.wait_for_url("**/statements?*")
    statement = page.url.removeprefix(bank.url)
    pages = [str(account), f"{account}/freeze", str(payment), str(request), review, spoken, statement]
    return [*pages, f"{payment}/receipt", "/chain/blocks/0"]


def faults(page: Page, url: str) -> list[str]:
    """Return what axe finds on a page, and whether it is cut off."""
    page.goto(url)
    page.evaluate(AXE.read_text("utf-8"))
    violations = page.evaluate("axe.run(document).then(found => found.violations)")
    found = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("wider than the screen")
    return found


def complaint(message: ConsoleMessage) -> str:
    """Return what the browser's console says that nobody wants to read."""
    return message.text if message.type in {"error", "warning"} else ""
