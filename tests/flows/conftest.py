"""A bank that serves browsers: daphne and a worker as processes of their own, on the test's database."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.services import registration
from securebank.up import probe
from tests.factories import PASSWORD
from tests.flows.browser import CHROMIUM_ARGUMENTS

PROJECT: Final = Path(__file__).resolve().parent.parent.parent
# Two cores shared with other tests: patience costs nothing when it isn't needed.
PATIENCE: Final = 60.0
CODE: Final = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RunningBank:
    """Where the bank is, and what it wrote."""

    url: str
    log: Path

    def mailed_code(self) -> str:
        """Return the last code that was mailed; mail is written to the log."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            codes = CODE.findall(self.log.read_text("utf-8", "replace"))
            if codes:
                return str(codes[-1])
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8", "replace")[-3000:])


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return where Chromium is; without one there is nothing to look with."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture
def bank(chromium: str, tmp_path: Path, transactional_db: None) -> Iterator[RunningBank]:
    """Run the bank on the test's own database until the test ends."""
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])
        ._replace(path=f"/{connection.settings_dict['NAME']}")
        .geturl(),
        "SECUREBANK_ORIGIN": f"http://127.0.0.1:{port}",
        "SECUREBANK_DEMO": "1",
        "PYTHONUNBUFFERED": "1",
    }
    ready, log = tmp_path / "worker.ready", tmp_path / "bank.log"
    commands = [
        ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "securebank.asgi:application"],
        ["-m", "securebank.up.worker", str(ready)],
    ]
    with log.open("wb") as written:
        running = [
            subprocess.Popen(
                [sys.executable, *command], cwd=PROJECT, env=environment, stdout=written, stderr=subprocess.STDOUT
            )
            for command in commands
        ]
    try:
        _wait_until(lambda: ready.exists() and probe.is_healthy(port=port), log)
        yield RunningBank(url=f"http://127.0.0.1:{port}", log=log)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(PATIENCE)


@pytest.fixture
def ravi(bank: RunningBank) -> str:
    """Make a second customer; return his address. Made before the browser opens: its loop keeps Django away."""
    registration.register(
        email="ravi@example.com", password=PASSWORD, name="Ravi Sharma", handle="ravi", is_email_verified=True
    )
    return "ravi@example.com"


@pytest.fixture
def browser(chromium: str, bank: RunningBank) -> Iterator[Browser]:
    """Open a browser; it closes before the bank does."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


def phone(browser: Browser) -> Page:
    """Return a page of somebody with a phone, who shares nothing with others."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.set_default_timeout(PATIENCE * 1000 / 3)
    return page


def sign_in(page: Page, bank: RunningBank, email: str, password: str) -> None:
    """Sign in on the page."""
    page.goto(f"{bank.url}/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{bank.url}/")


def _free_port() -> int:
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        return int(probe_socket.getsockname()[1])


def _wait_until(is_so: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(log.read_text("utf-8", "replace")[-3000:])
        time.sleep(0.2)
