"""What those who watch the chain hear of a mined block."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from celery import Task
from pytest_django import Settings

from accounts.models import User
from ledger.chain import mining
from ledger.models import Block
from tests import sockets
from tests.factories import UserFactory
from tests.payments.conftest import Pay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Do at once, on the caller's thread, what a worker does when nudged; mine with hardly any work."""

    def run(task: "Task[Any, Any]", **arguments: Any) -> None:
        task(**arguments)

    monkeypatch.setattr("securebank.web.nudges.send_now", run)
    settings.CHAIN_DIFFICULTY = 1


@pytest.mark.usefixtures("worker")
async def test_whoever_watches_the_chain_hears_of_a_block_at_once(pay: Pay, asha: User, ben: User) -> None:
    stranger = await sync_to_async(UserFactory.create)()
    session_key = await sync_to_async(sockets.sign_in)(stranger)
    await sync_to_async(pay)("1.00")
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="join", room="chain"))["type"] == "joined"

        await sync_to_async(mining.mine_pending)()
        async with asyncio.timeout(1):
            heard = await sockets.frame(socket)

    block = await Block.objects.aget()
    assert (heard["type"], heard["data"]) == (
        "block_mined",
        {
            "height": 0,
            "hash": bytes(block.hash).hex(),
            "leaf_count": block.leaf_count,
            "tree_size": block.tree_size,
            "mined_at": block.mined_at.isoformat(),
        },
    )


@pytest.mark.usefixtures("worker")
async def test_who_does_not_watch_hears_nothing(pay: Pay, asha: User, ben: User) -> None:
    stranger = await sync_to_async(UserFactory.create)()
    session_key = await sync_to_async(sockets.sign_in)(stranger)
    await sync_to_async(pay)("1.00")
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await sync_to_async(mining.mine_pending)()

        assert (await sockets.ask(socket, type="ping"))["type"] == "pong"
