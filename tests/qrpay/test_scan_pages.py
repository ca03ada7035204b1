"""The pages on which customers scan, review and pay."""

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.services import pins
from ml.qr.generate.forgery import printed, redirected
from payments.models import Payment
from qrpay import drawing
from qrpay.models import CodePayment, Scan
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.passkeys import SoftPasskey
from tests.payments.conftest import settled
from tests.qrpay.conftest import Issue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(asha: User) -> Client:
    """Asha's."""
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def pin(asha: User) -> str:
    """Give Asha a PIN."""
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())
    return PIN


def review_of(browser: Client, text: str) -> str:
    """Paste a code; return the address of its review."""
    answer = browser.post(reverse("scan"), {"text": text})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def words(answer: Any) -> str:
    """Return a page without its line breaks."""
    return " ".join(answer.content.decode().split())


def test_only_the_page_that_scans_may_film_and_run_the_reader(browser: Client) -> None:
    scanning, home = browser.get(reverse("scan")), browser.get(reverse("home"))

    assert scanning["Permissions-Policy"] == "camera=(self)"
    assert "script-src 'self' 'wasm-unsafe-eval'" in scanning["Content-Security-Policy"]
    assert "Permissions-Policy" not in home
    assert "wasm" not in home["Content-Security-Policy"]


def test_a_pasted_code_is_reviewed_and_paid(browser: Client, issue: Issue, ben: User, pin: str) -> None:
    review = review_of(browser, issue(note="Two coffees").payload)
    page = words(browser.get(review))
    assert ben.name in page
    assert "Sealed by SecureBank" in page
    assert "No, they are new to you" in page
    assert "Text only: there was no print to look at" in page
    assert "Pay ₹100.00" in page

    paid = browser.post(review, {"pin": pin})

    payment = Payment.objects.get(kind="transfer")
    assert paid["Location"] == reverse("payment", args=[payment.pk])
    assert (payment.status, payment.amount_minor, payment.note) == ("completed", 100_00, "Two coffees")
    assert (CodePayment.objects.get().source, settled(ben)) == ("paste", 100_00)


def test_a_second_press_finds_the_first_payment(browser: Client, issue: Issue, pin: str) -> None:
    review = review_of(browser, issue(single_use=True).payload)

    answers = [browser.post(review, {"pin": pin})["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert Payment.objects.filter(kind="transfer").count() == 1


def test_a_wrong_pin_is_told_beside_the_field(browser: Client, issue: Issue, pin: str) -> None:
    review = review_of(browser, issue().payload)

    answer = browser.post(review, {"pin": "9173"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["pin"]
    assert not CodePayment.objects.exists()


def test_an_open_amount_is_chosen_within_its_bounds(browser: Client, issue: Issue, ben: User, pin: str) -> None:
    review = review_of(browser, issue(amount=None, least="50", most="80").payload)
    assert "From ₹50.00 to ₹80.00" in words(browser.get(review))

    refused = browser.post(review, {"amount": "80.01", "pin": pin})
    paid = browser.post(review, {"amount": "80.00", "pin": pin})

    assert list(refused.context["form"].errors) == ["amount"]
    assert (paid.status_code, settled(ben)) == (302, 80_00)


def test_an_amount_that_the_code_fixes_can_not_be_changed_by_the_form(browser: Client, issue: Issue, pin: str) -> None:
    review = review_of(browser, issue().payload)

    answer = browser.post(review, {"amount": "1.00", "pin": pin})

    assert answer.status_code == 422
    assert not CodePayment.objects.exists()


def test_pasted_text_pays_no_more_than_its_limit(browser: Client, issue: Issue, pin: str) -> None:
    review = review_of(browser, issue(amount="2000.01").payload)

    answer = browser.post(review, {"pin": pin})

    assert answer.status_code == 422
    assert "Scan the code with the camera" in words(answer)
    assert not CodePayment.objects.exists()


def test_a_passkey_confirms_this_amount_to_this_payee(browser: Client, asha: User, issue: Issue, ben: User) -> None:
    passkey = SoftPasskey()
    passkey.register(asha)
    review = review_of(browser, issue(amount=None).payload)

    asked = browser.post(f"{review}/challenge", {"amount": "150"}).json()
    proof = {"challenge_id": asked["challenge_id"], "credential": passkey.answer(asked["options"])}
    other = browser.post(review, {"amount": "151", "passkey": json.dumps(proof)})
    paid = browser.post(review, {"amount": "150", "passkey": json.dumps(proof)})

    assert (other.status_code, paid.status_code, settled(ben)) == (422, 302, 150_00)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), "qr_forged", "This code was forged or changed"),
        (lambda _text: "https://example.com/<b>win</b>", "qr_not_payable", "This is no payment code"),
    ],
    ids=["forged", "a link"],
)
def test_what_is_no_good_code_says_what_to_do(
    browser: Client, issue: Issue, change: Callable[[str], str], code: str, says: str
) -> None:
    answer = browser.post(reverse("scan"), {"text": change(issue().payload)})

    assert answer.status_code == 422
    assert answer.context["refusal"].code == code
    assert says in words(answer)
    assert "What to do" in words(answer)


