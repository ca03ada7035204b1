"""The pages on which customers make codes of their own."""

import io
import re

import pytest
import zxingcpp
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from qrpay.models import Code
from qrpay.selectors import codes as selectors
from tests.qrpay.conftest import Issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def bens(ben: User) -> Client:
    """Ben's browser."""
    client = Client()
    client.force_login(ben, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def ashas(asha: User) -> Client:
    """Asha's browser."""
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_the_first_visit_offers_a_code_and_the_next_shows_it(bens: Client, ben: User) -> None:
    assert "Make my code" in bens.get(reverse("my-code")).content.decode()

    made = bens.post(reverse("code-new"), {"scheme": "sealed", "uses": "many"})

    code = Code.objects.get()
    assert made["Location"] == reverse("code", args=[code.pk])
    assert (code.account.owner, code.amount_minor, code.is_single_use, code.expires_at) == (ben, None, False, None)
    assert 'aria-label="QR code for payments to you"' in bens.get(reverse("my-code")).content.decode()


def test_a_wish_becomes_the_code_that_was_wished(bens: Client) -> None:
    wish = {"amount": "250.50", "note": "Lunch", "uses": "once", "expires_in": "3600", "scheme": "signed"}

    bens.post(reverse("code-new"), wish)

    code = Code.objects.get()
    assert (code.amount_minor, code.note, code.is_single_use, code.scheme) == (250_50, "Lunch", True, "signed")
    assert code.expires_at is not None
    assert (code.expires_at - code.created_at).total_seconds() == 3600


@pytest.mark.parametrize("amount", ["0", "-1", "1.001", "abc"])
def test_says_beside_the_field_that_an_amount_is_none(bens: Client, amount: str) -> None:
    answer = bens.post(reverse("code-new"), {"amount": amount, "uses": "many", "scheme": "sealed"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["amount"]
    assert not Code.objects.exists()


def test_the_files_say_what_the_code_says(bens: Client, issue: Issue) -> None:
    made = issue(single_use=True)

    png = bens.get(reverse("code-png", args=[made.id]))
    svg = bens.get(reverse("code-svg", args=[made.id]))

    assert png["Content-Disposition"] == 'attachment; filename="payment-code.png"'
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))] == [made.payload]
    assert svg.content.startswith(b"<svg ")
    assert "no-store" in png["Cache-Control"]


@pytest.mark.parametrize(
    ("size", "box"), [("", b"595.2756 841.8898"), ("a5", b"419.5276 595.2756"), ("x", b"595.2756 841.8898")]
)
def test_the_poster_is_a_page_of_the_size_that_was_asked(bens: Client, issue: Issue, size: str, box: bytes) -> None:
    made = issue(amount=None, note="कॉफ़ी")

    poster = bens.get(reverse("code-poster", args=[made.id]), {"size": size})

    assert poster.content.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[ 0 0 %s \]" % box, poster.content)


def test_taken_back_a_code_is_no_longer_shown(bens: Client, ben: User, issue: Issue) -> None:
    made = issue()

    answer = bens.post(reverse("code-withdraw", args=[made.id]), follow=True)

    page = answer.content.decode()
    assert "Taken back" in page
    assert '<svg class="qr' not in page
    assert not selectors.open_codes_of(ben).exists()


@pytest.mark.parametrize("name", ["code", "code-png", "code-svg", "code-poster"])
def test_a_code_of_somebody_else_is_not_there(ashas: Client, issue: Issue, name: str) -> None:
    assert ashas.get(reverse(name, args=[issue().id])).status_code == 404


def test_nobody_takes_back_a_code_of_somebody_else(ashas: Client, issue: Issue) -> None:
    made = issue()

    answer = ashas.post(reverse("code-withdraw", args=[made.id]))

    assert answer.status_code == 404
    assert Code.objects.get().withdrawn_at is None
