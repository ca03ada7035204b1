"""What an idempotency key does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import PaymentPin, User
from accounts.services import pins
from payments.models import Payment
from securebank.web import idempotency
from securebank.web.models import IdempotencyRecord
from tests.factories import PASSWORD, PIN
from tests.payments.conftest import account_of, settled

Send = Callable[..., Any]


@pytest.fixture
def send(asha: User, ben: User, client_of: Callable[[User], APIClient]) -> Send:
    """Send one transfer as Asha under a key."""

    def post(key: str = "k1", payer: User = asha, **changes: Any) -> Any:
        body = {"to": ben.handle, "amount": "10.00"} | changes
        return client_of(payer).post("/api/transactions/transfer", body, headers={"Idempotency-Key": key})

    return post


def test_gives_the_first_answer_again_byte_for_byte(send: Send, ben: User) -> None:
    first, second = send(), send()

    assert (second.status_code, second.content) == (201, first.content)
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    assert settled(ben) == 10_00


def test_reads_a_body_by_meaning_not_by_order(asha: User, ben: User, client_of: Callable[[User], APIClient]) -> None:
    key = {"Idempotency-Key": "k"}
    client = client_of(asha)
    client.post("/api/transactions/transfer", {"to": ben.handle, "amount": "1"}, headers=key)

    again = client.post("/api/transactions/transfer", {"amount": "1", "to": ben.handle}, headers=key)

    assert again["Idempotent-Replayed"] == "true"


def test_refuses_the_key_of_another_body(send: Send) -> None:
    send()

    answer = send(amount="11.00")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Payment.objects.count() == 1


def test_keeps_the_keys_of_two_customers_apart(send: Send, asha: User, ben: User) -> None:
    send()

    answer = send(payer=ben, to=asha.handle, amount="1.00")

    assert "Idempotent-Replayed" not in answer
    assert answer.status_code == 201


def test_keeps_the_keys_of_two_accounts_paths_apart(asha: User, client_of: Callable[[User], APIClient]) -> None:
    key, client = {"Idempotency-Key": "k"}, client_of(asha)
    other = client.post("/api/accounts", {"kind": "savings", "currency": "INR"}).json()["id"]
    client.post(f"/api/accounts/{account_of(asha).pk}/deposit", {"amount": "1"}, headers=key)

    answer = client.post(f"/api/accounts/{other}/deposit", {"amount": "1"}, headers=key)

    assert answer.json()["code"] == "idempotency_key_reused"


def test_looks_again_at_what_was_refused(send: Send, asha: User, client_of: Callable[[User], APIClient]) -> None:
    assert send(amount="6000.00").json()["code"] == "insufficient_funds"
    client_of(asha).post(f"/api/accounts/{account_of(asha).pk}/deposit", {"amount": "2000"})

    assert send(amount="6000.00").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "näh", "a\tb"])
def test_refuses_a_key_that_is_none(send: Send, key: str) -> None:
    answer = send(key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pin", [None, "0001"])
def test_answers_a_replay_without_looking_at_the_pin(send: Send, asha: User, pin: str | None) -> None:
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())
    first = send(pin=PIN)

    again = send(pin=pin) if pin else send()

    assert again.content == first.content
    assert PaymentPin.objects.get(user=asha).wrong_tries == 0


@pytest.mark.django_db(transaction=True)
def test_counts_a_wrong_pin_though_the_payment_is_refused(send: Send, asha: User) -> None:
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())

    codes = [send(pin="0001").json()["code"] for _ in range(5)]

    assert codes == ["pin_wrong"] * 4 + ["pin_locked"]
    assert not Payment.objects.exists()
    assert send(pin=PIN).json()["code"] == "pin_locked"


def test_stores_nothing_from_which_a_pin_could_be_guessed(send: Send) -> None:
    send(pin="1111")

    assert send(pin="2222")["Idempotent-Replayed"] == "true"


def test_forgets_after_two_days(send: Send) -> None:
    send()
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=49))

    assert (idempotency.purge(), IdempotencyRecord.objects.count()) == (1, 0)
