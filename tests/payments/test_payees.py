"""The list of payees."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from payments.models import Payee
from tests.factories import BankAccountFactory
from tests.payments.conftest import Pay


@pytest.fixture
def api(asha: User, client_of: Callable[[User], APIClient]) -> APIClient:
    """Asha's client."""
    return client_of(asha)


def save(api: APIClient, to: str, nickname: str = "Benny") -> Any:
    return api.post("/api/payments/payees", {"to": to, "nickname": nickname})


def test_saves_a_payee_and_shows_the_masked_name(api: APIClient, ben: User) -> None:
    saved = save(api, ben.handle)

    assert (saved.status_code, saved.json()["name"], saved.json()["nickname"]) == (201, "Ben D••", "Benny")
    assert [row["id"] for row in api.get("/api/payments/payees").json()] == [saved.json()["id"]]


def test_saving_twice_renames(api: APIClient, ben: User) -> None:
    first, second = save(api, ben.handle), save(api, ben.handle, "Benjamin")

    assert (first.json()["id"], second.json()["nickname"]) == (second.json()["id"], "Benjamin")


def test_who_was_only_paid_is_not_on_the_list(api: APIClient, pay: Pay) -> None:
    pay()

    assert api.get("/api/payments/payees").json() == []


def test_removing_keeps_the_payee_known(api: APIClient, ben: User) -> None:
    saved = save(api, ben.handle).json()
    known_since = Payee.objects.get().cooling_off_until

    assert api.delete(f"/api/payments/payees/{saved['id']}").status_code == 204
    assert api.get("/api/payments/payees").json() == []
    save(api, ben.handle)
    assert Payee.objects.get().cooling_off_until == known_since


def test_nobody_removes_somebody_elses_payee(api: APIClient, ben: User, client_of: Callable[[User], APIClient]) -> None:
    saved = save(api, ben.handle).json()

    assert client_of(ben).delete(f"/api/payments/payees/{saved['id']}").status_code == 404
    assert Payee.objects.get().saved_at is not None


def test_saves_no_own_account(api: APIClient, asha: User) -> None:
    assert save(api, BankAccountFactory.create(owner=asha).number).json()["code"] == "same_account"


@pytest.mark.parametrize("nickname", ["x" * 41, "a\u202eb", "a\x00b"])
def test_refuses_a_nickname_that_cannot_be_shown(api: APIClient, ben: User, nickname: str) -> None:
    assert save(api, ben.handle, nickname).status_code == 400
    assert not Payee.objects.exists()


def test_refuses_a_payee_that_nobody_is(api: APIClient) -> None:
    assert save(api, "nobody.here").json()["code"] == "payee_not_found"
