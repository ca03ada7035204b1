import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

import accounts.tasks
from accounts import live
from accounts.models import Notification, TokenFamily, User
from accounts.services import notifications, tokens
from accounts.services.notification_delivery import number_waiting
from accounts.socket_watch import INTERVAL, _standing, watch
from tests import sockets
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def session_key(user: User) -> str:
    return sockets.sign_in(user)


@pytest.fixture
def access(user: User) -> str:
    return sockets.tokens_of(user).access


def sign_out(session_key: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_key
    client.logout()


async def test_closes_within_five_seconds_of_sign_out_though_every_push_is_lost(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        began = asyncio.get_running_loop().time()
        await sync_to_async(sign_out)(session_key)

        assert await sockets.close_code(socket) == live.SIGNED_OUT
        assert asyncio.get_running_loop().time() - began < 5
        assert INTERVAL < 5


async def test_closes_at_once_when_the_worker_is_told(session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await sync_to_async(accounts.tasks.close_sockets)(groups=[live.session_group(session_key)])

        assert await sockets.close_code(socket) == live.SIGNED_OUT


async def test_closing_one_session_leaves_the_others_open(user: User, session_key: str) -> None:
    other_key = await sync_to_async(sockets.sign_in)(user)
    async with sockets.connected(sockets.browser(other_key)) as other:
        await sync_to_async(accounts.tasks.close_sockets)(groups=[live.session_group(session_key)])

        assert (await sockets.ask(other, type="ping"))["type"] == "pong"


async def end_session(user: User, key: str) -> None:
    await Session.objects.filter(session_key=key).adelete()


async def end_from_the_session_list(user: User, key: str) -> None:
    await sync_to_async(lambda: UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1").end())()


async def expire_session(user: User, key: str) -> None:
    await Session.objects.filter(session_key=key).aupdate(expire_date=timezone.now())


async def deactivate(user: User, key: str) -> None:
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)


async def change_password(user: User, key: str) -> None:
    await User.objects.filter(pk=user.pk).aupdate(password="argon2$other")


@pytest.mark.parametrize(
    "ending", [end_session, end_from_the_session_list, expire_session, deactivate, change_password]
)
async def test_the_watch_closes_what_no_longer_stands(user: User, session_key: str, ending: object) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        await ending(user, session_key)  # type: ignore[operator]
        await watch.look()

        assert await sockets.close_code(socket) == live.SIGNED_OUT


async def revoke(family: UUID) -> None:
    await TokenFamily.objects.filter(pk=family).aupdate(revoked_at=timezone.now())


async def expire(family: UUID) -> None:
    await TokenFamily.objects.filter(pk=family).aupdate(expires_at=timezone.now())


@pytest.mark.parametrize("ending", [revoke, expire])
async def test_the_watch_closes_sockets_of_token_families_that_ended(access: str, ending: object) -> None:
    async with sockets.connected(sockets.program(access)) as socket:
        await ending(tokens.read(tokens.AccessToken, access).family_id)  # type: ignore[operator]
        await watch.look()

        assert await sockets.close_code(socket) == live.SIGNED_OUT


async def test_a_socket_does_not_outlive_its_access_token(access: str, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime.now(UTC) + settings.ACCESS_TOKEN_LIFETIME + timedelta(seconds=1)
    async with sockets.connected(sockets.program(access)) as socket:
        monkeypatch.setattr("accounts.socket_watch.timezone.now", lambda: late)
        await watch.look()

        assert await sockets.close_code(socket) == live.SIGNED_OUT


async def test_the_watch_keeps_what_stands(session_key: str, access: str) -> None:
    async with (
        sockets.connected(sockets.browser(session_key)) as tab,
        sockets.connected(sockets.program(access)) as program,
    ):
        await watch.look()

        assert [(await sockets.ask(socket, type="ping"))["type"] for socket in (tab, program)] == ["pong", "pong"]


async def test_the_watch_asks_once_for_all_sockets(
    session_key: str, access: str, django_assert_num_queries: object
) -> None:
    async with (
        sockets.connected(sockets.browser(session_key)),
        sockets.connected(sockets.browser(session_key)),
        sockets.connected(sockets.program(access)),
    ):
        grants = [socket.grant for mine in watch._sockets.values() for socket in mine]

        def ask() -> None:
            with django_assert_num_queries(1):  # type: ignore[operator]
                _standing(grants, timezone.now())

        await sync_to_async(ask)()


async def test_the_watch_sends_what_a_lost_push_left_out(user: User, session_key: str) -> None:
    async with sockets.connected(sockets.browser(session_key)) as socket:
        notice = notifications.Notice(user.pk, "notification", {"event": "pin_locked"})
        await sync_to_async(notifications.notify)(notice)
        await sync_to_async(number_waiting)(user_ids=[user.pk])
        await watch.look()

        assert (await sockets.frame(socket))["id"] == "1"
        assert await Notification.objects.filter(user=user).acount() == 1
