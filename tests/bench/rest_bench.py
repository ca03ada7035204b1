"""Payments a second through REST, end to end, on a bank started as ``make run`` starts it.

``python -m tests.bench.rest_bench [--seconds 10] [--rounds 3] [--customers 600] [--web 1] [--json FILE]``

First as fast as the bank answers (closed loop), then at half that rate (open loop) for the latencies; without a PIN
and with one. Every payment has an idempotency key of its own. Refusals and payments held for review don't count. The
books are verified at the end.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

from tests.bench import load, machine, stack

if TYPE_CHECKING:
    from tests.bench.customers import Payer

PATH: Final = "/api/transactions/transfer"
# Above thirty payments an hour the fraud check holds a customer's money for review.
PAYMENTS_EACH: Final = 28
PAYEES_EACH: Final = 4
WARM_UP_SECONDS: Final = 3.0
PARTS: Final = ("web", "postgres", "worker", "valkey")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be chosen."""
    parser.add_argument("--seconds", type=float, default=10.0, help="of one measure")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lines", type=int, default=8, help="connections of the closed loop")
    parser.add_argument("--customers", type=int, default=600, help="of each kind, with and without PIN")
    parser.add_argument("--web", type=int, default=1, help="web processes")
    parser.add_argument("--json", type=Path)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    asked = parser.parse_args()
    console = Console(width=120)
    report = measure(asked, console)
    show(report, console)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if report["differences"] else 0


def measure(asked: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Start a bank, load it in turns, verify its books."""
    with stack.running_bank(web=asked.web, tell=console.log) as running:
        from ledger import verification  # noqa: PLC0415 - needs the bank that was just started
        from tests.bench import customers  # noqa: PLC0415

        console.log(f"Opening accounts for {asked.customers} customers without PIN and as many with one")
        payers = {
            "without PIN": _payments(customers.make(asked.customers, with_pin=False)),
            "with PIN": _payments(customers.make(asked.customers, with_pin=True)),
        }
        rounds = []
        for _ in range(asked.rounds):
            for name, requests in payers.items():
                console.log(f"Paying {name}")
                rounds.append({"measure": name} | _round(running, requests, asked))
        differences = [str(each) for each in verification.differences()]
    return {"web": asked.web, "lines": asked.lines, "seconds": asked.seconds, "rounds": rounds} | {
        "measures": {name: _summary([each for each in rounds if each["measure"] == name]) for name in payers},
        "differences": differences,
    }


def _payments(payers: "list[Payer]") -> Iterator[bytes]:
    """Yield payments, each customer paying a few regular payees in turn, until the fraud check would step in."""
    for turn in range(PAYMENTS_EACH):
        for place, payer in enumerate(payers):
            payee = payers[(place + 1 + turn % PAYEES_EACH) % len(payers)]
            body = {"to": payee.handle, "amount": "12.50", "note": "Lunch"} | ({"pin": payer.pin} if payer.pin else {})
            headers = {"Authorization": f"Bearer {payer.access}", "Idempotency-Key": os.urandom(16).hex()}
            yield load.post(PATH, body, headers)


def _round(running: stack.Stack, requests: Iterator[bytes], asked: argparse.Namespace) -> dict[str, Any]:
    """Find the highest rate, then the latencies at half of it."""
    asyncio.run(load.closed_loop(running.ports, requests, lines=asked.lines, seconds=WARM_UP_SECONDS))
    before, since = _cpu(running), time.perf_counter()
    full = asyncio.run(load.closed_loop(running.ports, requests, lines=asked.lines, seconds=asked.seconds))
    spent = {part: seconds - before[part] for part, seconds in _cpu(running).items()}
    lasted = time.perf_counter() - since
    half = asyncio.run(load.open_loop(running.ports, requests, rate=full.rate / 2, seconds=asked.seconds))
    return {
        "a_second": full.rate,
        "full_ms": [full.percentile(share) for share in (0.5, 0.9, 0.99)],
        "half_a_second": half.rate,
        "half_ms": [half.percentile(share) for share in (0.5, 0.9, 0.99)],
        "cpu_ms": {part: 1000 * spent[part] / len(full.latencies) for part in PARTS},
        "cores_used": sum(spent.values()) / lasted,
        "others": dict(full.others + half.others),
        "load_average": os.getloadavg()[0],
    }


def _cpu(running: stack.Stack) -> dict[str, float]:
    """Return the processor time that each part of the bank has used since it began."""
    return {
        part: sum(machine.cpu_seconds(pid) for first in pids for pid in machine.family(first))
        for part, pids in running.processes.items()
    }


def _summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of each figure, and the lowest and highest of those that vary most."""

    def middle(name: str, place: int | str) -> float:
        return float(statistics.median(each[name][place] for each in rounds))

    return {
        "a_second": statistics.median(each["a_second"] for each in rounds),
        "a_second_range": [min(each["a_second"] for each in rounds), max(each["a_second"] for each in rounds)],
        "half_a_second": statistics.median(each["half_a_second"] for each in rounds),
        "full_ms": [middle("full_ms", place) for place in range(3)],
        "half_ms": [middle("half_ms", place) for place in range(3)],
        "half_p99_range": [min(each["half_ms"][2] for each in rounds), max(each["half_ms"][2] for each in rounds)],
        "cpu_ms": {part: middle("cpu_ms", part) for part in PARTS},
        "load_average": max(each["load_average"] for each in rounds),
        "others": [each["others"] for each in rounds if each["others"]],
    }


HEADINGS: Final = (
    "payments", "a second", "at half load", "p50 ms", "p90 ms", "p99 ms", "CPU ms a payment: " + ", ".join(PARTS)
)  # fmt: skip


def rows(report: dict[str, Any]) -> Iterator[list[str]]:
    """Yield the table's rows, one a measure."""
    for name, figures in report["measures"].items():
        low, high = figures["a_second_range"]
        half = [f"{each:.1f}" for each in figures["half_ms"]]
        half[2] += " ({:.0f} to {:.0f})".format(*figures["half_p99_range"])
        cpu = " + ".join(f"{figures['cpu_ms'][part]:.1f}" for part in PARTS)
        rate = f"{figures['a_second']:.0f} ({low:.0f} to {high:.0f})"
        yield [name, rate, f"{figures['half_a_second']:.0f}", *half, cpu]


def show(report: dict[str, Any], console: Console) -> None:
    """Print the table."""
    table = Table(title=f"{report['web']} web process(es), {report['lines']} connections, {report['seconds']:g} s each")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "payments" else "right")
    for row in rows(report):
        table.add_row(*row)
    console.print(table)
    for name, figures in report["measures"].items():
        if figures["others"]:
            console.print(f"{name}: not counted {figures['others']}")
    console.print("books verified" if not report["differences"] else f"WRONG: {report['differences']}")


if __name__ == "__main__":
    sys.exit(main())
