"""What a process that wakes up often waits for a core, beside searches for a nonce that step back and ones that don't.

``python -m tests.bench.spare_bench [--rounds 12]``

It sleeps for a millisecond and works for 0.2, as a server process does that answers; what it waits is the scheduler's
own count (``schedstat``), so that it says something on a machine that does other things too. As many searches run as
there are cores. In turns, every other round the other way round.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console

from ledger.chain import headers, spare
from tests.bench.beside_miner import percentile, waited_for_a_core

SECONDS: Final = 1.0
SLEEP: Final = 0.001
WORK: Final = 0.0002
SCRIPTS: Final = {
    "alone": "",
    "beside plain searches": spare.SEARCH,
    "beside ones that step back": spare.STEP_BACK + spare.SEARCH,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    found: dict[str, list[list[float]]] = {name: [] for name in SCRIPTS}
    for number in range(rounds):
        for name in list(SCRIPTS)[:: 1 if number % 2 else -1]:
            with searching(SCRIPTS[name]):
                found[name].append(waits())
    console = Console()
    for name, turns in found.items():
        mean = statistics.median(statistics.mean(each) for each in turns)
        late = [percentile(each, 99) for each in turns]
        console.print(
            f"{name}: {mean:.0f} µs a turn, p99 {statistics.median(late):.0f} µs ({min(late):.0f} to {max(late):.0f})"
        )
    console.print(f"load {os.getloadavg()[0]:.1f}, medians of {rounds} rounds")


@contextmanager
def searching(script: str) -> Iterator[None]:
    """Search on every core for what is never found."""
    asked = [str(os.getpid()), "00", str(headers.HARDEST), "0"]
    command = [sys.executable, "-S", "-c", script, *asked]
    processes = [subprocess.Popen(command, cwd=spare.ROOT) for _ in range(os.cpu_count() or 1) if script]
    try:
        time.sleep(SECONDS / 5)
        yield
    finally:
        for each in processes:
            each.kill()
            each.wait()


def waits() -> list[float]:
    """Return what each turn waited for a core, in microseconds."""
    found, before = [], waited_for_a_core("thread-self")
    until = time.perf_counter() + SECONDS
    while (begun := time.perf_counter()) < until:
        time.sleep(SLEEP)
        while time.perf_counter() - begun < SLEEP + WORK:
            pass
        after = waited_for_a_core("thread-self")
        found.append(1e6 * (after - before))
        before = after
    return found


if __name__ == "__main__":
    main()
