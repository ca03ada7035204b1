"""A load generator: HTTP/1.1 over kept connections, in one thread, with nothing between it and the socket.

Latency in an open loop counts from the moment at which a request was due, so a server that falls behind can't hide it
by slowing the sender down.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

READ_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What a run of requests came to.

    Attributes:
        seconds: how long the run lasted.
        latencies: of the requests that counted, in seconds.
        others: how many answers were something else, by what they were.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """What counted, a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in milliseconds that this share of what counted didn't exceed."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Line:
    """One connection; requests on it follow each other."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, request: bytes) -> Answer:
        """Send one request and read its answer."""
        self._writer.write(request)
        async with asyncio.timeout(READ_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(lines[0].split(" ")[1]), json.loads(body))


def post(path: str, body: dict[str, Any], headers: dict[str, str]) -> bytes:
    """Return the bytes of one request."""
    content = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(content)}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def closed_loop(ports: list[int], requests: Iterator[bytes], *, lines: int, seconds: float) -> Outcome:
    """Send as fast as the server answers: every line sends its next request when the last is answered."""
    outcome = Outcome()
    begun = time.perf_counter()

    async def work(number: int) -> None:
        async with Line(ports[number % len(ports)]) as line:
            while (sent_at := time.perf_counter()) < begun + seconds:
                _note(outcome, await line.send(next(requests)), sent_at)

    await asyncio.gather(*(work(number) for number in range(lines)))
    outcome.seconds = time.perf_counter() - begun
    return outcome


async def open_loop(ports: list[int], requests: Iterator[bytes], *, rate: float, seconds: float) -> Outcome:
    """Send at an even rate, whatever the server does."""
    outcome = Outcome()
    idle: list[Line] = []
    running: set[asyncio.Task[None]] = set()
    begun = time.perf_counter()

    async def one(number: int, due: float) -> None:
        line = idle.pop() if idle else await Line(ports[number % len(ports)]).__aenter__()
        _note(outcome, await line.send(next(requests)), due)
        idle.append(line)

    for number in range(int(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(number, due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    outcome.seconds = time.perf_counter() - begun
    for line in idle:
        await line.__aexit__()
    return outcome


def _note(outcome: Outcome, answer: Answer, since: float) -> None:
    """Count a payment that went through; keep what else came apart."""
    if answer.status == 201 and answer.body["status"] == "completed":
        outcome.latencies.append(time.perf_counter() - since)
    else:
        outcome.others[str(answer.body.get("code") or answer.body.get("status") or answer.status)] += 1
