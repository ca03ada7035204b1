"""The API reference in a real browser: it draws itself, asks nobody outside, and breaks no policy."""

import pytest
from playwright.sync_api import Browser

from tests.flows.conftest import RunningBank


@pytest.mark.parametrize(
    ("path", "drawn"),
    [
        ("/api/docs", "#operations-transactions-transactions_transfer_create"),
        ("/api/redoc", "#reference h1:has-text('SecureBank')"),
    ],
)
def test_reference_draws_itself_from_our_own_files(bank: RunningBank, browser: Browser, path: str, drawn: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(bank.url + path)
    page.wait_for_selector(drawn, timeout=30_000)
    page.wait_for_load_state("networkidle")

    assert "\n\n".join(complaints) == ""
    assert [url for url in asked if not url.startswith((bank.url, "data:"))] == []
