"""A passkey in a real browser: added on the security pages, signed in with, and a payment confirmed by it."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from accounts.models import User
from accounts.services import registration
from tests.factories import PASSWORD, fund
from tests.flows.conftest import RunningBank, phone, sign_in


@dataclass(frozen=True)
class Authenticator:
    """What stands for the phone's own, over the browser's debugging interface."""

    devtools: CDPSession
    name: str

    def verify_person(self, *, is_right: bool) -> None:
        """Say whether fingerprint or screen lock will be the right one."""
        verified = {"authenticatorId": self.name, "isUserVerified": is_right}
        self.devtools.send("WebAuthn.setUserVerified", verified)


@pytest.fixture
def nina(bank: RunningBank) -> User:
    """A customer with money and no PIN."""
    person = registration.register(
        email="nina@example.com", password=PASSWORD, name="Nina Neu", handle="nina", is_email_verified=True
    )
    fund(person.bank_accounts.select_related("ledger_account").get(), 90_000_00)
    return person


@pytest.fixture
def by_name(bank: RunningBank) -> RunningBank:
    """The bank by its host's name: browsers tie passkeys to a name, and an address is none."""
    return RunningBank(url=bank.url.replace("127.0.0.1", "localhost"), log=bank.log)


def test_a_customer_adds_a_passkey_signs_in_and_confirms_a_payment_with_it(
    ravi: str, nina: User, by_name: RunningBank, browser: Browser
) -> None:
    page = phone(browser)
    authenticator = _authenticator(page)
    sign_in(page, by_name, nina.email, PASSWORD)
    _add_passkey(page, by_name)

    page.context.clear_cookies()
    page.goto(f"{by_name.url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Hello, Nina")).to_be_visible()

    _review(page, by_name, "20000")
    authenticator.verify_person(is_right=False)
    page.get_by_role("button", name="Confirm with passkey").click()
    expect(page.get_by_text("The passkey did not confirm this")).to_be_visible()
    expect(page.get_by_text("₹20,000.00").first).to_be_visible()
    expect(page.get_by_text("Ravi S••")).to_be_visible()

    authenticator.verify_person(is_right=True)
    page.get_by_role("button", name="Confirm with passkey").click()
    expect(page.get_by_text("Paid to Ravi S••")).to_be_visible()


def test_a_passkey_raises_limits(nina: User, by_name: RunningBank, browser: Browser) -> None:
    page = phone(browser)
    _authenticator(page)
    sign_in(page, by_name, nina.email, PASSWORD)
    _add_passkey(page, by_name)
    page.goto(f"{by_name.url}/limits")
    page.get_by_label("For a new payee").fill("150000")
    page.get_by_role("button", name="Confirm with passkey").click()

    expect(page.get_by_text("Your limits are changed.")).to_be_visible()
    expect(page.get_by_label("For a new payee")).to_have_value("150000.00")


def _authenticator(page: Page) -> Authenticator:
    """Give the page's browser an authenticator that verifies the person."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(devtools, made["authenticatorId"])


def _add_passkey(page: Page, bank: RunningBank) -> None:
    page.goto(f"{bank.url}/account/2fa/webauthn/add/")
    if page.get_by_role("heading", name="Confirm Access").is_visible():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))


def _review(page: Page, bank: RunningBank, amount: str) -> None:
    page.goto(f"{bank.url}/send")
    page.get_by_label("To", exact=True).fill("ravi")
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Ravi S••")).to_be_visible()
