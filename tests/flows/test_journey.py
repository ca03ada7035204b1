"""The main journey, in real browsers, against the real processes."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.factories import PASSWORD, PIN
from tests.flows.conftest import RunningBank, phone, sign_in

NEW_PASSWORD = "a-long-road-to-travel"


def test_a_customer_signs_up_pays_another_who_sees_it_arrive_and_gets_a_statement(
    ravi: str, bank: RunningBank, browser: Browser, tmp_path: Path
) -> None:
    nina, ravis = phone(browser), phone(browser)
    sign_in(ravis, bank, ravi, PASSWORD)
    expect(ravis.locator("html")).to_have_attribute("data-live", "open")
    ravis.evaluate("window.isTheSamePage = true")

    _sign_up(nina, bank)
    _add_money(nina, "50000")
    _set_pin(nina, bank)
    _pay(nina, bank, to="ravi", amount="1250.50")

    expect(ravis.locator("#total")).to_have_text("₹1,250.50")
    expect(ravis.locator("#toasts")).to_contain_text("₹1,250.50 received")
    expect(ravis.locator("#latest")).to_contain_text("Nina N••")
    expect(ravis.locator("#unread-tabs")).to_contain_text("1")
    assert ravis.evaluate("window.isTheSamePage") is True
    assert _statement(nina, bank, tmp_path).startswith(b"%PDF-")


def _sign_up(page: Page, bank: RunningBank) -> None:
    page.goto(bank.url)
    page.get_by_role("link", name="Open an account").click()
    page.get_by_label("Name", exact=True).fill("Nina Neu")
    page.get_by_label("Email").fill("nina@example.com")
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Open my account").click()
    page.get_by_label("Code").fill(bank.mailed_code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Hello, Nina")).to_be_visible()


def _add_money(page: Page, amount: str) -> None:
    page.get_by_role("link", name="Add demo money").click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#total")).to_have_text("₹50,000.00")


def _set_pin(page: Page, bank: RunningBank) -> None:
    page.goto(f"{bank.url}/security/pin")
    page.get_by_label("New payment PIN").fill(PIN)
    page.get_by_label("The same PIN again").fill(PIN)
    page.get_by_label("Your password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the PIN").click()
    expect(page.get_by_text("Your payment PIN is set.")).to_be_visible()


def _pay(page: Page, bank: RunningBank, *, to: str, amount: str) -> None:
    page.goto(f"{bank.url}/send")
    page.get_by_label("To", exact=True).fill(to)
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Note").fill("Dinner")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Ravi S••")).to_be_visible()

    page.get_by_label("Payment PIN").fill("9173")
    page.get_by_role("button", name="Pay ₹1,250.50").click()
    expect(page.get_by_text("That is not your payment PIN.")).to_be_visible()

    page.get_by_label("Payment PIN").fill(PIN)
    page.get_by_role("button", name="Pay ₹1,250.50").click()
    expect(page.get_by_text("Paid to Ravi S••")).to_be_visible()


def _statement(page: Page, bank: RunningBank, folder: Path) -> bytes:
    page.goto(f"{bank.url}/statements")
    page.get_by_role("button", name="Get the statement").click()
    expect(page.get_by_text("Balance ₹48,749.50")).to_be_visible()
    page.get_by_label("As").select_option("pdf")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Get the statement").click()
    waiting.value.save_as(folder / "statement.pdf")
    return (folder / "statement.pdf").read_bytes()
