"""Asking for money, and answering."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Notification, User
from fraud.models import BlockListEntry
from payments.models import PaymentRequest
from payments.services import requests
from tests.factories import BankAccountFactory, UserFactory
from tests.payments.conftest import settled

Status = PaymentRequest.Status
Answer = Callable[[User, str, str], Any]


@pytest.fixture
def asked(asha: User, ben: User, client_of: Callable[[User], APIClient]) -> str:
    """The id of Ben's request to Asha for 250.00."""
    body = {"upi_id": f"{asha.handle}@securebank", "amount": "250.00", "note": "dinner"}
    answer = client_of(ben).post("/api/payments/request", body)
    assert answer.status_code == 201
    return str(answer.json()["id"])


@pytest.fixture
def answer(client_of: Callable[[User], APIClient]) -> Answer:
    """Answer a request over REST."""
    return lambda user, request_id, how: client_of(user).post(f"/api/payments/requests/{request_id}/{how}")


def test_both_sides_see_it_pending(asked: str, asha: User, ben: User, client_of: Callable[[User], APIClient]) -> None:
    shown = [client_of(user).get("/api/payments/pending").json() for user in (asha, ben)]

    assert [[row["id"] for row in side["incoming"]] for side in shown] == [[asked], []]
    assert [[row["id"] for row in side["outgoing"]] for side in shown] == [[], [asked]]


def test_the_payer_is_told(asked: str, asha: User) -> None:
    notice = Notification.objects.get(user=asha)

    assert (notice.kind, notice.data["amount"], notice.data["name"]) == ("payment_request", "250.00", "Ben D••")


def test_accepting_pays(asked: str, answer: Answer, asha: User, ben: User) -> None:
    paid = answer(asha, asked, "accept")

    assert (paid.status_code, paid.json()["status"], settled(ben)) == (200, "completed", 250_00)
    request = PaymentRequest.objects.get()
    assert (request.status, str(request.payment_id)) == (Status.ACCEPTED, paid.json()["id"])


@pytest.mark.parametrize("second", ["accept", "decline"])
def test_an_accepted_request_takes_no_other_answer(asked: str, answer: Answer, asha: User, second: str) -> None:
    answer(asha, asked, "accept")

    again = answer(asha, asked, second)

    assert (again.status_code, again.json()["code"]) == (409, "request_not_pending")


def test_the_payer_declines(asked: str, answer: Answer, asha: User, ben: User) -> None:
    assert answer(asha, asked, "decline").json()["status"] == "declined"
    assert Notification.objects.filter(user=ben, data__status="declined").exists()


def test_the_requester_cancels(asked: str, answer: Answer, ben: User) -> None:
    assert answer(ben, asked, "cancel").json()["status"] == "cancelled"


@pytest.mark.parametrize(("side", "how"), [("requester", "accept"), ("requester", "decline"), ("payer", "cancel")])
def test_nobody_answers_for_the_other_side(
    asked: str, answer: Answer, asha: User, ben: User, side: str, how: str
) -> None:
    assert answer(ben if side == "requester" else asha, asked, how).status_code == 404
    assert PaymentRequest.objects.get().status == Status.PENDING


@pytest.mark.parametrize("how", ["accept", "decline", "cancel"])
def test_strangers_find_nothing(asked: str, answer: Answer, how: str) -> None:
    stranger = BankAccountFactory.create(owner=UserFactory.create()).owner

    assert answer(stranger, asked, how).status_code == 404


def test_a_refused_payment_leaves_it_open(asked: str, answer: Answer, asha: User) -> None:
    PaymentRequest.objects.update(amount_minor=5_000_01)

    assert answer(asha, asked, "accept").json()["code"] == "insufficient_funds"
    assert PaymentRequest.objects.get().status == Status.PENDING


def test_a_payment_that_is_declined_by_the_check_leaves_it_open(asked: str, answer: Answer, rich: User) -> None:
    BlockListEntry.objects.create(kind=BlockListEntry.Kind.CUSTOMER, value=str(rich.pk), reason="Asked by a court.")

    assert answer(rich, asked, "accept").json()["status"] == "declined"
    assert PaymentRequest.objects.get().status == Status.PENDING


def test_nobody_pays_after_its_time(asked: str, answer: Answer, asha: User) -> None:
    PaymentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert answer(asha, asked, "accept").json()["code"] == "request_not_pending"


def test_the_sweep_closes_what_ran_out(asked: str, ben: User) -> None:
    PaymentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert (requests.expire_requests(), requests.expire_requests()) == (1, 0)
    assert PaymentRequest.objects.get().status == Status.EXPIRED
    assert Notification.objects.filter(user=ben, data__status="expired").exists()


@pytest.mark.parametrize("days", [-1, 91])
def test_refuses_an_end_out_of_reach(asha: User, ben: User, client_of: Callable[[User], APIClient], days: int) -> None:
    end = (timezone.now() + timedelta(days=days)).isoformat()

    refused = client_of(ben).post("/api/payments/request", {"upi_id": asha.handle, "amount": "1", "expires_at": end})

    assert (refused.status_code, refused.json()["code"]) == (422, "expiry_out_of_range")


def test_nobody_asks_themselves(ben: User, client_of: Callable[[User], APIClient]) -> None:
    refused = client_of(ben).post("/api/payments/request", {"upi_id": ben.handle, "amount": "1"})

    assert (refused.status_code, refused.json()["code"]) == (422, "own_request")


def test_nobody_rings_at_others_without_end(
    asha: User, ben: User, client_of: Callable[[User], APIClient], settings: Any
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"money_request": (2, 3600)}
    client = client_of(asha)

    answers = [
        client.post("/api/payments/request", {"upi_id": ben.handle, "amount": "1"}, format="json") for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert "no-store" in answers[0].headers["Cache-Control"]
