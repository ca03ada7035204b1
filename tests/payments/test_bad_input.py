"""What nobody should send to a door that moves money: a problem document each time, and no money moves."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from rest_framework.test import APIClient

from accounts.models import BankAccount, User
from ledger.models import JournalEntry
from payments.models import Payment
from tests.factories import BankAccountFactory, UserFactory
from tests.payments.conftest import account_of

# Name of a door, and what a good body for it looks like.
DOORS: Final = ("transfer", "send", "request", "deposit", "withdraw")

AMOUNTS: Final = [
    "-1", "0", "-0", "0.00", "NaN", "Infinity", "-Infinity", "1e400", "1e2", "0.001", "1" + "0" * 30, "１２", "١٢",
    "1,000", "1_000", "0x10", "", " ", "1.", ".5", "+1", "1 ", "9" * 200_000, "\ud800", None, True, [1], {"a": 1},
    -1, 0, 0.001, 10**30,
]  # fmt: skip

TEXTS: Final = ["x" * 1_000_000, "a\x00b", "a\u202eb", "a\u200bb", "a\ud800b", ["a"], {"a": 1}]

JSON_BY_HAND: Final = [
    b'{"amount": NaN}', b'{"amount": Infinity}', b'{"amount": 1e400, "to": "ben.das", "upi_id": "ben.das"}',
    b'{"amount": ' + b"9" * 200_000 + b"}", b"{", b"", b"[]", b"1", b'"x"', b"null", b"\xff\xfe", b"[" * 100_000,
]  # fmt: skip

Send = Callable[..., Any]


@pytest.fixture
def send(asha: User, ben: User, client_of: Callable[[User], APIClient]) -> Send:
    """Send one body to one door as Asha."""
    paths = {
        "transfer": "/api/transactions/transfer",
        "send": "/api/payments/send",
        "request": "/api/payments/request",
        "deposit": f"/api/accounts/{account_of(asha).pk}/deposit",
        "withdraw": f"/api/accounts/{account_of(asha).pk}/withdraw",
    }
    client = client_of(asha)

    def post(door: str, **changes: Any) -> Any:
        good = {"amount": "10.00"} | ({"to": ben.handle} if door == "transfer" else {"upi_id": ben.handle})
        return post_raw(door, json.dumps(good | changes).encode())

    def post_raw(door: str, raw: bytes, content_type: str = "application/json") -> Any:
        return client.generic("POST", paths[door], raw, content_type=content_type)  # type: ignore[arg-type]  # takes bytes too

    post.raw = post_raw  # type: ignore[attr-defined]
    return post


@pytest.fixture
def nothing_moves(asha: User, ben: User) -> Any:
    """Compare the books before and after."""
    before = JournalEntry.objects.count()
    yield
    assert JournalEntry.objects.count() == before
    assert not Payment.objects.exists()


def is_problem(answer: Any, *statuses: int) -> bool:
    return answer.status_code in statuses and answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: repr(amount)[:24])
def test_refuses_what_is_no_amount(send: Send, nothing_moves: None, door: str, amount: Any) -> None:
    assert is_problem(send(door, amount=amount), 400, 422)


@pytest.mark.parametrize("door", ["transfer", "send", "request"])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text)[:16])
@pytest.mark.parametrize("field", ["note", "address"])
def test_refuses_text_that_cannot_be_shown(send: Send, nothing_moves: None, door: str, text: Any, field: str) -> None:
    name = "note" if field == "note" else "to" if door == "transfer" else "upi_id"

    assert is_problem(send(door, **{name: text}), 400)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("raw", JSON_BY_HAND, ids=lambda raw: repr(raw)[:24])
def test_refuses_json_that_is_no_body(send: Any, nothing_moves: None, door: str, raw: bytes) -> None:
    assert is_problem(send.raw(door, raw), 400, 413, 422)


@pytest.mark.parametrize("door", DOORS)
def test_refuses_another_content_type(send: Any, nothing_moves: None, door: str) -> None:
    assert is_problem(send.raw(door, b"amount=1", "application/x-www-form-urlencoded"), 415)


@pytest.mark.parametrize(
    "changes",
    [
        {"device": "phone"},
        {"device": {"device_id": "x" * 201}},
        {"device": {"device_id": "a\u202e"}},
        {"location": {"latitude": 91}},
        {"location": {"longitude": -181}},
        {"location": {"latitude": "NaN"}},
        {"location": {"country": "IND"}},
        {"location": {"country": "in"}},
        {"location": [1]},
        {"pin": "12ab"},
        {"pin": "１２３４"},
        {"from_account": "1"},
        {"confirmation_id": "x"},
        {"currency": "XXX"},
        {"currency": ["INR"]},
    ],
    ids=str,
)
def test_refuses_fields_out_of_bounds(send: Send, nothing_moves: None, changes: dict[str, Any]) -> None:
    assert is_problem(send("transfer", **changes), 400)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "nobody.here"}, "payee_not_found"),
        ({"to": "000000000000"}, "payee_not_found"),
        ({"currency": "USD"}, "currency_mismatch"),
        ({"amount": "5000.01"}, "insufficient_funds"),
    ],
)
def test_refuses_what_cannot_be_paid(send: Send, nothing_moves: None, changes: dict[str, Any], code: str) -> None:
    answer = send("transfer", **changes)

    assert (answer.status_code, answer.data["code"]) == (422, code)


def test_refuses_the_account_itself(send: Send, nothing_moves: None, asha: User) -> None:
    answer = send("transfer", to=account_of(asha).number)

    assert (answer.status_code, answer.data["code"]) == (422, "same_account")


def test_does_not_know_somebody_elses_account(send: Send, nothing_moves: None, ben: User) -> None:
    answer = send("transfer", from_account=str(account_of(ben).pk))

    assert (answer.status_code, answer.data["code"]) == (404, "account_not_found")


def test_does_not_deposit_on_somebody_elses_account(
    nothing_moves: None, asha: User, ben: User, client_of: Callable[[User], APIClient]
) -> None:
    answer = client_of(asha).post(f"/api/accounts/{account_of(ben).pk}/deposit", {"amount": "1"})

    assert answer.status_code == 404


@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize(("status", "code"), [("frozen", "account_frozen"), ("closed", "account_closed")])
def test_moves_nothing_on_a_stopped_account(
    send: Send, nothing_moves: None, asha: User, ben: User, side: str, status: str, code: str
) -> None:
    stopped = account_of(asha if side == "payer" else ben)
    BankAccount.objects.filter(pk=stopped.pk).update(status=status)

    answer = send("transfer", to=account_of(ben).number, from_account=str(account_of(asha).pk))

    assert (answer.status_code, answer.data["code"]) == (422, code)


@pytest.mark.parametrize("door", ["transfer", "send", "deposit"])
def test_moves_nothing_from_a_frozen_only_account(send: Send, nothing_moves: None, asha: User, door: str) -> None:
    asha.bank_accounts.update(status="frozen")

    answer = send(door)

    assert (answer.status_code, answer.data["code"]) == (422, "account_frozen")


@pytest.mark.parametrize("door", ["transfer", "send", "deposit"])
def test_moves_nothing_for_a_locked_customer(send: Send, nothing_moves: None, asha: User, door: str) -> None:
    User.objects.filter(pk=asha.pk).update(locked_at="2026-01-01T00:00Z")

    answer = send(door)

    assert (answer.status_code, answer.data["code"]) == (403, "account_locked")


@pytest.mark.parametrize("path", ["transactions/transfer", "payments/send", "payments/request", "payments/pending"])
def test_lets_nobody_in_unsigned(db: None, path: str) -> None:
    answer = APIClient().post(f"/api/{path}", {})

    assert answer.status_code in {401, 405}


def test_does_not_show_somebody_elses_transaction(
    asha: User, ben: User, client_of: Callable[[User], APIClient], send: Send
) -> None:
    made = send("transfer").json()["id"]
    stranger = BankAccountFactory.create(owner=UserFactory.create()).owner

    shown = [client_of(user).get(f"/api/transactions/{made}").status_code for user in (asha, ben, stranger)]

    assert shown == [200, 200, 404]
