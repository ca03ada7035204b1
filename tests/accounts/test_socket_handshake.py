from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from accounts import live
from accounts.models import User
from accounts.services import tokens
from accounts.socket_watch import MAX_PER_PERSON
from securebank.asgi import application
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


async def test_lets_a_page_of_the_site_in(session_key: str) -> None:
    assert await sockets.is_let_in(sockets.browser(session_key))


async def test_lets_a_page_of_the_host_that_was_asked_in(session_key: str) -> None:
    assert await sockets.is_let_in(sockets.browser(session_key, origin="http://localhost:9000", host="localhost:9000"))


async def test_refuses_a_cookie_from_another_origin(session_key: str) -> None:
    assert not await sockets.is_let_in(sockets.browser(session_key, origin="http://evil.example"))


async def test_refuses_a_cookie_that_is_no_session() -> None:
    for key in ("", "nobody", "x" * 5000, "a;b=c", '"'):
        assert not await sockets.is_let_in(sockets.browser(key))


async def test_refuses_a_session_of_somebody_who_was_deactivated(user: User, session_key: str) -> None:
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)

    assert not await sockets.is_let_in(sockets.browser(session_key))


async def test_lets_a_program_in_by_its_token_alone(access: str) -> None:
    for origin in (None, "https://shop.example"):
        socket = sockets.program(access, origin=origin)

        assert await socket.connect(timeout=sockets.SOON) == (True, "bearer")
        await socket.disconnect()


async def test_refuses_a_bad_token_even_beside_a_good_cookie(session_key: str) -> None:
    headers = sockets.browser(session_key).scope["headers"]
    for subprotocols in (["bearer"], ["bearer", "x"], ["bearer", ""], ["bearer", "a", "b"]):
        socket = WebsocketCommunicator(application, "/ws/notifications", headers=headers, subprotocols=subprotocols)
        assert not await sockets.is_let_in(socket)


async def test_refuses_a_refresh_token(user: User) -> None:
    pair = await sync_to_async(sockets.tokens_of)(user)

    assert not await sockets.is_let_in(sockets.program(pair.refresh))


async def test_refuses_the_token_of_a_family_that_ended(user: User, access: str) -> None:
    await sync_to_async(tokens.revoke_all)(user=user, reason="test", now=timezone.now())

    assert not await sockets.is_let_in(sockets.program(access))


async def test_refuses_an_expired_token(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens.AccessToken, "lifetime", timedelta(seconds=-1))
    pair = await sync_to_async(sockets.tokens_of)(user)

    assert not await sockets.is_let_in(sockets.program(pair.access))


async def test_refuses_an_address_where_nobody_listens() -> None:
    assert not await sockets.is_let_in(WebsocketCommunicator(application, "/ws/nothing"))


async def test_one_person_keeps_a_bounded_number_of_sockets(session_key: str) -> None:
    held = [sockets.browser(session_key) for _ in range(MAX_PER_PERSON)]
    for socket in held:
        await socket.connect(timeout=sockets.SOON)

    one_more = sockets.browser(session_key)
    await one_more.connect(timeout=sockets.SOON)

    assert await sockets.close_code(one_more) == live.TOO_MANY_SOCKETS
    for socket in held:
        await socket.disconnect()
    assert await sockets.is_let_in(sockets.browser(session_key))
