"""Who watches the live figures, what they are sent, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

import accounts.tasks
from accounts import live
from accounts.models import User
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR, ensure_roles
from accounts.socket_watch import MAX_PER_PERSON, watch
from fraud.dashboard import figures
from fraud.dashboard.board import board
from fraud.dashboard.figures import Desk
from securebank.asgi import application
from tests import sockets
from tests.accounts.conftest import with_factor
from tests.factories import UserFactory
from tests.fraud.stored import decision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests decided, and look as often as asked."""
    monkeypatch.setattr(figures, "TICK", 0.0)
    monkeypatch.setattr(figures, "desk", Desk())


@pytest.fixture(autouse=True)
def roles(transactional_db: None) -> None:
    ensure_roles()


def colleague(role: str, *, has_factor: bool = True) -> User:
    person = UserFactory.create(name="Rita Review", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    return with_factor(person) if has_factor else person


@pytest.fixture
def analyst(roles: None) -> User:
    return colleague(ANALYST)


@pytest.fixture
def key(analyst: User) -> str:
    return sockets.sign_in(analyst)


def page(session_key: str, *, origin: str | None = sockets.ORIGIN, query: str = "") -> WebsocketCommunicator:
    headers = [
        (b"host", sockets.HOST.encode()),
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()),
    ]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return WebsocketCommunicator(application, f"/ws/staff{query}", headers=headers)


@asynccontextmanager
async def watching(socket: WebsocketCommunicator) -> AsyncIterator[tuple[WebsocketCommunicator, dict[str, Any]]]:
    is_open, _subprotocol = await socket.connect(timeout=sockets.SOON)
    assert is_open
    snapshot = await sockets.frame(socket)
    try:
        yield socket, snapshot
    finally:
        await socket.disconnect()


# --- who


@pytest.mark.parametrize("role", [ANALYST, SUPERVISOR])
async def test_lets_in_who_decides_about_payments(role: str) -> None:
    key = await sync_to_async(lambda: sockets.sign_in(colleague(role)))()

    assert await sockets.is_let_in(page(key))


async def test_lets_in_an_analysts_program() -> None:
    access = (await sync_to_async(lambda: sockets.tokens_of(colleague(ANALYST)))()).access

    assert await sockets.is_let_in(WebsocketCommunicator(application, "/ws/staff", subprotocols=["bearer", access]))


@pytest.mark.parametrize("who", ["customer", "auditor", "without a factor", "no longer staff"])
async def test_refuses_everybody_else(who: str) -> None:
    def make() -> str:
        if who == "customer":
            return sockets.sign_in(UserFactory.create())
        person = colleague(AUDITOR if who == "auditor" else ANALYST, has_factor=who != "without a factor")
        User.objects.filter(pk=person.pk).update(is_staff=who != "no longer staff")
        return sockets.sign_in(person)

    assert not await sockets.is_let_in(page(await sync_to_async(make)()))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_refuses_a_cookie_from_anywhere_but_the_site(key: str, origin: str | None) -> None:
    assert not await sockets.is_let_in(page(key, origin=origin))


async def test_refuses_nobody() -> None:
    assert not await sockets.is_let_in(page(""))


