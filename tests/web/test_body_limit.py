"""The outermost door, spoken to as a server speaks to it."""

import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from securebank.asgi import application
from securebank.web.body_limit import BodyLimit, Message, Receive, Scope, Send

# The bank's own limit, and one byte.
TOO_LARGE = 1024 * 1024 + 1

Answer = tuple[int, dict[str, Any]]


async def count_bytes(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the number of bytes received, as an application that reads to the end."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps({"size": size}).encode()})


async def ask(chunks: list[bytes], *headers: tuple[bytes, bytes], path: str = "/") -> Answer:
    incoming = iter(
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks)}
        for place, chunk in enumerate(chunks, start=1)
    )
    sent: list[Message] = []

    async def receive() -> Message:
        return next(incoming)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": list(headers)}
    await BodyLimit(count_bytes, limit=100, larger={"/pictures": 200})(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


async def test_passes_on_what_fits() -> None:
    assert await ask([b"x" * 60, b"x" * 40]) == (200, {"size": 100})


async def test_takes_more_at_doors_for_files_and_only_there() -> None:
    assert await ask([b"x" * 200], path="/pictures") == (200, {"size": 200})
    assert (await ask([b"x" * 201], path="/pictures"))[1]["limit"] == 200
    assert (await ask([b"x" * 200], path="/pictures/more"))[0] == 413


async def test_counts_chunks_without_any_length() -> None:
    status, problem = await ask([b"x" * 60, b"x" * 41])

    assert (status, problem["code"], problem["limit"]) == (413, "body_too_large", 100)


async def test_believes_no_length_header() -> None:
    status, _ = await ask([b"x" * 101], (b"content-length", b"5"))

    assert status == 413


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"identity, gzip", b"BZ2"])
async def test_refuses_a_packed_body(encoding: bytes) -> None:
    status, problem = await ask([b"x"], (b"Content-Encoding", encoding))

    assert (status, problem["code"]) == (415, "unsupported_encoding")


@pytest.mark.parametrize(
    "length",
    [[], [(b"content-length", b"%d" % TOO_LARGE)], [(b"content-length", b"5")]],
    ids=["no length", "true length", "false length"],
)
async def test_the_bank_takes_no_body_over_the_limit(length: list[tuple[bytes, bytes]]) -> None:
    start, body = await ask_the_bank([b"x" * 1000] * 1048 + [b"x" * 577], length)

    assert (start["status"], body["code"], body["limit"]) == (413, "body_too_large", TOO_LARGE - 1)


async def test_refuses_as_safely_as_any_other_answer() -> None:
    for headers in ([], [(b"content-encoding", b"gzip")]):
        start, _ = await ask_the_bank([b"x" * TOO_LARGE], headers)
        said = dict(start["headers"])
        assert (said[b"x-content-type-options"], said[b"cache-control"]) == (b"nosniff", b"no-store")
        assert said[b"content-type"] == b"application/problem+json"


async def ask_the_bank(chunks: list[bytes], headers: list[tuple[bytes, bytes]]) -> tuple[Message, dict[str, Any]]:
    """Send chunks to the whole application, as the server does; it reads no more of them than it wants."""
    scope = {"type": "http", "method": "POST", "path": "/api/auth/login", "query_string": b"", "headers": headers}
    bank: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
    for place, chunk in enumerate(chunks, start=1):
        await bank.send_input({"type": "http.request", "body": chunk, "more_body": place < len(chunks)})
    start, body = await bank.receive_output(5), await bank.receive_output(5)
    await bank.wait(5)
    return start, json.loads(body["body"])


async def test_takes_a_body_that_says_it_is_not_packed() -> None:
    assert await ask([b"x"], (b"content-encoding", b" Identity ")) == (200, {"size": 1})


async def test_leaves_sockets_alone() -> None:
    seen: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def unused(*_: Any) -> Any:
        raise AssertionError

    await BodyLimit(note)({"type": "websocket", "headers": []}, unused, unused)

    assert seen == ["websocket"]


async def test_a_door_may_take_more_than_the_others() -> None:
    async def nothing(_message: Message) -> None:
        raise AssertionError

    passed: list[Scope] = []

    async def note(scope: Scope, _receive: Receive, _send: Send) -> None:
        passed.append(scope)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 150}

    await BodyLimit(note, limit=100, larger={"/many": 200})(
        {"type": "http", "headers": [], "path": "/many"}, receive, nothing
    )

    assert len(passed) == 1
