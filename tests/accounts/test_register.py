"""Signing up, by REST and by service."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import AuditEvent, BankAccount, User
from accounts.services import registration

PASSWORD = "correct-horse-battery"


def asked(**changes: Any) -> dict[str, Any]:
    return {"email": "asha@example.com", "password": PASSWORD, "name": "Asha Rao"} | changes


def register(**changes: Any) -> User:
    return registration.register(**asked(**changes))


@pytest.mark.django_db
def test_opens_a_current_account_and_signs_the_customer_in(api: APIClient) -> None:
    answer = api.post("/api/auth/register", asked(phone="98765 43210", handle="asha.rao"))

    assert answer.status_code == 201
    person = answer.data["user"]
    assert (person["handle"], person["phone"], person["email_verified"]) == ("asha.rao", "+919876543210", False)
    assert [(row["kind"], row["currency"], row["balance"]) for row in person["accounts"]] == [
        ("current", "INR", "0.00")
    ]
    profile = api.get("/api/auth/profile", headers={"Authorization": f"Bearer {answer.data['access']}"})
    assert profile.json()["id"] == person["id"]


@pytest.mark.django_db
def test_makes_a_customer_with_an_unverified_address() -> None:
    user = register()

    assert list(user.groups.values_list("name", flat=True)) == ["CUSTOMER"]
    assert EmailAddress.objects.get(user=user).verified is False
    assert not user.is_staff
    assert AuditEvent.objects.filter(action="customer_registered", actor=user).exists()


@pytest.mark.django_db
def test_derives_a_free_handle_from_the_name() -> None:
    first = register()
    second = register(email="other@example.com")
    reserved = register(email="support@example.com", name="Support")

    assert first.handle == "asha.rao"
    assert second.handle == "other"
    assert reserved.handle.startswith("customer")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "nonsense", "invalid"),
        ("email", "ash\u00e5@example.com", "invalid"),
        ("email", "a" * 1_000_000, "max_length"),
        ("password", "short", "password_too_short"),
        ("password", "password123", "password_too_common"),
        ("password", "asha@example.com", "password_too_similar"),
        ("password", "x" * 129, "max_length"),
        ("name", "", "blank"),
        ("name", "\u202eoaR ahsA", "unprintable"),
        ("name", "Asha\x00Rao", "unprintable"),
        ("name", "A" * 81, "max_length"),
        ("name", "12345", "invalid"),
        ("name", "\ud800", "unprintable"),
        ("name", ["Asha"], "invalid"),
        ("handle", "ab", "invalid"),
        ("handle", "\u0430sha", "invalid"),
        ("handle", "asha\u200b", "invalid"),
        ("handle", "support", "handle_reserved"),
        ("handle", "SecureBank.Help", "handle_reserved"),
        ("handle", "x" * 1_000, "max_length"),
        ("phone", "123", "invalid"),
        ("phone", "\u0661\u0662\u0663", "invalid"),
        ("phone", "+91 98765 43210 ext 5", "invalid"),
        ("phone", True, "invalid"),
    ],
)
def test_says_which_field_is_wrong(api: APIClient, field: str, value: object, code: str) -> None:
    body = json.dumps(asked(**{field: value}))  # escapes what UTF-8 can't carry

    answer = api.generic("POST", "/api/auth/register", body, content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    # What no text may hold is refused by the parser, which knows no fields.
    assert {(field, code), ("", code)} & {(error["field"], error["code"]) for error in answer.data["errors"]}
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"), [("email", "ASHA@example.com"), ("handle", "Asha.Rao"), ("phone", "+91 98765-43210")]
)
def test_refuses_what_somebody_else_already_uses(api: APIClient, field: str, value: str) -> None:
    register(phone="9876543210", handle="asha.rao")
    other = asked(email="new@example.com", phone="9876543211", handle="new.one") | {field: value}

    answer = api.post("/api/auth/register", other)

    assert answer.status_code == 400
    assert [error["code"] for error in answer.data["errors"]] == [f"{field}_taken"]


@pytest.mark.django_db
def test_ignores_fields_that_nobody_may_choose(api: APIClient) -> None:
    answer = api.post("/api/auth/register", asked(is_staff=True, is_superuser=True, trust_score=1, currency="XXX"))

    user = User.objects.get(pk=answer.data["user"]["id"])
    assert not user.is_staff
    assert not user.is_superuser
    assert user.bank_accounts.get().currency == "INR"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["register", "login", "refresh", "logout"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"null", "application/json", 400),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
        (b"", "application/json", 400),
    ],
)
def test_answers_broken_bodies_with_a_problem(
    api: APIClient, address: str, body: bytes, content_type: str, status: int
) -> None:
    answer = api.post(f"/api/auth/{address}", data=body, content_type=content_type)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_address_make_one_customer() -> None:
    def attempt(number: int) -> bool:
        try:
            register(handle=f"asha{number}")
        except ValidationError as refusal:
            return "email" not in refusal.error_dict
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(attempt, range(10)))

    assert outcomes.count(True) == 1
    assert BankAccount.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_at_once_with_one_name_get_five_handles() -> None:
    def attempt(number: int) -> str:
        try:
            return register(email=f"{number}@example.com").handle
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        handles = set(pool.map(attempt, range(5)))

    assert len(handles) == 5
