"""Measure the bank on this machine and write ``docs/benchmarks.md``.

``python -m tests.bench [--quick] [ledger] [chain] [rest] [fraud] [fraud_parts] [models] [push] [page] [desk] [simulate]
[backtest] [codes] [qr] [qr_photos] [start]``

Each benchmark is a program of its own with options of its own (``python -m tests.bench.rest_bench --help``) and runs on
engines of its own, with fsync on. Named alone, only those run and only their part of the page is renewed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import machine, report, stack

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One program, how it is called, and how its figures are told."""

    full: tuple[str, ...]
    quick: tuple[str, ...]
    tell: Callable[[dict[str, Any]], str]


BENCHMARKS = {
    "ledger": Benchmark(("--seconds", "10", "--rounds", "5"), ("--seconds", "2", "--rounds", "2"), report.ledger),
    "chain": Benchmark(
        ("--sizes", "1000", "100000", "1000000", "--seconds", "10", "--rounds", "5"),
        ("--sizes", "1000", "100000", "--seconds", "3", "--rounds", "2"),
        report.chain,
    ),
    "rest": Benchmark(
        ("--seconds", "15", "--rounds", "3", "--customers", "700"),
        ("--seconds", "4", "--rounds", "2", "--customers", "150"),
        report.rest,
    ),
    "fraud": Benchmark(
        ("--payments", "3000", "--seconds", "15"),
        ("--payments", "500", "--longest", "100000", "--seconds", "4"),
        report.fraud,
    ),
    "backtest": Benchmark(
        ("--decisions", "50000", "--rounds", "3"), ("--decisions", "5000", "--rounds", "2"), report.backtest
    ),
    "simulate": Benchmark(("--payments", "1000"), ("--payments", "200"), report.simulate),
    "push": Benchmark(("--notices", "1000"), ("--notices", "100"), report.push),
    "fraud_parts": Benchmark(("--calls", "20000"), ("--calls", "2000"), report.fraud_parts),
    "models": Benchmark(("--calls", "20000"), ("--calls", "2000", "--rows", "200000"), report.models),
    "page": Benchmark(("--payments", "50"), ("--payments", "20"), report.page_change),
    "desk": Benchmark((), ("--stored", "50000", "100000", "--rounds", "50"), report.desk),
    "codes": Benchmark(("--seals", "1000000"), ("--seals", "50000", "--calls", "500"), report.codes),
    "qr": Benchmark(("--pictures", "60", "--rounds", "5"), ("--pictures", "12", "--rounds", "2"), report.qr),
    "qr_photos": Benchmark(("--forgeries", "40"), ("--forgeries", "10"), report.qr_photos),
    "start": Benchmark(("--rounds", "5"), ("--rounds", "1"), report.start),
}


def main() -> int:
    """Run what was asked for and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of ten; figures vary more")
    parser.add_argument("which", nargs="*", metavar="WHICH", help=f"of {', '.join(BENCHMARKS)}; all by default")
    asked = parser.parse_args()
    if unknown := set(asked.which) - BENCHMARKS.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    console = Console(width=100)
    environment = {name: value for name, value in os.environ.items() if name not in stack.NOT_OURS}
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    parts = {"machine": report.machine(machine.facts())}
    failed = []
    for name in asked.which or BENCHMARKS:
        console.rule(name)
        began = time.monotonic()
        found = _run(name, BENCHMARKS[name].quick if asked.quick else BENCHMARKS[name].full, environment)
        if found is None:
            failed.append(name)
            continue
        parts[name] = found
        console.print(f"[dim]{name} took {time.monotonic() - began:.0f} s[/]")
    PAGE.write_text(report.page({name: parts.get(name) or _kept(page, name) for name in report.ORDER}), "utf-8")
    console.print(f"wrote {PAGE}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _run(name: str, options: tuple[str, ...], environment: dict[str, str]) -> str | None:
    """Run one program; return what is to be said of it, or None when it failed."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "figures.json"
        command = ["-m", f"tests.bench.{name}_bench", *options]
        done = subprocess.run([sys.executable, *command, "--json", str(answer)], env=environment, check=False)
        if done.returncode != 0:
            return None
        figures = json.loads(answer.read_text(encoding="utf-8"))
    moment = f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC"
    return f"`python {' '.join(command)}`, {moment}\n\n{BENCHMARKS[name].tell(figures)}"


def _kept(page: str, name: str) -> str:
    """Return a part of the page as it was."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", page, re.DOTALL)
    return found[1] if found else "Not measured yet."


if __name__ == "__main__":
    sys.exit(main())
