"""Writers, relays and a reader at the same time, each on a connection of its own."""

import asyncio
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

import accounts.tasks
from accounts.models import Notification, User
from accounts.selectors import notifications as selectors
from accounts.services import notification_delivery
from accounts.services.notifications import Notice, notify
from tests import sockets
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6
EACH = 20


def write(user: User, seed: int) -> None:
    """Write notices in transactions that commit out of order, and wake the relay each time."""
    chance = random.Random(seed)
    try:
        for _ in range(EACH):
            with transaction.atomic():
                notify(Notice(user.pk, "notification", {"event": "pin_locked"}))
                threading.Event().wait(chance.random() / 100)
            accounts.tasks.deliver_notifications(user_ids=[str(user.pk)])
    finally:
        connection.close()


def all_write(user: User) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, user, seed) for seed in range(WRITERS)]:
            done.result()


def test_numbers_have_no_gap_and_no_double() -> None:
    user = UserFactory.create()

    all_write(user)

    numbers = Notification.objects.filter(user=user).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, WRITERS * EACH + 1))


async def test_a_reader_gets_each_notice_once_and_in_order_while_many_write() -> None:
    user = await sync_to_async(UserFactory.create)()
    key = await sync_to_async(sockets.sign_in)(user)
    async with sockets.connected(sockets.browser(key)) as socket:
        writing = asyncio.create_task(asyncio.to_thread(all_write, user))
        seen = [int(frame["id"]) for frame in await sockets.frames(socket, WRITERS * EACH)]
        await writing

        assert seen == list(range(1, WRITERS * EACH + 1))
        assert await socket.receive_nothing()


async def test_a_reader_who_comes_and_goes_misses_nothing_while_many_write() -> None:
    user = await sync_to_async(UserFactory.create)()
    key = await sync_to_async(sockets.sign_in)(user)
    writing = asyncio.create_task(asyncio.to_thread(all_write, user))
    seen: list[int] = []
    while len(seen) < WRITERS * EACH:
        async with sockets.connected(sockets.browser(key)) as socket:
            await socket.send_json_to({"type": "resume", "after": str(seen[-1] if seen else 0)})
            # Frames pushed between the greeting and the resume come first: a client that resumes by message
            # sorts by number, as this one does; one that connects with ?after= need not.
            batch = []
            while (frame := await sockets.frame(socket))["type"] != "resumed":
                batch.append(int(frame["id"]))
            seen = sorted({*seen, *batch})
    await writing

    assert seen == list(range(1, WRITERS * EACH + 1))


async def test_a_page_that_reconnects_with_its_place_gets_everything_in_order() -> None:
    user = await sync_to_async(UserFactory.create)()
    key = await sync_to_async(sockets.sign_in)(user)
    writing = asyncio.create_task(asyncio.to_thread(all_write, user))
    seen: list[int] = []
    while len(seen) < WRITERS * EACH:
        query = f"?after={seen[-1] if seen else 0}"
        async with sockets.connected(sockets.browser(key, query=query)) as socket:
            seen.extend(int(frame["id"]) for frame in await sockets.frames(socket, min(7, WRITERS * EACH - len(seen))))
    await writing

    assert seen == list(range(1, WRITERS * EACH + 1))


def test_the_sweep_passes_over_people_whom_a_relay_serves() -> None:
    user = UserFactory.create()
    notify(Notice(user.pk, "notification", {}))
    notification_delivery.number_waiting(user_ids=[user.pk])
    notify(Notice(user.pk, "notification", {}))

    def sweep() -> int:
        try:
            return len(notification_delivery.number_waiting(user_ids=[user.pk], skip_locked=True))
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        notification_delivery._lock_cursors([user.pk], skip_locked=False)
        assert pool.submit(sweep).result() == 0
    assert selectors.last_number(user_id=user.pk) == 1
