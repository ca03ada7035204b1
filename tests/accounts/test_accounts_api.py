from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import BankAccount, User
from accounts.services import account_numbers, pins
from securebank.kernel.ids import new_id
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory

pytestmark = pytest.mark.django_db

# fmt: off
UNPAYABLE: tuple[Any, ...] = (
    "-1", "0", "-0", -1, 0, "NaN", "Infinity", "1e400", "0.001", 10**30, "１２", "١٢", "1,000", "1_000", "0x10",
    "9" * 200_000, "",
)
NO_AMOUNT: tuple[Any, ...] = (True, [1], {}, None)
# fmt: on


@pytest.fixture
def user() -> User:
    person: User = UserFactory.create()
    return person


@pytest.fixture
def client(user: User) -> APIClient:
    """A client signed in as ``user``."""
    signed_in = APIClient()
    signed_in.force_authenticate(user)
    return signed_in


@pytest.fixture
def asha() -> BankAccount:
    owner = UserFactory.create(name="Asha Rao", handle="asha.rao", phone="+919876543210")
    account: BankAccount = BankAccountFactory.create(owner=owner)
    return account


def refused(answer: Any, status: int, code: str) -> bool:
    """Tell whether the answer is that problem document."""
    return (answer.status_code, answer["Content-Type"], answer.json()["code"], answer.json()["status"]) == (
        status,
        "application/problem+json",
        code,
        status,
    )


def test_opens_an_account_and_shows_it(client: APIClient) -> None:
    opened = client.post("/api/accounts", {"kind": "savings", "currency": "JPY", "nickname": "  Trip \t home "})

    assert opened.status_code == 201
    shown = client.get(f"/api/accounts/{opened.json()['id']}").json()
    assert shown == opened.json()
    assert account_numbers.is_well_formed(shown["number"])
    assert {key: shown[key] for key in ("kind", "currency", "nickname", "status", "balance", "available")} == {
        "kind": "savings",
        "currency": "JPY",
        "nickname": "Trip home",
        "status": "active",
        "balance": "0",
        "available": "0",
    }


def test_lists_own_accounts_only(client: APIClient, user: User) -> None:
    own = BankAccountFactory.create(owner=user, balance=1_234_567_50)
    BankAccountFactory.create(balance=1)

    listed = client.get("/api/accounts").json()

    assert [(account["id"], account["balance"], account["held"]) for account in listed] == [
        (str(own.pk), "1234567.50", "0.00")
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "gold", "currency": "INR"},
        {"kind": "current", "currency": "XAU"},
        {"kind": "current", "currency": "inr"},
        {"kind": ["current"], "currency": {"a": 1}},
        {"kind": "current", "currency": "INR", "nickname": "x" * 41},
        {"kind": "current", "currency": "INR", "nickname": "a\u202eb"},
        {"kind": "current", "currency": "INR", "nickname": "a\x00"},
        {"kind": "current", "currency": "INR", "nickname": "n" * 1_000_000},
        [],
        "text",
        None,
    ],
)
def test_refuses_a_request_that_makes_no_sense(client: APIClient, user: User, body: Any) -> None:
    answer = client.post("/api/accounts", body, format="json")

    assert refused(answer, 400, "invalid_request")
    assert not user.bank_accounts.exists()


@pytest.mark.parametrize(
    "text", ['{"kind": ', "\x00", '{"kind": NaN}', '{"nickname": "\\ud800", "kind": 1}', "[" * 100_000]
)
def test_refuses_broken_json(client: APIClient, text: str) -> None:
    answer = client.post("/api/accounts", text, content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_refuses_another_content_type(client: APIClient) -> None:
    answer = client.post("/api/accounts", "kind=current", content_type="application/x-www-form-urlencoded")

    assert refused(answer, 415, "unsupported_media_type")


def test_renames_freezes_unfreezes_and_closes(client: APIClient, user: User) -> None:
    address = f"/api/accounts/{BankAccountFactory.create(owner=user).pk}"

    assert client.patch(address, {"nickname": "Rent"}).json()["nickname"] == "Rent"
    assert client.patch(address, {"nickname": ""}).json()["nickname"] == ""
    assert client.post(f"{address}/freeze").json()["status"] == "frozen"
    assert refused(client.post(f"{address}/close"), 422, "account_frozen")
    assert client.post(f"{address}/unfreeze").json()["status"] == "active"
    assert client.post(f"{address}/close").json()["status"] == "closed"
    assert refused(client.post(f"{address}/freeze"), 422, "account_closed")


def test_refuses_to_close_an_account_with_money(client: APIClient, user: User) -> None:
    account = BankAccountFactory.create(owner=user, balance=1)

    assert refused(client.post(f"/api/accounts/{account.pk}/close"), 409, "account_not_empty")


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", ""), ("patch", ""), ("post", "/freeze"), ("post", "/unfreeze"), ("post", "/close")],
)
def test_answers_the_same_for_a_foreign_account_and_for_none(
    client: APIClient, asha: BankAccount, method: str, path: str
) -> None:
    foreign, none = (
        getattr(client, method)(f"/api/accounts/{account_id}{path}", {"nickname": "mine"}, format="json")
        if method == "patch"
        else getattr(client, method)(f"/api/accounts/{account_id}{path}")
        for account_id in (asha.pk, new_id())
    )

    assert refused(foreign, 404, "account_not_found")
    assert foreign.json() == none.json()
    asha.refresh_from_db()
    assert (asha.status, asha.nickname) == ("active", "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/accounts"),
        ("post", "/api/accounts"),
        ("post", "/api/auth/pin"),
        ("post", "/api/auth/confirmations"),
        ("post", "/api/auth/confirmations/challenge"),
        ("get", "/api/payees/lookup?to=asha.rao"),
    ],
)
def test_asks_strangers_to_sign_in(method: str, path: str) -> None:
    answer = getattr(APIClient(), method)(path)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"), [("get", "accounts/1"), ("post", "accounts/"), ("put", "nothing"), ("get", "accounts/%00")]
)
def test_answers_an_unknown_address_with_a_problem_too(client: APIClient, method: str, path: str) -> None:
    assert refused(getattr(client, method)(f"/api/{path}"), 404, "not_found")


