"""The interface of codes, as programs see it."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from payments.models import Payment
from qrpay import drawing
from qrpay.models import Code
from tests.payments.conftest import settled
from tests.qrpay import examples
from tests.qrpay.conftest import Issue

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def asks(client_of: ClientOf, asha: User) -> Callable[..., Any]:
    """Let Asha's program post something."""

    def post(path: str, **body: Any) -> Any:
        return client_of(asha).post(f"/api/{path}", body, format="json")

    return post


Asks = Callable[..., Any]


@pytest.mark.parametrize("scheme", ["sealed", "signed", "upi", "emv"])
def test_a_code_is_made_with_its_picture(client_of: ClientOf, ben: User, scheme: str) -> None:
    answer = client_of(ben).post(
        "/api/blockchain/generate-qr", {"amount": "12.50", "note": "Tea", "format": scheme}, format="json"
    )

    assert answer.status_code == 201
    made = answer.json()
    picture = Image.open(BytesIO(base64.b64decode(made["image_png"])))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [made["payload"]]
    assert {name: made[name] for name in ("format", "amount", "currency", "note", "expires_at", "single_use")} == {
        "format": scheme, "amount": "12.50", "currency": "INR", "note": "Tea", "expires_at": None, "single_use": False,
    }  # fmt: skip
    assert str(Code.objects.get().pk) == made["id"]


def test_the_drawing_and_the_picture_say_the_same(issue: Issue) -> None:
    code = issue()

    drawn = drawing.svg(code.payload)

    rows = drawn.count("h1v1h-1z")
    picture = Image.open(BytesIO(drawing.png(code.payload, pixels=1)))
    assert rows == picture.histogram()[0]


def test_a_verdict_says_who_is_paid_by_our_own_books(issue: Issue, asks: Asks) -> None:
    code = issue(expires_in=600, single_use=True, note="Tea")

    verdict = asks("transactions/qr/verify", qr_data=code.payload).json()

    assert verdict.pop("expires_at")
    assert [reason["code"] for reason in verdict.pop("reasons")] == ["new_payee"]
    assert verdict == {
        "valid": True,
        "scheme": "sealed",
        "authenticity": "sealed",
        "payee": {"name": "Ben Das", "handle": "ben.das@securebank", "known": False},
        "stated_name": "Ben Das",
        "amount": "100.00",
        "min_amount": None,
        "max_amount": None,
        "currency": "INR",
        "note": "Tea",
        "single_use": True,
    }


def test_a_code_that_anybody_could_have_made_gives_no_full_name_and_no_promise(asks: Asks, ben: User) -> None:
    verdict = asks("transactions/qr/verify", qr_data="upi://pay?pa=ben.das@securebank&pn=Charity%20Fund&am=5").json()

    assert verdict["authenticity"] == "registered"
    assert verdict["payee"]["name"] == "Ben D••"
    assert [reason["code"] for reason in verdict["reasons"]] == ["name_differs", "new_payee", "not_sealed"]


def test_a_payee_who_was_paid_before_is_known_by_name(issue: Issue, asks: Asks) -> None:
    asks("transactions/qr", qr_data=issue().payload)

    payee = asks("transactions/qr/verify", qr_data="upi://pay?pa=ben.das@securebank").json()["payee"]

    assert payee == {"name": "Ben Das", "handle": "ben.das@securebank", "known": True}


@pytest.mark.parametrize(
    ("text", "scheme", "reason"),
    [
        (examples.UPI, "upi", "other_bank"),
        (examples.PIX, "pix", "other_bank"),
        (examples.SWISS, "swiss", "other_bank"),
        ("https://evil.example/\u202epay", "other", "not_a_payment"),
    ],
)
def test_what_this_bank_can_t_pay_is_shown_as_what_it_is(asks: Asks, text: str, scheme: str, reason: str) -> None:
    verdict = asks("transactions/qr/verify", qr_data=text).json()

    assert (verdict["valid"], verdict["scheme"], verdict["authenticity"]) == (False, scheme, "unverified")
    assert reason in [each["code"] for each in verdict["reasons"]]


