"""WebSocket clients for the tests, against the real application and channel layer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone

import accounts.tasks
from accounts.models import User
from accounts.services import tokens
from securebank.asgi import application

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"
# Generous, because nothing is waited for longer than it takes.
SOON = 5.0


def sign_in(user: User) -> str:
    """Open a session on the site; return its key."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return str(client.session.session_key)


def tokens_of(user: User) -> tokens.TokenPair:
    """Sign in as a program does."""
    return tokens.issue(user=user, device=None, user_agent="tests", ip_address="127.0.0.1", now=timezone.now())


def browser(
    session_key: str, *, origin: str | None = ORIGIN, query: str = "", host: str = HOST
) -> WebsocketCommunicator:
    """Return a browser about to connect with its session cookie."""
    headers = [
        (b"host", host.encode()),
        (b"cookie", f"theme=dark; {settings.SESSION_COOKIE_NAME}={session_key}".encode()),
    ]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return WebsocketCommunicator(application, f"/ws/notifications{query}", headers=headers)


def program(access: str, *, origin: str | None = None) -> WebsocketCommunicator:
    """Return a program about to connect with an access token."""
    headers = [(b"origin", origin.encode())] if origin else []
    return WebsocketCommunicator(application, "/ws/notifications", headers=headers, subprotocols=["bearer", access])


async def is_let_in(socket: WebsocketCommunicator) -> bool:
    """Try to connect, and leave again."""
    connected, _code = await socket.connect(timeout=SOON)
    if connected:
        await socket.disconnect()
    return connected


@asynccontextmanager
async def connected(socket: WebsocketCommunicator) -> AsyncIterator[WebsocketCommunicator]:
    """Connect, read the greeting, leave in the end."""
    is_open, _subprotocol = await socket.connect(timeout=SOON)
    assert is_open
    greeting = await frame(socket)
    assert greeting["type"] == "joined"
    try:
        yield socket
    finally:
        await socket.disconnect()


async def frame(socket: WebsocketCommunicator) -> dict[str, Any]:
    """Return the next frame."""
    found: dict[str, Any] = await socket.receive_json_from(timeout=SOON)
    return found


async def frames(socket: WebsocketCommunicator, count: int) -> list[dict[str, Any]]:
    """Return the next frames."""
    return [await frame(socket) for _ in range(count)]


async def ask(socket: WebsocketCommunicator, **message: Any) -> dict[str, Any]:
    """Send one message; return the next frame."""
    await socket.send_json_to(message)
    return await frame(socket)


async def close_code(socket: WebsocketCommunicator) -> int:
    """Return with which code the server closes; frames before it are passed over."""
    while True:
        output = await socket.receive_output(timeout=SOON)
        if output["type"] == "websocket.close":
            return int(output["code"])


async def relay(*users: User) -> None:
    """Do what the worker does when nudged."""
    await sync_to_async(accounts.tasks.deliver_notifications)(user_ids=[str(user.pk) for user in users])
