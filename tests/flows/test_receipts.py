"""Receipts in real browsers: sealed while one watches, and checked by the browser alone."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.factories import PASSWORD, BankAccountFactory, UserFactory
from tests.flows.conftest import RunningBank, phone, sign_in
from tests.ledger.chain.receipt_builder import BANK, GOOD, changed

PROVEN: Final = "The receipt proves what it shows."
# What is changed, to what, and what the page says of it; the rest of the file is the bank's.
FORGED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("format", "securebank/receipt/v2", "The receipt is of a kind that is not known here."),
    ("shown.amount", "9250.54", "The amount was changed"),
    ("shown.amount", "125.054", "The amount was changed"),
    ("shown.booked_at", "2026-09-22T13:33:20.000004Z", "The time was changed"),
    ("shown.transaction", "0190abcd-0000-7000-8000-000000000000", "names another transaction"),
    ("shown.direction", "in", "The direction was changed"),
    ("sides.debit.opening.balance_after_minor", "999999", "The side of your account was changed"),
    ("sides.credit.commitment", "00" * 32, "The booking was changed"),
    ("booking.entry_id", "7", "The booking was changed"),
    ("booking.entry_id", "9" * 30, "not written as the bank writes"),
    ("leaf.index", "3", "The proof is wrong"),
    ("leaf.index", "-1", "The proof is wrong"),
    ("proof.path", [], "The proof is wrong"),
    ("proof.path", ["00" * 32] * 3, "The proof is wrong"),
    ("proof.tree_size", "8", "The proof was changed"),
    ("checkpoint", "bank.example/ledger\n7\n", "The checkpoint was changed"),
    ("block.nonce", "1", "The block was changed"),
    ("block.difficulty", "0", "The block was changed"),
    ("block.previous_hash", "", "The block was changed"),
    ("leaf.more", "x", "not written as the bank writes"),
)


@pytest.fixture
def asha(bank: RunningBank) -> User:
    """Make a customer with money, and somebody to pay; done before the browser opens."""
    asha = UserFactory.create(name="Asha Rao", handle="asha")
    ravi = UserFactory.create(name="Ravi Sharma", handle="ravi")
    for person in (asha, ravi):
        BankAccountFactory.create(owner=person, balance=50_000_00)
    return asha


def give(page: Page, content: bytes) -> None:
    page.set_input_files("#receipt-file", {"name": "receipt.json", "mimeType": "application/json", "buffer": content})


@pytest.mark.timeout(240)
def test_a_payment_is_sealed_while_one_watches_and_its_receipt_checked_without_the_bank(
    asha: User, bank: RunningBank, browser: Browser, tmp_path: Path
) -> None:
    page, watching = phone(browser), phone(browser)
    for each in (page, watching):
        sign_in(each, bank, asha.email, PASSWORD)
    watching.goto(f"{bank.url}/chain")
    expect(watching.locator("#blocks a.item").first).to_be_visible()
    watching.evaluate("window.isTheSamePage = true")
    before = watching.locator("#blocks a.item").count()

    page.goto(f"{bank.url}/send")
    page.get_by_label("To", exact=True).fill("ravi")
    page.get_by_label("Amount").fill("12.50")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("link", name="Sealed in block").click()

    expect(watching.locator("#blocks a.item")).to_have_count(before + 1)
    assert watching.evaluate("window.isTheSamePage") is True
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Receipt file").click()
    waiting.value.save_as(tmp_path / "receipt.json")

    code = page.locator(".secret").inner_text().strip()
    page.goto(f"{bank.url}/receipts/check#sha256={code}")
    page.context.set_offline(True)
    give(page, (tmp_path / "receipt.json").read_bytes())
    expect(page.locator("[data-verdict]")).to_have_text(PROVEN)
    expect(page.locator(".checks li[data-state=holds]")).to_have_count(10)
    expect(page.locator("[data-fact=amount]")).to_have_text("12.50 INR")

    give(page, GOOD)
    expect(page.locator("[data-verdict]")).to_have_text("This is another file than the one that the code names.")


@pytest.mark.timeout(240)
def test_the_page_names_what_is_wrong_with_a_receipt(bank: RunningBank, browser: Browser) -> None:
    page = phone(browser)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{bank.url}/receipts/check")
    verdict = page.locator("[data-verdict]")

    give(page, GOOD)
    expect(verdict).to_have_text("The checkpoint was signed with another key than the one that you trust.")
    page.get_by_text("Which key is trusted?").click()
    page.get_by_label("Public keys").fill(f"{BANK.verifier.vkey}\n")
    for path, value, sentence in FORGED:
        give(page, changed(path, value))
        expect(verdict, f"{path}: {value!r}").to_contain_text(sentence)
        expect(page.locator(".checks li[data-state=failed]")).to_have_count(1)
        give(page, GOOD)
        expect(verdict).to_have_text(PROVEN)

    for content, sentence in (
        (GOOD[:-40], "ends too early"),
        (b"", "not a receipt"),
        (b"\xff\xfe", "not a receipt"),
        (b"[" * 60_000, "not a receipt"),
        (b" " * 70_000, "too large"),
        (GOOD.replace(b'"index": "4"', b'"index": "4", "index": "4"'), "not written as the bank writes"),
        (json.dumps(json.loads(GOOD)).encode(), "not written as the bank writes"),
        (GOOD.replace("Dinner ₹".encode(), b"Dinner"), PROVEN),
    ):
        give(page, content)
        expect(verdict).to_contain_text(sentence)

    for keys, sentence in (
        ("nonsense", "The trusted keys can't be read"),
        (f"{BANK.verifier.vkey} 2027-01-01T00:00:00Z", "was no longer in use"),
        (f"{BANK.verifier.vkey} 2026-01-01T00:00:00Z 2026-02-01T00:00:00Z", "was no longer in use"),
        (f"{BANK.verifier.vkey} 2026-01-01T00:00:00Z", PROVEN),
    ):
        page.get_by_label("Public keys").fill(keys)
        give(page, b"")
        give(page, GOOD)
        expect(verdict).to_contain_text(sentence)
    assert said == []