def test_verifying_moves_nothing(issue: Issue, asks: Asks, asha: User) -> None:
    asks("transactions/qr/verify", qr_data=issue(single_use=True).payload)

    assert settled(asha) == 5_000_00
    assert Code.objects.get().spent_at is None


@pytest.mark.parametrize("path", ["transactions/qr", "blockchain/verify-qr"])
def test_a_code_is_paid(issue: Issue, asks: Asks, ben: User, path: str) -> None:
    answer = asks(path, qr_data=issue().payload)

    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["amount"]) == ("completed", "100.00")
    assert settled(ben) == 100_00


def test_the_same_key_pays_once_and_answers_again(issue: Issue, client_of: ClientOf, asha: User, ben: User) -> None:
    body, key = {"qr_data": issue(single_use=True).payload}, str(uuid4())

    first, again = (
        client_of(asha).post("/api/transactions/qr", body, format="json", HTTP_IDEMPOTENCY_KEY=key)
        for _call in range(2)
    )

    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.content == again.content
    assert settled(ben) == 100_00


def test_the_same_key_makes_one_code(client_of: ClientOf, ben: User) -> None:
    for _call in range(2):
        client_of(ben).post("/api/blockchain/generate-qr", {}, format="json", HTTP_IDEMPOTENCY_KEY="poster")

    assert Code.objects.count() == 1


@pytest.mark.parametrize("path", ["transactions/qr", "transactions/qr/verify"])
def test_every_refusal_names_its_reason(issue: Issue, asks: Asks, path: str) -> None:
    good = issue(single_use=True).payload
    asks("transactions/qr", qr_data=good)
    texts = {
        "qr_spent": good,
        "qr_malformed": "SB1:not a code",
        "qr_forged": good[:-3] + ("000" if good[-3:] != "000" else "100"),
        "payee_not_found": "upi://pay?pa=nobody.here@securebank&am=1",
    }

    answers = {code: asks(path, qr_data=text) for code, text in texts.items()}

    assert {code: (answer.status_code, answer.json()["code"]) for code, answer in answers.items()} == {
        code: (422, code) for code in texts
    }


def test_paying_a_code_of_another_bank_names_that_reason(asks: Asks) -> None:
    answer = asks("transactions/qr", qr_data=examples.UPI)

    assert (answer.status_code, answer.json()["code"]) == (422, "qr_other_bank")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"qr_data": ""},
        {"qr_data": 5},
        {"qr_data": "x" * 1001},
        {"qr_data": "SB1:", "source": "telepathy"},
        {"qr_data": "SB1:", "amount": True},
    ],
)
def test_bodies_of_another_shape_are_refused(asks: Asks, body: dict[str, Any]) -> None:
    assert asks("transactions/qr", **body).status_code == 400


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"format": "pix"}, 400, "invalid_request"),
        ({"expires_in": 1}, 400, "invalid_request"),
        ({"single_use": "yes"}, 400, "invalid_request"),
        ({"amount": "0"}, 422, "invalid_amount"),
        ({"amount": "1.001"}, 422, "invalid_amount"),
        ({"amount": "5", "min_amount": "1"}, 422, "qr_not_issuable"),
        ({"min_amount": "5", "max_amount": "1"}, 422, "qr_not_issuable"),
        ({"format": "emv", "max_amount": "5"}, 422, "qr_not_issuable"),
        ({"format": "epc"}, 422, "qr_not_issuable"),
        ({"account": str(uuid4())}, 404, "account_not_found"),
    ],
)
def test_codes_that_can_t_be_made_are_refused(asks: Asks, body: dict[str, Any], status: int, code: str) -> None:
    answer = asks("blockchain/generate-qr", **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Code.objects.exists()


def test_a_picture_s_lower_limit_is_the_service_s(issue: Issue, asks: Asks) -> None:
    answer = asks("transactions/qr", qr_data=issue(amount="2500").payload, source="upload")

    assert (answer.status_code, answer.json()["limit"]) == (422, "qr_picture")
    assert not Payment.objects.exists()
