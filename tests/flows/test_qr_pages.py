"""Codes between two people with phones, in real browsers: shown, photographed, filmed, forged."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.models import User
from accounts.services import pins
from ml.qr.generate.forgery import printed, redirected
from qrpay.services import codes
from qrpay.types import CodeWish
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.flows.browser import CHROMIUM_ARGUMENTS
from tests.flows.conftest import PATIENCE, RunningBank, sign_in
from tests.flows.test_accessibility import complaint, faults

WIDTH: Final = 640
HEIGHT: Final = 480
# Pixels of a code's edge in the camera's picture.
FILMED: Final = 340


@pytest.fixture
def people(bank: RunningBank) -> tuple[User, User]:
    """Asha, who pays with a PIN, and Ravi, who is paid; made before the browser opens, whose loop keeps Django away."""
    asha = BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao"), balance=50_000_00).owner
    ravi = BankAccountFactory.create(owner=UserFactory.create(name="Ravi Sharma", handle="ravi")).owner
    BankAccountFactory.create(owner=UserFactory.create(name="Mallory Thief", handle="mall"))
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())
    return asha, ravi


@pytest.fixture
def link(people: tuple[User, User]) -> str:
    """What a UPI code of Ravi's says."""
    return codes.issue(wish=CodeWish(owner=people[1], scheme="upi")).payload


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Where the browser's camera takes its pictures from."""
    return tmp_path / "camera.y4m"


@pytest.fixture
def filming(chromium: str, bank: RunningBank, film: Path) -> Iterator[Browser]:
    """Open a browser with a camera, which nobody but who asks for a permission may use."""
    arguments = [
        *CHROMIUM_ARGUMENTS,
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        "--deny-permission-prompts",
    ]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


