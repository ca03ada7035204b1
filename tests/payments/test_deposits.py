"""Cash in."""

from collections.abc import Callable

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import Notification, User
from fraud.models import Decision
from payments.errors import CashTooLarge, DemoOnly
from payments.services import deposits
from tests.payments.conftest import account_of, settled


def test_books_a_deposit(asha: User, client_of: Callable[[User], APIClient]) -> None:
    answer = client_of(asha).post(f"/api/accounts/{account_of(asha).pk}/deposit", {"amount": "1000.50"})

    shown = answer.json()
    assert (answer.status_code, shown["kind"], shown["direction"], shown["status"]) == (
        201, "deposit", "in", "completed",
    )  # fmt: skip
    assert settled(asha) == 6_000_50


def test_tells_the_customer(ben: User) -> None:
    deposits.deposit(owner=ben, account_id=account_of(ben).pk, amount="1")

    assert set(Notification.objects.values_list("kind", flat=True)) == {"payment_received", "balance_update"}


def test_asks_no_fraud_check(ben: User) -> None:
    deposits.deposit(owner=ben, account_id=account_of(ben).pk, amount="300000")

    assert not Decision.objects.exists()


def test_takes_a_million_at_once_and_no_more(ben: User) -> None:
    deposits.deposit(owner=ben, account_id=account_of(ben).pk, amount="1000000.00")

    with pytest.raises(CashTooLarge):
        deposits.deposit(owner=ben, account_id=account_of(ben).pk, amount="1000000.01")


@override_settings(DEMO_MODE=False)
def test_is_for_the_demo_bank_only(ben: User, client_of: Callable[[User], APIClient]) -> None:
    answer = client_of(ben).post(f"/api/accounts/{account_of(ben).pk}/deposit", {"amount": "1"}, secure=True)

    assert (answer.status_code, answer.json()["code"]) == (403, DemoOnly.code)
