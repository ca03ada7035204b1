"""How requests are served under ASGI: each on one thread of a fixed number."""

import asyncio
import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from securebank.web.threaded import ThreadedHandler

THREADS = 2

at_work = threading.Semaphore(THREADS)


def crowd(request: HttpRequest) -> HttpResponse:
    """Say whether more requests are at work than there are threads."""
    has_room = at_work.acquire(blocking=False)
    threading.Event().wait(0.01)
    if has_room:
        at_work.release()
    return JsonResponse({"has_room": has_room})


def bound(request: HttpRequest) -> HttpResponse:
    """Say what was bound for the log before, and bind something."""
    before = structlog.contextvars.get_contextvars().get("left_behind")
    structlog.contextvars.bind_contextvars(left_behind=True)
    return JsonResponse({"before": before})


def query(request: HttpRequest) -> HttpResponse:
    """Use the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({})


def parts(request: HttpRequest) -> StreamingHttpResponse:
    """Answer in parts."""

    async def made() -> Any:
        yield b"[1,"
        yield b"2]"

    return StreamingHttpResponse(made(), content_type="application/json")


def fault(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError


urlpatterns = [path(view.__name__, view) for view in (crowd, bound, query, parts, fault)]


@pytest.fixture
def handler(settings: Any) -> ThreadedHandler:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    return ThreadedHandler(threads=THREADS)


async def ask(handler: ThreadedHandler, name: str) -> tuple[int, bytes]:
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/{name}", "headers": [(b"host", b"127.0.0.1")]}
    await handler(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def test_works_on_no_more_requests_than_it_has_threads(handler: ThreadedHandler) -> None:
    answers = await asyncio.gather(*(ask(handler, "crowd") for _ in range(10)))

    assert [json.loads(body)["has_room"] for _status, body in answers] == [True] * 10


async def test_keeps_what_one_request_binds_from_the_next(handler: ThreadedHandler) -> None:
    answers = [await ask(handler, "bound") for _ in range(THREADS + 1)]

    assert [json.loads(body)["before"] for _status, body in answers] == [None] * (THREADS + 1)


async def test_sends_an_answer_in_parts(handler: ThreadedHandler) -> None:
    assert await ask(handler, "parts") == (200, b"[1,2]")


@pytest.mark.django_db(transaction=True)
async def test_gives_the_database_connection_back_with_the_answer(handler: ThreadedHandler) -> None:
    one_thread = ThreadedHandler(threads=1)

    await ask(one_thread, "query")

    assert await one_thread._on_a_thread(lambda: connection.connection) is None


@pytest.mark.django_db(transaction=True)
async def test_answers_500_to_a_fault_and_goes_on(handler: ThreadedHandler) -> None:
    assert (await ask(handler, "fault"))[0] == 500
    assert (await ask(handler, "bound"))[0] == 200
