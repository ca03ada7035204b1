"""One's own profile."""

import json
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import personal_data, profiles, registration, tokens
from tests.factories import PASSWORD, UserFactory
from tests.races import Race

TODAY = date(2026, 11, 20)


@pytest.fixture
def mine(customer: User) -> APIClient:
    """A client signed in as the customer."""
    pair = tokens.issue(user=customer, device=None, user_agent="", ip_address=None, now=timezone.now())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return client


def change(client: APIClient, **changes: Any) -> Any:
    """Send changes; JSON escapes what UTF-8 can't carry."""
    return client.generic("PATCH", "/api/auth/profile", json.dumps(changes), content_type="application/json")


def test_shows_what_the_bank_knows(mine: APIClient, customer: User) -> None:
    shown = mine.get("/api/auth/profile").json()

    assert set(shown) >= {
        "id", "email", "name", "handle", "phone", "language", "kyc_level", "trust_score", "accounts"
    }  # fmt: skip
    assert (shown["id"], shown["kyc_level"], shown["trust_score"]) == (str(customer.pk), 0, 100.0)
    assert "password" not in shown


def test_changes_what_people_may_change(mine: APIClient, customer: User) -> None:
    answer = change(
        mine,
        name="  Asha   Rao-Iyer ",
        handle="Asha_2@securebank",
        phone="098765 43210",
        language="hi",
        time_zone="Asia/Tokyo",
        date_of_birth="1990-02-28",
    )

    assert answer.status_code == 200
    customer.refresh_from_db()
    assert (customer.name, customer.handle, customer.phone) == ("Asha Rao-Iyer", "asha_2", "+919876543210")
    assert (customer.language, customer.time_zone) == ("hi", "Asia/Tokyo")
    assert change(mine, phone="").json()["phone"] is None


def test_ignores_what_people_may_not_change(mine: APIClient, customer: User) -> None:
    before = User.objects.values().get(pk=customer.pk)
    forbidden = {
        "id": "00000000-0000-0000-0000-000000000000",
        "email": "thief@example.com",
        "password": "x",
        "is_staff": True,
        "is_superuser": True,
        "is_active": False,
        "groups": [1, 2, 3],
        "user_permissions": [1],
        "locked_at": None,
        "lock_reason": "x",
        "kyc_level": 3,
        "trust_score": 100,
        "accounts": [],
        "balance": "1000000.00",
        "date_joined": "2001-01-01T00:00:00Z",
        "last_login": None,
    }

    assert change(mine, **forbidden).status_code == 200
    assert User.objects.values().get(pk=customer.pk) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("name", "\u202eevil"),
        ("name", "a\u0000b"),
        ("name", "\ud800"),
        ("name", "N" * 1_000_000),
        ("name", {"a": 1}),
        ("handle", "admin"),
        ("handle", ""),
        ("handle", "a" * 100),
        ("handle", "\u0430dmin1"),
        ("handle", "asha\n"),
        ("phone", "not a phone"),
        ("phone", "+999"),
        ("phone", 7),
        ("language", "xx"),
        ("language", "\ud800"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "Mars/Base"),
        ("date_of_birth", "2020-01-01"),
        ("date_of_birth", "0001-01-01"),
        ("date_of_birth", "9999-12-31"),
        ("date_of_birth", "tomorrow"),
    ],
)
def test_refuses_bad_values(mine: APIClient, customer: User, field: str, value: object) -> None:
    before = User.objects.values().get(pk=customer.pk)

    answer = change(mine, **{field: value})

    assert answer.status_code in ({200} if (field, value) == ("handle", "asha\n") else {400})
    if answer.status_code == 400:
        assert answer["Content-Type"] == "application/problem+json"
        # What no text may hold is refused by the parser, which knows no fields.
        assert [error["field"] for error in answer.data["errors"]] in ([field], [""])
        assert User.objects.values().get(pk=customer.pk) == before


@pytest.mark.parametrize(("field", "value"), [("handle", "taken.one"), ("phone", "+919876543210")])
def test_refuses_what_somebody_else_uses(mine: APIClient, field: str, value: str) -> None:
    UserFactory.create(handle="taken.one", phone="+919876543210")

    answer = change(mine, **{field: value})

    assert answer.status_code == 400
    assert answer.data["errors"][0]["code"] == f"{field}_taken"


def test_keeping_ones_own_handle_is_no_clash(mine: APIClient, customer: User) -> None:
    assert change(mine, handle=customer.handle).status_code == 200


@pytest.mark.django_db
def test_asks_strangers_to_sign_in(api: APIClient) -> None:
    answer = api.get("/api/auth/profile")

    assert (answer.status_code, answer.data["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_cannot_change_it_without_csrf(customer: User) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(customer)

    assert browser.get("/api/auth/profile").status_code == 200
    assert change(browser, name="Eve").status_code == 403


def test_nobody_else_gets_a_handle_that_was_given_up(mine: APIClient, customer: User) -> None:
    before = customer.handle
    change(mine, handle="brand.new")
    thief = UserFactory.create(name="Theo Thief")

    with pytest.raises(ValidationError, match="taken"):
        profiles.update_profile(user=thief, changes={"handle": before}, today=TODAY)
    with pytest.raises(ValidationError, match="taken"):
        registration.register(email="theo@example.com", password=PASSWORD, name="Theo", handle=before)
    assert change(mine, handle=before).status_code == 200


def test_nobody_collects_handles(mine: APIClient) -> None:
    answers = [change(mine, handle=f"mine.number{number}") for number in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [400] * 2
    assert answers[-1].json()["errors"][0]["code"] == "handle_changes_spent"
    assert change(mine, handle="mine.number2").status_code == 200


def catch_a_handle() -> list[Any]:
    """Take a handle that was free when looked for, and that somebody took and gave up before it was written."""
    holder, thief = UserFactory.create(), UserFactory.create()
    take = partial(profiles.update_profile, today=TODAY)

    def take_and_give_up() -> None:
        take(user=holder, changes={"handle": "wanted.one"})
        take(user=holder, changes={"handle": "another.one"})

    race = Race('UPDATE "accounts_user"')
    return race.run([partial(take, user=thief, changes={"handle": "wanted.one"}), race.later(take_and_give_up)])


@pytest.mark.django_db(transaction=True)
def test_a_handle_given_up_at_this_moment_is_not_caught() -> None:
    refusal, _gone = catch_a_handle()

    assert isinstance(refusal, ValidationError)
    assert not User.objects.filter(handle="wanted.one").exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_look_after_writing_it_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "refuse_retired_handle", lambda _user: None)

    thief, _gone = catch_a_handle()

    assert thief.handle == "wanted.one"


@pytest.mark.parametrize("name", ["SecureBank Support", "S\u0435cure Bank", "5ecureB4nk", "\uff33ecurebank Team"])
def test_refuses_a_name_that_passes_for_the_bank(mine: APIClient, name: str) -> None:
    answer = change(mine, name=name)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "reserved")
