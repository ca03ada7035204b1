"""GET transactions/history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import BankAccount, User
from payments.models import Payment
from payments.services import deposits
from tests.factories import BankAccountFactory, UserFactory

URL = "/api/transactions/history"
Pay = Callable[..., Payment]
ClientOf = Callable[[User], APIClient]


def found(client: APIClient, **asked: Any) -> list[str]:
    answer = client.get(URL, asked)
    assert answer.status_code == 200, answer.json()
    return [transaction["note"] for transaction in answer.json()["results"]]


def test_lists_the_newest_first(pay: Pay, asha: User, client_of: ClientOf) -> None:
    for note in ("first", "second", "third"):
        pay(note=note)

    assert found(client_of(asha)) == ["third", "second", "first"]


def test_shows_only_payments_of_the_caller(pay: Pay, client_of: ClientOf) -> None:
    pay(note="not yours")

    stranger = BankAccountFactory.create(owner=UserFactory.create()).owner

    assert found(client_of(stranger)) == []


def test_hides_from_the_payee_what_never_arrived(held: Payment, ben: User, client_of: ClientOf) -> None:
    assert held.status == Payment.Status.HELD
    assert found(client_of(ben)) == []


def test_goes_on_where_the_page_before_ended(pay: Pay, asha: User, client_of: ClientOf) -> None:
    for number in range(5):
        pay(note=str(number))
    client = client_of(asha)

    first = client.get(URL, {"page_size": 2}).json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    notes = [[transaction["note"] for transaction in page["results"]] for page in (first, second, third)]
    assert notes == [["4", "3"], ["2", "1"], ["0"]]
    assert third["next"] is None


def test_tells_directions_apart(pay: Pay, asha: User, ben: User, client_of: ClientOf) -> None:
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS)
    pay(note="out")
    pay(note="own", to=savings.number)
    pay(note="in", customer=ben, to=asha.handle, amount="5.00")
    deposits.deposit(owner=asha, account_id=savings.pk, amount="7.00")
    client = client_of(asha)

    shown = {direction: found(client, direction=direction) for direction in ("in", "out", "own")}

    assert shown == {"in": ["", "in"], "out": ["out"], "own": ["own"]}


@pytest.mark.parametrize("words", ["RENT", "ben.d", "Ben Das"])
def test_finds_words_in_note_name_and_handle(words: str, pay: Pay, asha: User, client_of: ClientOf) -> None:
    pay(note="rent for March")

    assert found(client_of(asha), q=words) == ["rent for March"]


def test_does_not_find_payments_by_the_callers_own_name(pay: Pay, asha: User, client_of: ClientOf) -> None:
    pay()

    assert found(client_of(asha), q=asha.name) == []


@pytest.mark.parametrize("words", ["%", "_", "\\"])
def test_takes_wildcards_for_what_they_are(words: str, pay: Pay, asha: User, client_of: ClientOf) -> None:
    pay(note="plain")

    assert found(client_of(asha), q=words) == []


def test_bounds_the_amount_on_both_sides_included(pay: Pay, asha: User, client_of: ClientOf) -> None:
    for amount in ("9.99", "10.00", "20.00", "20.01"):
        pay(amount, note=amount)

    assert found(client_of(asha), min_amount="10", max_amount="20.00") == ["20.00", "10.00"]


def test_narrows_to_days_both_included(pay: Pay, asha: User, client_of: ClientOf) -> None:
    pay(note="today")
    client = client_of(asha)
    today = timezone.localdate(timezone=timezone.get_fixed_timezone(330))
    yesterday = today - timedelta(days=1)

    shown = {
        "today": found(client, **{"from": str(today), "to": str(today)}),
        "yesterday": found(client, **{"from": str(yesterday), "to": str(yesterday)}),
        "future": found(client, **{"from": (timezone.now() + timedelta(hours=1)).isoformat()}),
    }

    assert shown == {"today": ["today"], "yesterday": [], "future": []}


def test_narrows_to_one_account(pay: Pay, asha: User, client_of: ClientOf) -> None:
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS)
    pay(note="out")
    pay(note="own", to=savings.number)

    assert found(client_of(asha), account=str(savings.pk)) == ["own"]


def test_narrows_to_a_status(pay: Pay, asha: User, client_of: ClientOf) -> None:
    pay(note="done")

    shown = {status: found(client_of(asha), status=status) for status in ("completed", "held")}

    assert shown == {"completed": ["done"], "held": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "yesterday"),
        ("from", "2026-13-40"),
        ("from", "0001-01-01"),
        ("from", "2026-03-31T09:00:00"),
        ("to", "9999-12-31"),
        ("to", "2026-03-31x"),
        ("direction", "sideways"),
        ("status", "lost"),
        ("q", "x" * 81),
        ("q", "\u202e"),
        ("q", "a\x00b"),
        ("min_amount", "-1"),
        ("min_amount", "1e3"),
        ("max_amount", "١٠"),
        ("max_amount", "NaN"),
        ("max_amount", "1" * 13),
        ("account", "mine"),
        ("page_size", "0"),
        ("page_size", "many"),
        ("page_size", "101"),
        ("cursor", "bm9uc2Vuc2U"),
        ("cursor", "cD1ub25zZW5zZQ=="),
        ("cursor", "cD0yMDI2LTEzLTEz"),
        ("cursor", "é"),
    ],
)
def test_refuses_a_filter_that_makes_no_sense(field: str, value: str, asha: User, client_of: ClientOf) -> None:
    answer = client_of(asha).get(URL, {field: value})

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_asks_as_few_questions_for_many_as_for_one(pay: Pay, asha: User, client_of: ClientOf) -> None:
    client = client_of(asha)
    pay()
    with CaptureQueriesContext(connection) as for_one:
        client.get(URL)
    for _ in range(4):
        pay()
    with CaptureQueriesContext(connection) as for_many:
        client.get(URL)

    # The caller's accounts, then the page, then the blocks of its payments.
    assert len(for_many) == len(for_one) == 3


def test_answers_nobody_who_is_not_signed_in(db: None) -> None:
    assert APIClient().get(URL).status_code == 401