def phone_of(browser: Browser, bank: RunningBank, user: User, *, has_camera: bool = False) -> Page:
    """Return a phone on which somebody is signed in."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, permissions=["camera"] if has_camera else [], device_scale_factor=2
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000 / 3)
    sign_in(page, bank, user.email, PASSWORD)
    return page


def show_code(page: Page, bank: RunningBank, **wish: str) -> bytes:
    """Make a code on the page; return what a camera would see of it."""
    page.goto(f"{bank.url}/code/new")
    for label, value in wish.items():
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name="Make the code").click()
    page.wait_for_url("**/code/*-*")
    return page.get_by_role("img", name="QR code for payments to you").screenshot()


def write_film(film: Path, picture: bytes) -> None:
    """Let the camera see a picture on a grey table: YUV4MPEG2, as Chromium reads it."""
    seen = Image.new("L", (WIDTH, HEIGHT), 190)
    code = Image.open(io.BytesIO(picture)).convert("L").resize((FILMED, FILMED), Image.Resampling.BILINEAR)
    seen.paste(code, ((WIDTH - FILMED) // 2, (HEIGHT - FILMED) // 2))
    light = (16 + np.asarray(seen, dtype=np.float64) * 219 / 255).astype(np.uint8).tobytes()
    colour = np.full(WIDTH * HEIGHT // 2, 128, dtype=np.uint8).tobytes()
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    film.write_bytes(head + (b"FRAME\n" + light + colour) * 10)


def png_of(modules: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]") -> bytes:
    """Return modules as a picture of a print."""
    squares = np.kron(np.where(np.pad(modules, 4), 0, 255), np.ones((8, 8))).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(squares).save(file, "PNG")
    return file.getvalue()


def upload(page: Page, bank: RunningBank, picture: bytes) -> None:
    page.goto(f"{bank.url}/scan")
    page.get_by_label("Choose a picture").set_input_files(
        {"name": "code.png", "mimeType": "image/png", "buffer": picture}
    )


def test_a_code_shown_on_one_phone_is_paid_from_another_by_its_picture(
    people: tuple[User, User], bank: RunningBank, browser: Browser
) -> None:
    asha, ravi = people
    ravis, ashas = phone_of(browser, bank, ravi), phone_of(browser, bank, asha)
    picture = show_code(ravis, bank, Amount="450", Note="Two thalis")

    upload(ashas, bank, picture)
    expect(ashas.get_by_text("Ravi Sharma")).to_be_visible()
    expect(ashas.get_by_text("Sealed by SecureBank")).to_be_visible()
    ashas.get_by_label("Payment PIN").fill(PIN)
    ashas.get_by_role("button", name="Pay ₹450.00").click()

    expect(ashas.get_by_text("Paid to Ravi S••")).to_be_visible()
    expect(ravis.locator("#toasts")).to_contain_text("₹450.00 received")


def test_a_code_is_filmed_and_paid_in_three_steps_with_the_browser_s_own_reader(
    people: tuple[User, User], bank: RunningBank, filming: Browser, film: Path
) -> None:
    asha, ravi = people
    ravis, ashas = phone_of(filming, bank, ravi), phone_of(filming, bank, asha, has_camera=True)
    write_film(film, show_code(ravis, bank))
    asked: list[str] = []
    said: list[str] = []
    ashas.on("request", lambda request: asked.append(request.url))
    ashas.on("console", lambda message: said.append(complaint(message)))
    ashas.on("pageerror", lambda fault: said.append(str(fault)))

    ashas.goto(f"{bank.url}/scan")
    ashas.get_by_label("Amount").fill("2500")
    ashas.get_by_label("Payment PIN").fill(PIN)
    ashas.get_by_role("button", name="Pay", exact=True).click()

    expect(ashas.get_by_text("Paid to Ravi S••")).to_be_visible()
    assert [url for url in asked if not url.startswith((bank.url, "data:"))] == []
    assert any(url.endswith(".wasm") for url in asked)
    assert [each for each in said if each] == []


def test_a_camera_that_is_not_allowed_says_what_else_works(
    people: tuple[User, User], link: str, bank: RunningBank, filming: Browser, film: Path
) -> None:
    write_film(film, png_of(printed(link, level="M")))
    page = phone_of(filming, bank, people[0])

    page.goto(f"{bank.url}/scan")
    status = page.get_by_role("region", name="Camera").get_by_role("status")
    expect(status).to_contain_text("The camera is not allowed here.")
    page.get_by_label("What the code says").fill(link)
    page.get_by_role("button", name="Read the text").click()

    expect(page.get_by_text("Registered customer, code not protected")).to_be_visible()


def test_a_print_that_was_altered_to_pay_somebody_else_is_not_paid(
    people: tuple[User, User], link: str, bank: RunningBank, browser: Browser
) -> None:
    page = phone_of(browser, bank, people[0])
    forged = redirected(printed(link, level="M"), link.replace("ravi@", "mall@"))

    upload(page, bank, png_of(forged))

    expect(page.get_by_role("heading", name="Don't pay this code")).to_be_visible()
    expect(page.get_by_role("button", name="Pay")).to_have_count(0)
    page.get_by_text("Show the code as it was read").click()
    drawn = page.get_by_role("img", name="The code in grey")
    expect(drawn).to_be_visible()
    drawn.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth)")


def test_pages_with_a_code_are_accessible_at_both_widths_light_and_dark(
    people: tuple[User, User], link: str, bank: RunningBank, browser: Browser
) -> None:
    asha, ravi = people
    ravis, ashas = phone_of(browser, bank, ravi), phone_of(browser, bank, asha)
    picture = show_code(ravis, bank, Amount="450")
    upload(ashas, bank, png_of(redirected(printed(link, level="M"), link.replace("ravi@", "mall@"))))
    ashas.wait_for_url("**/scan/*-*")
    blocked = ashas.url
    upload(ashas, bank, picture)
    ashas.wait_for_url("**/scan/*-*")

    found = {}
    places = [(ashas, ashas.url), (ashas, blocked), (ashas, f"{bank.url}/scans"), (ravis, ravis.url)]
    for page, url in [*places, (ravis, f"{bank.url}/code")]:
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                found[url, width, scheme] = faults(page, url)

    assert {place: problems for place, problems in found.items() if problems} == {}