def test_a_link_is_shown_as_text_and_never_as_a_link(browser: Client) -> None:
    page = words(browser.post(reverse("scan"), {"text": "https://example.com/<b>win</b>"}))

    assert "https://example.com/&lt;b&gt;win&lt;/b&gt;" in page
    assert 'href="https://example.com' not in page


def test_a_code_that_was_paid_meanwhile_says_so(browser: Client, issue: Issue, pin: str) -> None:
    text = issue(single_use=True).payload
    first, second = review_of(browser, text), review_of(browser, text)
    browser.post(first, {"pin": pin})

    answer = browser.post(second, {"pin": pin})

    assert answer.context["refusal"].code == "qr_spent"
    assert CodePayment.objects.count() == 1


def test_nothing_that_was_read_is_told_beside_its_form(browser: Client) -> None:
    empty, long = browser.post(reverse("scan"), {"text": ""}), browser.post(reverse("scan"), {"text": "x" * 2000})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert list(long.context["text_form"].errors) == ["text"]


def test_a_review_that_nobody_began_leads_back_to_the_scanner(browser: Client) -> None:
    answer = browser.get(reverse("scan-review", args=["01890000-0000-7000-8000-000000000000"]))

    assert answer["Location"] == reverse("scan")


def picture_of(text: str) -> SimpleUploadedFile:
    """Return a clean picture of a code."""
    return SimpleUploadedFile("code.png", drawing.png(text), content_type="image/png")


def uploaded(browser: Client, code: str, **fields: str) -> str:
    """Upload a picture of a code; return the address of its review."""
    answer = browser.post(reverse("scan"), {"picture": picture_of(code), "source": ""} | fields)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_an_uploaded_picture_is_judged_paid_and_listed(browser: Client, issue: Issue, ben: User, pin: str) -> None:
    review = uploaded(browser, issue().payload)
    page = words(browser.get(review))
    assert "We saw no sign of changes in the print" in page
    assert "You have never paid them before." in page

    paid = browser.post(review, {"pin": pin})

    history = words(browser.get(reverse("scans")))
    assert (CodePayment.objects.get().source, settled(ben)) == ("upload", 100_00)
    assert f'href="{paid["Location"]}"' in history
    assert "No sign of changes seen" in history
    assert "Sealed by SecureBank" in history


def test_the_camera_may_pay_more_than_a_picture(browser: Client, issue: Issue, pin: str) -> None:
    text = issue(amount="2000.01").payload

    from_file = browser.post(uploaded(browser, text), {"pin": pin})
    from_camera = browser.post(uploaded(browser, text, source="camera", text=text), {"pin": pin})

    assert (from_file.status_code, from_camera.status_code) == (422, 302)
    assert CodePayment.objects.get().source == "camera"


def test_what_the_camera_read_counts_when_its_picture_can_not_be_read_again(browser: Client, issue: Issue) -> None:
    blank = SimpleUploadedFile("camera.jpg", b"not a picture", content_type="image/jpeg")
    body = {"picture": blank, "source": "camera", "text": issue().payload}

    answer = browser.post(reverse("scan"), body, follow=True)

    assert "there was no print to look at" in words(answer)
    assert not Scan.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_picture_is_told_beside_the_field(browser: Client, content: bytes) -> None:
    picture = SimpleUploadedFile("code.png", content, content_type="image/png")

    answer = browser.post(reverse("scan"), {"picture": picture, "source": ""})

    assert answer.status_code == 422
    assert list(answer.context["picture_form"].errors) == ["picture"]


def test_a_print_that_was_altered_is_not_paid(browser: Client, issue: Issue, ben: User, pin: str) -> None:
    mallory = BankAccountFactory.create(owner=UserFactory.create(handle="ben.dax")).owner
    link = issue(scheme="upi").payload
    forged = redirected(printed(link, level="M"), link.replace(ben.handle, mallory.handle))
    squares = np.kron(np.where(np.pad(forged, 4), 0, 255), np.ones((8, 8))).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(squares).save(file, "PNG")
    picture = SimpleUploadedFile("code.png", file.getvalue(), content_type="image/png")

    review = browser.post(reverse("scan"), {"picture": picture, "source": ""})["Location"]
    page, answer = browser.get(review), browser.post(review, {"pin": pin})

    assert (page.context["level"], page.context["may_pay"]) == ("block", False)
    assert (answer.status_code, settled(mallory)) == (422, 0)


def test_the_heat_map_is_for_whoever_scanned(browser: Client, issue: Issue, ben: User) -> None:
    uploaded(browser, issue().payload)
    address = reverse("heat-map", args=[Scan.objects.get().pk])
    bens = Client()
    bens.force_login(ben, backend=settings.AUTHENTICATION_BACKENDS[0])

    assert browser.get(address).content.startswith(b"\x89PNG")
    assert bens.get(address).status_code == 404


def test_an_empty_history_says_so(browser: Client) -> None:
    assert "You have scanned nothing yet" in words(browser.get(reverse("scans")))