async def test_one_person_has_a_bounded_number_of_sockets(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.socket_watch.MAX_PER_PERSON", 1)
    assert MAX_PER_PERSON > 1
    async with watching(page(key)):
        second = page(key)
        await second.connect(timeout=sockets.SOON)

        assert await sockets.close_code(second) == live.TOO_MANY_SOCKETS


async def test_who_floods_is_closed(key: str) -> None:
    async with watching(page(key)) as (socket, _snapshot):
        for _ in range(60):
            await socket.send_json_to({"type": "ping"})

        assert await sockets.close_code(socket) == 1008


# --- what


async def test_begins_with_everything(key: str) -> None:
    await sync_to_async(decision)(at=timezone.now())
    async with watching(page(key)) as (_socket, snapshot):
        assert snapshot["type"] == "snapshot"
        assert set(snapshot["data"]) == {"recent", "totals", "tiers", "hours", "queue", "latency"}
        assert snapshot["data"]["totals"]["count"] == 1


async def test_a_payment_is_sent_with_only_what_it_changed(key: str) -> None:
    await sync_to_async(decision)(at=timezone.now(), took_us=100)
    async with watching(page(key)) as (socket, _snapshot):
        made = await sync_to_async(decision)(at=timezone.now(), took_us=100)
        await board.look()

        update = await sockets.frame(socket)
        assert update["type"] == "update"
        assert update["data"]["recent"][0]["transaction_id"] == str(made.payment_id)
        assert "queue" not in update["data"]


async def test_sends_nothing_while_nothing_changes(key: str) -> None:
    async with watching(page(key)) as (socket, _snapshot):
        await board.look()
        await board.look()

        assert (await sockets.ask(socket, type="ping"))["type"] == "pong"


async def test_a_payment_is_pushed_within_two_seconds_of_its_commit(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(figures, "desk", Desk())
    async with watching(page(key)) as (socket, _snapshot):
        await sync_to_async(decision)(at=timezone.now())

        update = await socket.receive_json_from(timeout=2)

        assert update["data"]["totals"]["count"] == 1


async def test_a_page_gets_its_sections_in_the_readers_language(key: str) -> None:
    await sync_to_async(decision)(at=timezone.now(), level="CRITICAL")
    async with watching(page(key, query="?html=1")) as (_socket, snapshot):
        assert set(snapshot["data"]["html"]) == {"recent", "totals", "tiers", "hours", "queue", "latency"}
        assert "Critical" in snapshot["data"]["html"]["recent"]


async def test_all_sockets_share_one_look(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    read = Desk.read

    def counted(desk: Desk, now: Any) -> Any:
        nonlocal looks
        looks += 1
        return read(desk, now)

    async with watching(page(key)), watching(page(key)), watching(page(key)):
        monkeypatch.setattr(Desk, "read", counted)
        await sync_to_async(decision)(at=timezone.now())
        await board.look()

    assert looks == 1


async def test_says_once_that_the_figures_are_old(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(page(key)) as (socket, _snapshot):
        monkeypatch.setattr(board, "look", _lost)
        monkeypatch.setattr("fraud.dashboard.board.TICK", 0.01)
        board._task.cancel()  # type: ignore[union-attr] # begun by the socket
        board._task = asyncio.create_task(board._run())

        assert (await sockets.frame(socket))["type"] == "stale"
        assert await socket.receive_nothing(timeout=0.1)
        board._is_blind = False


async def _lost() -> None:
    raise OperationalError


# --- until when


async def test_closes_within_five_seconds_of_sign_out(key: str) -> None:
    def sign_out() -> None:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        client.logout()

    async with watching(page(key)) as (socket, _snapshot):
        await sync_to_async(sign_out)()
        await watch.look()

        assert await sockets.close_code(socket) == live.SIGNED_OUT


async def test_closes_at_once_when_the_worker_is_told(key: str) -> None:
    async with watching(page(key)) as (socket, _snapshot):
        await sync_to_async(accounts.tasks.close_sockets)(groups=[live.session_group(key)])

        assert await sockets.close_code(socket) == live.SIGNED_OUT


def lose_the_role(analyst: User) -> None:
    analyst.groups.clear()


def lose_the_factor(analyst: User) -> None:
    Authenticator.objects.filter(user=analyst).delete()


def leave_the_bank(analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(is_staff=False)


@pytest.mark.parametrize("loss", [lose_the_role, lose_the_factor, leave_the_bank])
async def test_closes_when_its_owner_may_watch_no_longer(analyst: User, key: str, loss: Any) -> None:
    async with watching(page(key)) as (socket, _snapshot):
        await sync_to_async(loss)(analyst)
        await board.look()

        assert await sockets.close_code(socket) == live.SIGNED_OUT


async def test_the_board_rests_when_nobody_watches(key: str) -> None:
    async with watching(page(key)):
        assert board._task is not None

    assert board._task is None
    assert not board._watchers


# --- the page that asks again


def test_a_page_that_refreshes_itself_does_not_keep_staff_signed_in(analyst: User) -> None:
    client = Client()
    client.force_login(analyst, backend=settings.AUTHENTICATION_BACKENDS[0])
    long_ago = int((timezone.now() - settings.STAFF_IDLE_TIMEOUT + timedelta(seconds=30)).timestamp())
    session = client.session
    session["staff_seen_at"] = long_ago
    session.save()

    assert client.get("/staff/live/figures", headers={"X-Unattended": "1"}).status_code == 200

    assert client.session["staff_seen_at"] == long_ago
