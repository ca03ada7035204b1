import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group

from accounts import live, roles
from accounts.models import User
from accounts.services.notification_delivery import number_waiting
from accounts.services.notifications import Notice, notify
from tests import sockets
from tests.factories import BankAccountFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NONSENSE = [
    (" ", "unknown_message"),
    ("{", "unknown_message"),
    ("[" * 4000, "unknown_message"),
    ("[1]", "unknown_message"),
    ("null", "unknown_message"),
    ("NaN", "unknown_message"),
    ('{"type": "pay"}', "unknown_message"),
    ('{"type": ["join"]}', "unknown_message"),
    ('{"type": "frames", "frames": []}', "unknown_message"),
    ('{"type": "join"}', "unknown_room"),
    ('{"type": "join", "room": "staff"}', "unknown_room"),
    ('{"type": "join", "room": ["user"]}', "unknown_room"),
    ('{"type": "join", "room": "user.00000000-0000-0000-0000-000000000000"}', "unknown_room"),
    ('{"type": "resume"}', "unknown_number"),
    ('{"type": "resume", "after": "-1"}', "unknown_number"),
    ('{"type": "resume", "after": 1e400}', "unknown_number"),
    ('{"type": "resume", "after": true}', "unknown_number"),
    ('{"type": "resume", "after": "٣"}', "unknown_number"),
    ('{"type": "resume", "after": "99999999999999999999"}', "unknown_number"),
    (json.dumps({"type": "\ud800"}), "unknown_message"),
]


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def session_key(user: User) -> str:
    return sockets.sign_in(user)


def tell(user: User, count: int = 1) -> None:
    notify(*[Notice(user.pk, "notification", {"event": "pin_locked"}) for _ in range(count)])


async def told(user: User, count: int = 1) -> None:
    await sync_to_async(tell)(user, count)


def ids(frames: list[dict[str, Any]]) -> list[int]:
    return [int(frame["id"]) for frame in frames]


async def test_pushes_a_notice_to_all_tabs_of_its_person_only(user: User, session_key: str) -> None:
    stranger = await sync_to_async(UserFactory.create)()
    other_key = await sync_to_async(sockets.sign_in)(stranger)
    async with (
        sockets.connected(sockets.browser(session_key)) as tab,
        sockets.connected(sockets.browser(session_key)) as second_tab,
        sockets.connected(sockets.browser(other_key)) as other,
    ):
        await told(user)
        await sockets.relay(user)

        assert [(await sockets.frame(socket))["type"] for socket in (tab, second_tab)] == ["notification"] * 2
        assert await other.receive_nothing()


async def test_pushes_the_balance_of_the_moment(user: User, session_key: str) -> None:
    account = await sync_to_async(BankAccountFactory.create)(owner=user, balance=75_00)
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await sync_to_async(notify)(Notice(user.pk, "balance_update", {"account_id": str(account.pk)}))
        await sockets.relay(user)

        assert (await sockets.frame(socket))["data"]["balance"] == "75.00"


async def test_resume_replays_exactly_what_was_missed(user: User, session_key: str) -> None:
    await told(user, 250)
    await sync_to_async(number_waiting)(user_ids=[user.pk])
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await socket.send_json_to({"type": "resume", "after": "20"})

        assert ids(await sockets.frames(socket, 230)) == list(range(21, 251))
        assert (await sockets.frame(socket))["type"] == "resumed"
        assert await socket.receive_nothing()


async def test_resume_asked_twice_sends_nothing_twice(user: User, session_key: str) -> None:
    await told(user, 5)
    await sync_to_async(number_waiting)(user_ids=[user.pk])
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await socket.send_json_to({"type": "resume", "after": "3"})
        await sockets.frames(socket, 3)

        assert (await sockets.ask(socket, type="resume", after="3"))["type"] == "resumed"