def test_names_the_method_that_is_not_allowed(client: APIClient) -> None:
    answer = client.delete("/api/accounts")

    assert refused(answer, 405, "method_not_allowed")
    assert (answer.json()["title"], answer.json()["detail"]) == (
        "Method Not Allowed",
        'Method "DELETE" not allowed.',
    )


def test_shows_a_payee_masked(client: APIClient, asha: BankAccount) -> None:
    for to in ("asha.rao", "%2B919876543210", asha.number):
        assert client.get(f"/api/payees/lookup?to={to}").json() == {
            "name": "Asha R••",
            "handle": "asha.rao@securebank",
            "account_hint": f"•••• {asha.number[-4:]}",
            "currency": "INR",
        }


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "invalid_request"),
        ("to=", 400, "invalid_request"),
        ("to=" + "a" * 65, 400, "invalid_request"),
        ("to=a%00", 400, "invalid_request"),
        ("to=a%E2%80%AE", 400, "invalid_request"),
        ("to=asha.rao&currency=XAU", 400, "invalid_request"),
        ("to=nobody", 422, "payee_not_found"),
        ("to=%27%20OR%201%3D1", 422, "payee_not_found"),
    ],
)
def test_refuses_a_look_up_that_finds_nobody(client: APIClient, query: str, status: int, code: str) -> None:
    assert refused(client.get(f"/api/payees/lookup?{query}"), status, code)


def test_counts_look_ups(client: APIClient, asha: BankAccount, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"payee_lookup": (2, 60)}
    for _ in range(2):
        assert client.get("/api/payees/lookup?to=asha.rao").status_code == 200

    answer = client.get("/api/payees/lookup?to=asha.rao")

    assert refused(answer, 429, "too_many_requests")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_sets_a_pin_with_the_password(client: APIClient, user: User) -> None:
    assert client.post("/api/auth/pin", {"pin": PIN, "password": PASSWORD}).status_code == 204
    assert pins.has_pin(user)


@pytest.mark.parametrize(
    ("pin", "password", "status", "code"),
    [
        (PIN, "guess", 403, "password_wrong"),
        ("1234", PASSWORD, 422, "pin_too_simple"),
        ("４８２６", PASSWORD, 400, "invalid_request"),
        ("482", PASSWORD, 400, "invalid_request"),
        ("1" * 200_000, PASSWORD, 400, "invalid_request"),
        (PIN, "p" * 200_000, 400, "invalid_request"),
        ([4, 8, 2, 6], PASSWORD, 400, "invalid_request"),
        (True, PASSWORD, 400, "invalid_request"),
        (None, PASSWORD, 400, "invalid_request"),
    ],
)
def test_refuses_a_pin(client: APIClient, user: User, pin: Any, password: str, status: int, code: str) -> None:
    answer = client.post("/api/auth/pin", {"pin": pin, "password": password})

    assert refused(answer, status, code)
    assert not pins.has_pin(user)


@pytest.fixture
def asked(client: APIClient, asha: BankAccount) -> dict[str, Any]:
    """A body that confirms; the client's own PIN is set."""
    client.post("/api/auth/pin", {"pin": PIN, "password": PASSWORD})
    return {"method": "pin", "pin": PIN, "amount": "500.00", "currency": "INR", "to": "asha.rao"}


def test_confirms_one_payment_with_the_pin(client: APIClient, asked: dict[str, Any]) -> None:
    answer = client.post("/api/auth/confirmations", asked)

    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "method", "expires_at"}


def test_says_how_many_tries_are_left_and_then_locks(client: APIClient, asked: dict[str, Any]) -> None:
    answers = [client.post("/api/auth/confirmations", asked | {"pin": "9998"}) for _ in range(6)]

    assert [(answer.json()["code"], answer.json().get("tries_left")) for answer in answers] == [
        ("pin_wrong", 4),
        ("pin_wrong", 3),
        ("pin_wrong", 2),
        ("pin_wrong", 1),
        ("pin_locked", None),
        ("pin_locked", None),
    ]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"pin": None}, 400, "invalid_request"),
        ({"method": "totp"}, 400, "invalid_request"),
        ({"method": "totp", "otp": "123456"}, 403, "otp_wrong"),
        ({"method": "voice"}, 400, "invalid_request"),
        ({"purpose": "anything"}, 400, "invalid_request"),
        ({"to": "nobody"}, 422, "payee_not_found"),
        ({"to": "a\u202e"}, 400, "invalid_request"),
        ({"currency": "XAU"}, 400, "invalid_request"),
        *[({"amount": amount}, 422, "invalid_amount") for amount in UNPAYABLE],
        *[({"amount": amount}, 400, "invalid_request") for amount in NO_AMOUNT],
    ],
)
def test_confirms_nothing_that_makes_no_sense(
    client: APIClient, asked: dict[str, Any], change: dict[str, Any], status: int, code: str
) -> None:
    assert refused(client.post("/api/auth/confirmations", asked | change, format="json"), status, code)
