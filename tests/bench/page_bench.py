"""The time from a payment's commit to the changed pages of payer, payee and staff, in Chromium.

``python -m tests.bench.page_bench [--payments 50] [--json FILE]``

Payer and payee have their first page open, each in a browser of their own, and an analyst the live page. Payments are
made in this process; each page notes when the new figure stands in it. All on one machine, so one clock.
"""

import argparse
import asyncio
import json
import math
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from rich.console import Console

from tests.bench import stack
from tests.flows.browser import CHROMIUM_ARGUMENTS

SHARES = (0.5, 0.99, 1.0)
# Longest wait for one change, in seconds.
PATIENCE = 10.0
# Writes down when a text appears in an element, even one that is swapped for another.
WATCH = """
([selector]) => {
  window.changes = {};
  const look = () => {
    const text = document.querySelector(selector)?.textContent.trim();
    if (text && !(text in window.changes)) window.changes[text] = Date.now();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}
"""
PAGES = ("payer", "payee", "staff")
# Payments of one customer before the next one takes over: more in an hour look like fraud.
EACH = 5
SHOWN = {"payer": "#total", "payee": "#total", "staff": "#figure-count"}


def people(payers: int) -> dict[str, list[Any]]:
    """Make payers, a payee and an analyst."""
    from django.contrib.auth.models import Group  # noqa: PLC0415 - needs the bank that was just started

    from accounts.models import User  # noqa: PLC0415
    from accounts.roles import ANALYST, ensure_roles  # noqa: PLC0415
    from tests.accounts.conftest import with_factor  # noqa: PLC0415
    from tests.bench import customers  # noqa: PLC0415

    *paying, payee, analyst = (User.objects.get(pk=each.user_id) for each in customers.make(payers + 2, with_pin=False))
    ensure_roles()
    analyst.groups.add(Group.objects.get(name=ANALYST))
    analyst.is_staff = True
    analyst.save()
    return {"payer": paying, "payee": [payee], "staff": [with_factor(analyst)]}


def session_of(person: Any) -> str:
    """Sign somebody in on the site."""
    from django.conf import settings  # noqa: PLC0415 - needs the bank that was just started
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return str(client.session.session_key)


def pay(payer: Any, payee: Any) -> tuple[float, dict[str, str]]:
    """Pay a little; return the moment of the commit, and what each page must then show."""
    from django.utils import timezone  # noqa: PLC0415 - needs the bank that was just started

    import ledger.selectors  # noqa: PLC0415
    from fraud.models import Decision  # noqa: PLC0415
    from payments.services import transfers  # noqa: PLC0415
    from payments.types import TransferOrder  # noqa: PLC0415
    from securebank.web.wording import format_money  # noqa: PLC0415

    order = TransferOrder(customer=payer, to=payee.handle, amount="13.37")
    payment = transfers.submit_transfer(order=order, requested_at=timezone.now())
    committed = time.time()
    if payment.status != "completed":
        sys.exit(f"the payment is {payment.status}")
    shown = {}
    for name, person in (("payer", payer), ("payee", payee)):
        balance = ledger.selectors.balance_of(person.bank_accounts.get().ledger_account_id).available
        shown[name] = format_money(balance, "en")
    shown["staff"] = str(Decision.objects.count())
    return committed, shown


async def open_page(browser: Browser, port: int, name: str, key: str) -> Page:
    """Open somebody's page and wait until it is live."""
    from django.conf import settings  # noqa: PLC0415 - needs the bank that was just started

    url = f"http://127.0.0.1:{port}"
    context: BrowserContext = await browser.new_context()
    await context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}])
    page = await context.new_page()
    if name == "staff":
        await page.goto(f"{url}/staff/live")
        await page.wait_for_selector('#live-state[data-state="open"]')
    else:
        await page.goto(url)
        await page.wait_for_selector('html[data-live="open"]')
    await page.evaluate(WATCH, [SHOWN[name]])
    return page


async def measure(port: int, who: dict[str, list[Any]], *, payments: int) -> dict[str, list[float]]:
    """Return the milliseconds that each payment took to each page."""
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    pages: dict[str, Page] = {}
    async with async_playwright() as playwright:
        browsers = {
            name: await playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_ARGUMENTS)
            for name in PAGES
        }
        for name in ("payee", "staff"):
            pages[name] = await _page_of(browsers[name], port, name, who[name][0])
        for turn in range(payments):
            if turn % EACH == 0:
                payer = who["payer"][turn // EACH]
                pages["payer"] = await _page_of(browsers["payer"], port, "payer", payer)
            committed, shown = await asyncio.to_thread(pay, payer, who["payee"][0])
            for name, page in pages.items():
                taken[name].append(await _changed(page, shown[name]) - 1000 * committed)
            # Anywhere between two of the board's looks, as payments come.
            await asyncio.sleep(0.3 + 0.037 * (turn % 23))
        for browser in browsers.values():
            await browser.close()
    return taken


async def _page_of(browser: Browser, port: int, name: str, person: Any) -> Page:
    return await open_page(browser, port, name, await asyncio.to_thread(session_of, person))


async def _changed(page: Page, text: str) -> float:
    handle = await page.wait_for_function("text => window.changes[text]", arg=text, timeout=1000 * PATIENCE)
    return float(await handle.json_value())


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or sys.exit("no Chromium on this machine")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on a private bank."""
    with stack.running_bank() as running:
        who = people(math.ceil(options.payments / EACH))
        taken = asyncio.run(measure(running.ports[0], who, payments=options.payments))
    ms = {
        name: [sorted(times)[min(len(times) - 1, int(share * len(times)))] for share in SHARES]
        for name, times in taken.items()
    }
    return {"payments": options.payments, "ms": ms, "load_average": os.getloadavg()[0]}


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--payments", type=int, default=50)
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    report = run(options)
    console = Console()
    for name, figures in report["ms"].items():
        console.print(f"{name}: p50 {figures[0]:.0f} ms, p99 {figures[1]:.0f} ms, longest {figures[2]:.0f} ms")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
