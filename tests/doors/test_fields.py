"""Fields that nobody may set, sent along with those that one may."""

from typing import Any

import pytest
from django.db.models import Model
from rest_framework.test import APIClient

from accounts.models import BankAccount, User
from tests.factories import BankAccountFactory, UserFactory

MINE_TO_CHANGE = {"name", "handle", "phone", "language", "time_zone", "date_of_birth"}


@pytest.fixture
def api(db: None) -> APIClient:
    """A customer's program."""
    client = APIClient()
    client.force_authenticate(BankAccountFactory.create(owner=UserFactory.create(), balance=100_00).owner)
    return client


def everything(model: type[Model], **wishes: Any) -> dict[str, Any]:
    """Return a body with every column of a table, under both names of its foreign keys."""
    columns = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return dict.fromkeys(columns, True) | wishes


def row(thing: Model) -> dict[str, Any]:
    thing.refresh_from_db()
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def test_profile_takes_only_what_is_ones_own_to_change(api: APIClient) -> None:
    user = User.objects.get()
    wishes = {"name": "Asha Devi", "phone": None, "language": "hi", "handle": "asha.devi", "date_of_birth": None}
    before = row(user)

    answer = api.patch(
        "/api/auth/profile",
        everything(User, **wishes, time_zone="UTC", groups=[1], user_permissions=[1], kyc_level=3, trust_score=1),
    )

    assert answer.status_code == 200
    assert {name for name, value in row(user).items() if value != before[name]} <= MINE_TO_CHANGE
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == (False, False, 0)


def test_account_takes_only_its_nickname(api: APIClient) -> None:
    account = BankAccount.objects.get()
    before = row(account)

    answer = api.patch(
        f"/api/accounts/{account.pk}", everything(BankAccount, nickname="Rent", balance="9", available="9")
    )

    assert (answer.status_code, answer.data["balance"]) == (200, "100.00")
    assert {name for name, value in row(account).items() if value != before[name]} == {"nickname"}


def test_new_account_takes_neither_owner_nor_money(api: APIClient) -> None:
    stranger = UserFactory.create()
    wishes = {"kind": "savings", "currency": "INR", "nickname": "", "owner": str(stranger.pk), "balance": "1000"}

    answer = api.post("/api/accounts", everything(BankAccount, **wishes, owner_id=str(stranger.pk), number="1"))

    assert (answer.status_code, answer.data["balance"], answer.data["status"]) == (201, "0.00", "active")
    assert answer.data["number"] != "1"
    assert not stranger.bank_accounts.exists()
    assert BankAccount.objects.get(pk=answer.data["id"]).owner_id != stranger.pk
