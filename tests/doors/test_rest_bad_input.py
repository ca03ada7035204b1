"""What no program should send to the doors around payments: a problem document each time, and nothing changes."""

import json
from typing import Any, Final

import pytest
from rest_framework.test import APIClient

from accounts.models import Confirmation, PasskeyChallenge, User, WebhookEndpoint
from accounts.services import webhooks
from tests.doors.world import UNKNOWN
from tests.factories import BankAccountFactory, UserFactory
from tests.passkeys import SoftPasskey
from tests.payments.test_bad_input import AMOUNTS, JSON_BY_HAND, TEXTS, is_problem

CHALLENGE: Final = "/api/auth/confirmations/challenge"
CONFIRMATION: Final = "/api/auth/confirmations"
WEBHOOKS: Final = "/api/notifications/webhooks"
GOOD: Final[dict[str, dict[str, Any]]] = {
    CHALLENGE: {"amount": "10.00", "currency": "INR", "to": "ben.das"},
    CONFIRMATION: {"amount": "10.00", "currency": "INR", "to": "ben.das", "method": "pin", "pin": "4826"},
    WEBHOOKS: {"url": "https://hooks.shop.example/notices"},
}
# Calls about one webhook: the method, and what follows its address.
ABOUT_ONE: Final = (("delete", ""), ("post", "/test"), ("post", "/rotate-secret"))


@pytest.fixture
def asha(db: None) -> User:
    """Has money and a passkey."""
    person: User = BankAccountFactory.create(owner=UserFactory.create(), balance=100_00).owner
    SoftPasskey().register(person)
    return person


@pytest.fixture
def ben(db: None) -> User:
    """Could be paid."""
    return BankAccountFactory.create(owner=UserFactory.create(handle="ben.das")).owner


@pytest.fixture
def api(asha: User, ben: User) -> APIClient:
    """Asha's program."""
    client = APIClient()
    client.force_authenticate(asha)
    return client


@pytest.fixture
def nothing_kept(db: None) -> Any:
    """Look afterwards whether anything was written."""
    yield
    assert not Confirmation.objects.exists()
    assert not PasskeyChallenge.objects.exists()
    assert not WebhookEndpoint.objects.exists()


def send(api: APIClient, door: str, **changes: Any) -> Any:
    return send_raw(api, door, json.dumps(GOOD[door] | changes).encode())


def send_raw(api: APIClient, door: str, raw: bytes, content_type: str = "application/json") -> Any:
    return api.generic("POST", door, raw, content_type=content_type)  # type: ignore[arg-type] # takes bytes too


def test_a_good_question_is_answered(api: APIClient) -> None:
    assert send(api, CHALLENGE).status_code == 201


@pytest.mark.parametrize("door", [CHALLENGE, CONFIRMATION])
@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: repr(amount)[:24])
def test_confirms_nothing_that_is_no_amount(api: APIClient, nothing_kept: None, door: str, amount: Any) -> None:
    assert is_problem(send(api, door, amount=amount), 400, 422)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text)[:16])
@pytest.mark.parametrize(
    ("door", "field"), [(CHALLENGE, "to"), (CONFIRMATION, "to"), (CONFIRMATION, "pin"), (WEBHOOKS, "url")]
)
def test_refuses_text_that_cannot_be_shown(
    api: APIClient, nothing_kept: None, door: str, field: str, text: Any
) -> None:
    answer = send(api, door, **{field: text})

    assert is_problem(answer, 400)
    # Of zero bytes and halves of characters the parser says only that they are in the body.
    assert {error["field"] for error in answer.json()["errors"]} in ({field}, {""})


@pytest.mark.parametrize("door", GOOD)
@pytest.mark.parametrize("raw", JSON_BY_HAND, ids=lambda raw: repr(raw)[:24])
def test_refuses_json_that_is_no_body(api: APIClient, nothing_kept: None, door: str, raw: bytes) -> None:
    assert is_problem(send_raw(api, door, raw), 400)


@pytest.mark.parametrize("door", GOOD)
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_refuses_another_content_type(api: APIClient, nothing_kept: None, door: str, content_type: str) -> None:
    assert is_problem(send_raw(api, door, b"amount=1", content_type), 415)


@pytest.mark.parametrize(
    "changes", [{"currency": "XXX"}, {"currency": ["INR"]}, {"purpose": "gift"}, {"purpose": None}], ids=str
)
@pytest.mark.parametrize("door", [CHALLENGE, CONFIRMATION])
def test_confirms_no_other_thing(api: APIClient, nothing_kept: None, door: str, changes: dict[str, Any]) -> None:
    assert is_problem(send(api, door, **changes), 400)


def test_a_challenge_needs_a_payee_that_exists(api: APIClient, nothing_kept: None) -> None:
    answer = send(api, CHALLENGE, to="nobody.here")

    assert (answer.status_code, answer.json()["code"]) == (422, "payee_not_found")


def test_a_challenge_needs_a_passkey(api: APIClient, ben: User, nothing_kept: None) -> None:
    api.force_authenticate(ben)

    answer = send(api, CHALLENGE)

    assert (answer.status_code, answer.json()["code"]) == (422, "no_passkey")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.shop.example/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest",
        "https://hooks.shop.example:8443/", "https://asha:secret@hooks.shop.example/", "file:///etc/passwd",
        "gopher://hooks.shop.example/", "https://", "https:///notices", "//hooks.shop.example/", "hooks.shop.example",
        "https://localhost/", "https://2130706433/", "https://0x7f.1/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_keeps_no_address_that_it_would_not_call(api: APIClient, nothing_kept: None, url: str) -> None:
    assert is_problem(send(api, WEBHOOKS, url=url), 400, 422)


@pytest.mark.parametrize(("method", "action"), ABOUT_ONE)
def test_does_not_know_somebody_elses_webhook(api: APIClient, ben: User, method: str, action: str) -> None:
    theirs = webhooks.add(owner=ben, url=GOOD[WEBHOOKS]["url"]).endpoint

    answers = [getattr(api, method)(f"{WEBHOOKS}/{name}{action}") for name in (theirs.pk, UNKNOWN)]

    assert all(is_problem(answer, 404) for answer in answers)
    assert answers[0].content == answers[1].content
    before = (theirs.sealed_secret, theirs.disabled_at)
    theirs.refresh_from_db()
    assert (theirs.sealed_secret, theirs.disabled_at) == before


@pytest.mark.parametrize("name", ["1", "x", "%00", "..", UNKNOWN + "0"])
@pytest.mark.parametrize(("method", "action"), ABOUT_ONE)
def test_knows_no_webhook_by_another_name(api: APIClient, method: str, action: str, name: str) -> None:
    assert is_problem(getattr(api, method)(f"{WEBHOOKS}/{name}{action}"), 404)
