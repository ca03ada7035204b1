"""How long the bank takes to open and to close, and what memory it takes: ``python -m securebank.up`` as it stands.

``python -m tests.bench.start_bench [--rounds 3] [--json FILE]``

The first start makes database and demo data; later ones find them. Packages are installed already. Memory is read ten
seconds after opening: resident (RSS), and with pages that several processes map split among them (PSS).
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from securebank.up import bank, probe
from tests.bench import machine, stack

SETTLE_SECONDS = 10.0
OPEN_SECONDS = 120.0


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="first starts, each followed by one later start")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    report = measure(asked.rounds)
    show(report, Console(width=100))
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(rounds: int) -> dict[str, Any]:
    """Start a new bank so many times, and each once again."""
    seconds: dict[str, list[float]] = {"first start": [], "later start": [], "stop": []}
    memory: dict[str, tuple[float, float]] = {}
    load = []
    for _ in range(rounds):
        with stack.private_folder() as state:
            for kind in ("first start", "later start"):
                load.append(os.getloadavg()[0])
                process, took = _start(state)
                seconds[kind].append(took)
                if kind == "later start":
                    time.sleep(SETTLE_SECONDS)
                    memory = _memory(state, process.pid)
                seconds["stop"].append(_stop(process))
    return {"seconds": seconds, "memory": memory, "load_average": [min(load), max(load)]}


def _start(state: Path) -> tuple["subprocess.Popen[bytes]", float]:
    port = stack.free_port()
    environment = os.environ | {"SECUREBANK_STATE_DIR": str(state), "PORT": str(port)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "securebank.up", "--with-parent"],
        cwd=bank.PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    while not probe.is_healthy(port=port):
        if process.poll() is not None or time.perf_counter() - began > OPEN_SECONDS:
            raise RuntimeError("the bank did not open")
        time.sleep(0.02)
    return process, time.perf_counter() - began


def _stop(process: "subprocess.Popen[bytes]") -> float:
    began = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    return time.perf_counter() - began


def _memory(state: Path, launcher: int) -> dict[str, tuple[float, float]]:
    """Return RSS and PSS in MiB of each part; PostgreSQL's many processes together."""
    first = {path.stem: json.loads(path.read_text("ascii"))["pid"] for path in (state / "children").glob("*.json")}
    families = {name: machine.family(pid) for name, pid in sorted(first.items())} | {"launcher": [launcher]}
    found = {}
    for name, pids in families.items():
        sizes = [machine.memory_mib(pid) for pid in pids]
        found[name] = sum(rss for rss, _ in sizes), sum(pss for _, pss in sizes)
    return found


def rows(report: dict[str, Any]) -> list[list[str]]:
    """Return the table's rows: what, median, lowest and highest."""
    times = [
        [what, f"{statistics.median(took):.1f} s", f"{min(took):.1f} to {max(took):.1f} s"]
        for what, took in report["seconds"].items()
    ]
    sizes = [
        [f"memory of {name}", f"{rss:.0f} MiB RSS", f"{pss:.0f} MiB PSS"]
        for name, (rss, pss) in report["memory"].items()
    ]
    return [*times, *sizes]


def show(report: dict[str, Any], console: Console) -> None:
    """Print the table."""
    table = Table(title="python -m securebank.up, load {:.1f} to {:.1f}".format(*report["load_average"]))
    for heading in ("what", "median or RSS", "range or PSS"):
        table.add_column(heading)
    for row in rows(report):
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
