"""What analysts hear of a held payment."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from celery import Task

from accounts.models import User
from payments.models import Payment
from tests import sockets
from tests.payments.conftest import Pay, prove

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once, on the caller's thread, what a worker does when nudged."""

    def run(task: "Task[Any, Any]", **arguments: Any) -> None:
        task(**arguments)

    monkeypatch.setattr("securebank.web.nudges.send_now", run)


@pytest.mark.usefixtures("worker")
async def test_an_analyst_hears_of_a_held_payment_within_a_second(
    pay: Pay, rich: User, ben: User, reviewer: User
) -> None:
    proof = await sync_to_async(prove)(rich, ben, "200000.00")
    session_key = await sync_to_async(sockets.sign_in)(reviewer)
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="join", room="alerts"))["type"] == "joined"

        held: Payment = await sync_to_async(pay)("200000.00", confirmation_id=proof)
        async with asyncio.timeout(1):
            heard = await sockets.frame(socket)

    assert (heard["type"], heard["data"]) == (
        "fraud_alert",
        {
            "transaction_id": str(held.pk),
            "amount": "200000.00",
            "currency": "INR",
            "score": held.decision.score,
            "risk_level": held.decision.level,
            "reasons": [reason["code"] for reason in held.decision.reasons],
        },
    )


@pytest.mark.usefixtures("worker")
async def test_analysts_hear_nothing_of_a_payment_that_went_through(
    pay: Pay, asha: User, ben: User, reviewer: User
) -> None:
    session_key = await sync_to_async(sockets.sign_in)(reviewer)
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await sockets.ask(socket, type="join", room="alerts")

        await sync_to_async(pay)("1.00")

        assert (await sockets.ask(socket, type="ping"))["type"] == "pong"
