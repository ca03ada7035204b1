"""The outermost door: bounds what a client may send, before anything is parsed or kept.

Bytes are counted as they arrive, so a missing or false ``Content-Length`` (chunked bodies have none) changes nothing.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

from securebank.web.problems import PROBLEM_JSON, problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

DEFAULT_LIMIT_BYTES: Final = 1024 * 1024


class BodyLimit:
    """ASGI middleware that answers 413 to a body over the limit and 415 to a compressed one."""

    def __init__(
        self, application: Application, *, limit: int = DEFAULT_LIMIT_BYTES, larger: Mapping[str, int] | None = None
    ) -> None:
        self._application = application
        self._limit = limit
        # By path, for doors that take files or long lists.
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        if headers.get(b"content-encoding", b"identity").strip().lower() not in {b"", b"identity"}:
            # Nothing here unpacks bodies, so a small one can't grow into a large one either.
            await _refuse(send, status=415, code="unsupported_encoding", title="Send the body uncompressed")
            return
        limit = self._larger.get(scope.get("path", ""), self._limit)
        body = await _read(receive, limit)
        if body is None:
            await _refuse(send, status=413, code="body_too_large", title="The body is too large", limit=limit)
            return
        await self._application(scope, _replay(body, receive), send)


async def _read(receive: Receive, limit: int) -> list[Message] | None:
    """Read the whole body; None if it is larger than allowed."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > limit:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def next_message() -> Message:
        for message in waiting:
            return message
        return await receive()

    return next_message


async def _refuse(send: Send, *, status: int, code: str, title: str, **facts: Any) -> None:
    document = problem(status_code=status, code=code, title=title, detail=title + ".", **facts)
    body = json.dumps(document).encode()
    headers = [
        (b"content-type", PROBLEM_JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        # No middleware comes after this, so what it says of every answer is said here.
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        # What the client still sends is not read, so the connection can't be used again.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
