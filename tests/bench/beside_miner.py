"""What a payment notices of the miner beside it: entries at a steady pace, in pairs of rounds with a miner and without.

In every other pair the miner comes first, so that a machine that grows slower or faster favours neither. Besides the
latencies, which everything on the machine moves, a round tells how long the database's and the clients' processes stood
ready and waited for a processor: that is what a miner can take from them.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CLIENTS: Final = 8
PACES: Final = {"of payments through REST": 85, "ten times that": 850}
# What the sweep does in the bank, in a process of its own.
MINER: Final = """
import sys, time, django
django.setup()
from ledger.chain import mining, spare
print("ready", flush=True)
while True:
    mining.mine_pending(search=spare.search)
    time.sleep(3)
"""


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went.

    Attributes:
        took: each entry from the moment it was due, in milliseconds.
        waited: what clients and server processes waited for a core in all, in seconds.
    """

    took: list[float]
    waited: float


def measure(payers: Sequence[int], payees: Sequence[int], seconds: float, rounds: int) -> dict[str, Any]:
    """Post at each pace, in pairs of rounds."""
    found: dict[str, Any] = {}
    for name, pace in PACES.items():
        alone: list[Round] = []
        beside: list[Round] = []
        for number in range(rounds):
            for has_miner in (number % 2 == 1, number % 2 == 0):
                with miner() if has_miner else nullcontext():
                    (beside if has_miner else alone).append(posted(payers, payees, pace, seconds))
        ratios = sorted(percentile(b.took, 99) / percentile(a.took, 99) for a, b in zip(alone, beside, strict=True))
        found[name] = {
            "pace": pace,
            "alone": summary(alone),
            "beside": summary(beside),
            "p99_ratio": statistics.median(ratios),
            "p99_ratios": ratios,
        }
    return found


@contextmanager
def miner() -> Iterator[None]:
    """Mine as the sweep does, in another process."""
    process = subprocess.Popen([sys.executable, "-c", MINER], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.communicate()


def posted(payers: Sequence[int], payees: Sequence[int], pace: int, seconds: float) -> Round:
    """Post for a while and return how that went."""
    from django.db import connection  # noqa: PLC0415

    from ledger import services  # noqa: PLC0415
    from ledger.types import EntryOrder, EntryType  # noqa: PLC0415
    from securebank.kernel.ids import new_id  # noqa: PLC0415
    from securebank.kernel.money import Money  # noqa: PLC0415

    begins = time.perf_counter() + 0.5
    gap = CLIENTS / pace

    def client(number: int) -> tuple[list[float], float]:
        dice, took, waited = random.Random(number), [], -waited_for_a_core("thread-self")
        try:
            connection.ensure_connection()
            due = begins + number * gap / CLIENTS
            while due < begins + seconds:
                time.sleep(max(0.0, due - time.perf_counter()))
                accounts = dice.choice(payers), dice.choice(payees)
                services.post_entry(EntryOrder(new_id(), *accounts, Money(1, "INR"), EntryType.TRANSFER))
                took.append(1000 * (time.perf_counter() - due))
                due += gap
            waited += waited_for_a_core("thread-self") + waited_for_a_core(str(connection.connection.info.backend_pid))
        finally:
            connection.close()
        return took, waited

    with ThreadPoolExecutor(CLIENTS) as pool:
        shares = list(pool.map(client, range(CLIENTS)))
    return Round([one for took, _ in shares for one in took], sum(waited for _, waited in shares))


def waited_for_a_core(process: str) -> float:
    """Return the seconds in which a process could have run and did not: the second field of its schedstat."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9


def summary(found: list[Round]) -> dict[str, float]:
    """Return medians of the rounds' percentiles, and of what an entry's processes waited."""
    parts = {f"p{part}_ms": statistics.median(percentile(each.took, part) for each in found) for part in (50, 99)}
    return parts | {"waited_us": statistics.median(1e6 * each.waited / len(each.took) for each in found)}


def percentile(took: list[float], part: int) -> float:
    """Return how long all but the slowest took."""
    return sorted(took)[len(took) * part // 100]