async def test_a_page_begins_where_its_html_left_off(user: User, session_key: str) -> None:
    await told(user, 5)
    await sync_to_async(number_waiting)(user_ids=[user.pk])

    async with sockets.connected(sockets.browser(session_key, query="?after=3")) as socket:
        assert ids(await sockets.frames(socket, 2)) == [4, 5]


async def test_a_gap_is_filled_from_the_database(user: User, session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await told(user, 2)
        await sync_to_async(number_waiting)(user_ids=[user.pk])  # numbered, and the push was lost
        await told(user)
        await sockets.relay(user)

        assert ids(await sockets.frames(socket, 3)) == [1, 2, 3]


async def test_a_frame_pushed_twice_arrives_once(user: User, session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        frame = {"id": "1", "type": "notification", "time": "", "data": {}}
        for _ in range(2):
            await sync_to_async(live.push)({user.pk: [frame]})

        assert ids([await sockets.frame(socket)]) == [1]
        assert await socket.receive_nothing()


async def test_refuses_to_replay_more_than_it_keeps_ready(user: User, session_key: str) -> None:
    await told(user, 1001)
    for _ in range(3):
        await sync_to_async(number_waiting)(user_ids=[user.pk])
    async with sockets.connected(sockets.browser(session_key)) as socket:
        answer = await sockets.ask(socket, type="resume", after="0")

        assert (answer["type"], answer["data"]) == ("error", {"code": "resume_too_old"})


async def test_says_when_a_page_is_too_old_to_be_brought_up_to_date(user: User, session_key: str) -> None:
    await told(user, 1001)
    for _ in range(3):
        await sync_to_async(number_waiting)(user_ids=[user.pk])
    socket = sockets.browser(session_key, query="?after=0")
    await socket.connect(timeout=sockets.SOON)

    assert (await sockets.frame(socket))["data"] == {"room": "user", "last": "1001", "is_complete": False}
    await socket.disconnect()


async def test_leaving_and_joining_again_loses_nothing(user: User, session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="leave", room="user"))["type"] == "left"
        await told(user)
        await sockets.relay(user)
        assert await socket.receive_nothing()

        assert (await sockets.ask(socket, type="join", room="user"))["type"] == "joined"
        assert ids([await sockets.frame(socket)]) == [1]


async def test_everybody_may_watch_the_chain(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="join", room="chain"))["data"]["room"] == "chain"
        await sync_to_async(live.send_all)([("chain", {"type": "hint", "frame": {"id": "", "type": "block_mined"}})])

        assert (await sockets.frame(socket))["type"] == "block_mined"


async def test_customers_may_not_watch_alerts(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="join", room="alerts"))["data"] == {"code": "not_allowed"}


async def test_analysts_may_watch_alerts(user: User, session_key: str) -> None:
    await sync_to_async(roles.ensure_roles)()
    await user.groups.aadd(await Group.objects.aget(name=roles.ANALYST))
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="join", room="alerts"))["type"] == "joined"


async def test_answers_a_ping(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        assert (await sockets.ask(socket, type="ping"))["type"] == "pong"


async def test_answers_what_it_can_not_mean_and_stays_open(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        for text, code in NONSENSE:
            await socket.send_to(text_data=text)

            answer = await sockets.frame(socket)
            assert (text, answer["type"], answer["data"]) == (text, "error", {"code": code})


async def test_answers_binary_messages(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await socket.send_to(bytes_data=b"\x00\xff")

        assert (await sockets.frame(socket))["data"] == {"code": "unknown_message"}


async def test_a_number_from_the_future_replays_nothing(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key, query="?after=77")) as socket:
        assert (await sockets.ask(socket, type="resume", after="999999999999999999"))["data"] == {"last": "0"}


async def test_closes_on_a_message_that_is_too_long(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await socket.send_to(text_data="₹" * 4097)

        assert await sockets.close_code(socket) == 1009


async def test_closes_on_a_flood(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        for _ in range(200):
            await socket.send_to(text_data='{"type": "ping"}')

        assert await sockets.close_code(socket) == 1008
