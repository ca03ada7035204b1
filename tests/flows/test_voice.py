"""One sentence in a real browser: typed, read back, confirmed with the PIN, paid."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from accounts.services import pins
from payments.services import payees
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.flows.conftest import RunningBank, phone, sign_in


@pytest.fixture
def asha(ravi: str, bank: RunningBank) -> User:
    """A customer with money, a PIN, and Ravi among her payees."""
    person = BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao", handle="asha"), balance=5_000_00).owner
    pins.set_pin(user=person, pin=PIN, password=PASSWORD, now=timezone.now())
    payees.save_payee(owner=person, to="ravi", nickname="Ravi", now=timezone.now())
    return person


def test_a_customer_types_a_sentence_and_pays_by_keyboard(asha: User, bank: RunningBank, browser: Browser) -> None:
    page = phone(browser)
    sign_in(page, bank, asha.email, PASSWORD)
    page.goto(f"{bank.url}/send")
    page.get_by_role("link", name="Say or type it in one sentence").click()

    page.get_by_label("What do you want to do?").fill("send everything to Ravi")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The amount is not exact.")).to_be_visible()
    page.get_by_label("What do you want to do?").fill("what is my balance")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="₹5,000.00 available")).to_be_visible()
    page.get_by_label("What do you want to do?").fill("send two hundred and fifty to Ravi for tickets")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Pay ₹250.00 to Ravi S••")).to_be_visible()
    page.get_by_label("Payment PIN").fill("9173")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is not your payment PIN.")).to_be_visible()
    page.get_by_label("Payment PIN").fill(PIN)
    page.keyboard.press("Enter")

    page.wait_for_url("**/activity/*-*")
    expect(page.get_by_text("₹250.00").first).to_be_visible()
    page.goto(bank.url)
    expect(page.locator("#total")).to_have_text("₹4,750.00")
