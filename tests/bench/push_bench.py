"""The time from a notice's commit to its frame at the browser.

``python -m tests.bench.push_bench [--sockets 20] [--notices 300] [--rate 50] [--json FILE]``

Connects browsers to the two web processes of a private bank, and writes notices at a steady rate in a third process
(this one). Figures hold commit, nudge, relay and push.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import websockets
from rich.console import Console

from tests.bench import stack

if TYPE_CHECKING:
    from tests.bench.customers import Payer

SHARES = (0.5, 0.9, 0.99, 1.0)


def tell(payer: "Payer") -> float:
    """Write one notice; return the moment before its commit."""
    from django.db import transaction  # noqa: PLC0415 - needs the bank that was just started

    from accounts.services import notifications  # noqa: PLC0415

    with transaction.atomic():
        notifications.notify(notifications.Notice(payer.user_id, "notification", {"event": "pin_locked"}))
        return time.perf_counter()


async def connect(port: int, access: str) -> websockets.ClientConnection:
    """Connect and read the greeting."""
    opened = await websockets.connect(
        f"ws://127.0.0.1:{port}/ws/notifications",
        subprotocols=[websockets.Subprotocol("bearer"), websockets.Subprotocol(access)],
    )
    await opened.recv()
    return opened


async def read(link: websockets.ClientConnection, arrivals: list[float]) -> None:
    """Note when each notice arrives; they come in the order of their numbers."""
    while True:
        if json.loads(await link.recv())["id"]:
            arrivals.append(time.perf_counter())


async def measure(ports: list[int], people: "list[Payer]", *, notices: int, rate: float) -> list[float]:
    """Return the seconds that each notice took."""
    links = [await connect(ports[place % len(ports)], payer.access) for place, payer in enumerate(people)]
    told: list[list[float]] = [[] for _ in people]
    arrivals: list[list[float]] = [[] for _ in people]
    readers = [asyncio.create_task(read(*pair)) for pair in zip(links, arrivals, strict=True)]
    for turn in range(notices):
        place = turn % len(people)
        told[place].append(await asyncio.to_thread(tell, people[place]))
        await asyncio.sleep(1 / rate)
    # Longer than the watch needs to bring what a push lost.
    await asyncio.sleep(6)
    for reader, link in zip(readers, links, strict=True):
        reader.cancel()
        await link.close()
    pairs = [zip(begun, ended, strict=False) for begun, ended in zip(told, arrivals, strict=True)]
    return sorted(arrived - began for pair in pairs for began, arrived in pair)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on a private bank."""
    with stack.running_bank(web=2) as running:
        from tests.bench import customers  # noqa: PLC0415 - needs the bank that was just started

        people = customers.make(options.sockets, with_pin=False)
        # The first notices wake everything up and aren't counted.
        asyncio.run(measure(running.ports, people[:2], notices=10, rate=2))
        taken = asyncio.run(measure(running.ports, people, notices=options.notices, rate=options.rate))
    if len(taken) < options.notices:
        sys.exit(f"{options.notices - len(taken)} of {options.notices} notices did not arrive")
    places = [min(len(taken) - 1, int(share * len(taken))) for share in SHARES]
    return {
        "notices": options.notices,
        "sockets": options.sockets,
        "rate": options.rate,
        "ms": [1000 * taken[place] for place in places],
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sockets", type=int, default=20)
    asked.add_argument("--notices", type=int, default=300)
    asked.add_argument("--rate", type=float, default=50, help="notices a second")
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    report = run(options)
    console = Console()
    console.print("commit to frame: {notices} notices, {sockets} sockets on 2 web processes".format(**report))
    for share, milliseconds in zip(SHARES, report["ms"], strict=True):
        console.print(f"  p{share * 100:g}: {milliseconds:.1f} ms")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
