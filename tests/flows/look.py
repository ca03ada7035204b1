"""Photograph every page of a running bank at both widths, light and dark, to be looked at by people.

Use: ``python -m tests.flows.look --email asha@example.com --out FOLDER`` beside ``make run``; it asks the password.
"""

import argparse
import getpass
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.flows.browser import CHROMIUM_ARGUMENTS, CUSTOMER_PAGES, VISITOR_PAGES

SIZES = ((390, 844), (1280, 900))


def main() -> int:
    """Take the photographs; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.flows.look", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--email", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    password = getpass.getpass()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        for width, height in SIZES:
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height})
                page = context.new_page()
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                photograph(page, options.url, VISITOR_PAGES, options.out, f"visitor-{width}-{scheme}")
                sign_in(page, options.url, options.email, password)
                photograph(page, options.url, CUSTOMER_PAGES, options.out, f"{width}-{scheme}")
                context.close()
        browser.close()
    return 0


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Sign in as a customer without a second factor."""
    page.goto(f"{url}/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/")


def photograph(page: Page, url: str, paths: list[str], folder: Path, suffix: str) -> None:
    """Write one picture a page."""
    for path in paths:
        page.goto(url + path)
        name = path.strip("/").replace("/", "-") or "home"
        page.screenshot(path=folder / f"{name}-{suffix}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
