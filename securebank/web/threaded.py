"""Django under ASGI with one change of threads for each request.

Django's own handler gives every request a new thread, and hands it back and forth between that thread and the event
loop around each middleware that can live in either. Here middleware, view and database work run in one go, on one of a
fixed number of threads. What is more than that many waits in line, instead of failing for want of a connection.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.urls import set_script_prefix


class ThreadedHandler(ASGIHandler):
    """Answers HTTP requests on a fixed number of threads."""

    def __init__(self, *, threads: int) -> None:
        # Not ASGIHandler's own, which would put asynchronous links into the chain.
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def handle(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve one request. A client that leaves doesn't stop what was begun: a thread can't be stopped halfway."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._on_a_thread(self._answer, scope, body)
        await self.send_response(response, send)
        if response.streaming:
            await self._on_a_thread(response.close)

    async def _on_a_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        # In a copy, so that what a request binds for its log lines stays its own.
        return await asyncio.get_running_loop().run_in_executor(self._threads, copy_context().run, work, *arguments)

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> Any:
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, refusal = self.create_request(scope, body)
            response: Any = self.get_response(request) if request is not None else refusal
        # As Django's own handlers do: the sender of the signal that the request has ended.
        response._handler_class = self.__class__  # noqa: SLF001
        if not response.streaming:
            # Now, on this thread, which gives its database connection back with it; the bytes to send are complete.
            response.close()
        return response
