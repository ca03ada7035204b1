"""Entries a second through the ledger service, beside pgbench's TPC-B on the same private server.

``python -m tests.bench.ledger_bench [--seconds 6] [--rounds 3] [--json FILE]``

A client is a thread with a connection of its own; four processes share them, as a bank's web and task processes do.
The server is started for the run with fsync and synchronous commit on. Measures take turns, so what else the machine
does hits all of them; read the ratios. The books are verified at the end.
"""

import argparse
import json
import multiprocessing
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import django
import psycopg
from rich.console import Console
from rich.table import Table

from securebank.up import binaries, engines

ACCOUNTS: Final = 1_000
CLIENTS: Final = 8
PROCESSES: Final = 4
BATCH: Final = 1_000
FUNDS_MINOR: Final = 10**12
TPC_B: Final = "pgbench TPC-B"
FROM_C: Final = "single entries, from pgbench"
SPREAD: Final = "single entries"


@dataclass(slots=True)
class Measure:
    """One thing measured, a figure a round."""

    name: str
    run: Callable[[float], tuple[float, list[float]]]
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


def main() -> int:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("SECUREBANK_DEMO", "1")
    for name in ("SECUREBANK_SECRET_KEY", "SECUREBANK_TOKEN_KEY", "SECUREBANK_PIN_PEPPER"):
        os.environ.setdefault(name, "for-the-benchmark-only-" + "0" * 50)
    with tempfile.TemporaryDirectory(prefix="securebank-bench-") as folder:
        root = Path(folder)
        root.chmod(0o711)
        with engines.start(engines.prepare(root)) as running:
            os.environ.update(running.environment, DJANGO_SETTINGS_MODULE="securebank.settings")
            os.environ["SECUREBANK_STATE_DIR"] = folder
            django.setup()
            report = measure_all(asked.seconds, asked.rounds)
    show(report)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if report["differences"] else 0


def measure_all(seconds: float, rounds: int) -> dict[str, Any]:
    """Prepare accounts, let the measures take turns, and verify the books."""
    from django.core.management import call_command  # noqa: PLC0415 - needs settings, which need the engines
    from django.db import connection  # noqa: PLC0415

    from ledger import verification  # noqa: PLC0415
    from securebank.garbage import freeze_what_is_loaded  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    measures = prepare_measures()
    # As every process of the bank does; ours are forked from this one.
    freeze_what_is_loaded()
    load = []
    for _ in range(rounds):
        for measure in measures:
            load.append(os.getloadavg()[0])
            rate, latencies = measure.run(seconds)
            measure.rates.append(rate)
            measure.latencies += latencies
    differences = verification.differences()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync'), count(*),"
                       " pg_total_relation_size('ledger_journalentry') FROM ledger_journalentry")  # fmt: skip
        version, fsync, entries, size = cursor.fetchone()
    connection.close()
    return {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "postgresql": version, "fsync": fsync},
        "load_average": [min(load), max(load)],
        "seconds": seconds,
        "rounds": rounds,
        "clients": CLIENTS,
        "processes": PROCESSES,
        "entries": entries,
        "bytes_an_entry": round(size / entries),
        "differences": [str(difference) for difference in differences],
        "measures": {measure.name: summary(measure, measures) for measure in measures},
    }


def summary(measure: Measure, measures: Sequence[Measure]) -> dict[str, Any]:
    """Return medians, and the ratios of the same round."""
    by_name = {each.name: each for each in measures}

    def ratio(to: str) -> float:
        return round(statistics.median(a / b for a, b in zip(measure.rates, by_name[to].rates, strict=True)), 2)

    ordered = sorted(measure.latencies)
    return {
        "a_second": [round(rate) for rate in measure.rates],
        "median_a_second": round(statistics.median(measure.rates)),
        "of_tpc_b": ratio(TPC_B),
        "of_spread": ratio(SPREAD),
        "p50_ms": round(1000 * ordered[len(ordered) // 2], 2) if ordered else None,
        "p99_ms": round(1000 * ordered[len(ordered) * 99 // 100], 2) if ordered else None,
    }


def prepare_measures() -> list[Measure]:
    """Make the accounts and pgbench's tables."""
    from ledger import services  # noqa: PLC0415
    from ledger.models import LedgerAccount  # noqa: PLC0415
    from ledger.types import EntryOrder, EntryType  # noqa: PLC0415
    from securebank.kernel.ids import new_id  # noqa: PLC0415
    from securebank.kernel.money import Money  # noqa: PLC0415

    def order(debit: int, credit: int, minor: int) -> EntryOrder:
        return EntryOrder(new_id(), debit, credit, Money(minor, "INR"), EntryType.TRANSFER)

    def opened(code: str) -> int:
        return services.open_account(code=code, kind=LedgerAccount.Kind.LIABILITY, currency="INR").pk

    cash = services.system_account(code="settlement:INR", kind=LedgerAccount.Kind.ASSET, currency="INR").pk
    accounts = [opened(f"customer:{number}") for number in range(ACCOUNTS)]
    services.post_batch([order(cash, account, FUNDS_MINOR) for account in accounts], batch_id=new_id())
    hot, plain = opened("shop:hot"), opened("shop:plain")
    services.set_shards(account_id=hot, shards=16)

    def half_to(shop: int) -> Callable[[random.Random], None]:
        def post(dice: random.Random) -> None:
            payer, payee = dice.sample(accounts, 2)
            services.post_entry(order(payer, shop if dice.random() < 0.5 else payee, 1))

        return post

    def one(dice: random.Random) -> EntryOrder:
        payer, payee = dice.sample(accounts, 2)
        return order(payer, payee, 1)

    def spread(dice: random.Random) -> None:
        services.post_entry(one(dice))

    def batch(dice: random.Random) -> None:
        services.post_batch([one(dice) for _ in range(BATCH)], batch_id=new_id())

    return [
        Measure(TPC_B, tpc_b()),
        Measure(FROM_C, booking_from_c(accounts)),
        Measure(SPREAD, by_clients(spread)),
        Measure("half to one account, 16 shards", by_clients(half_to(hot))),
        Measure("half to one account, no shards", by_clients(half_to(plain))),
        Measure(f"batches of {BATCH}, 2 clients", by_clients(batch, clients=2, processes=2, each=BATCH)),
    ]


def by_clients(
    use: Callable[[random.Random], None], *, clients: int = CLIENTS, processes: int = PROCESSES, each: int = 1
) -> Callable[[float], tuple[float, list[float]]]:
    """Return a measure of what so many threads, shared out over processes, get done; each has its own connection."""
    from django.db import connection  # noqa: PLC0415

    # Forked, so that the measure need not be told to them; nothing of the parent's connections may be open then.
    forked = multiprocessing.get_context("fork")

    def work(start: Any, seconds: float) -> list[float]:
        dice, took = random.Random(), []
        try:
            connection.ensure_connection()
            start.wait()
            until = time.perf_counter() + seconds
            while (begun := time.perf_counter()) < until:
                use(dice)
                took.append(time.perf_counter() - begun)
        finally:
            connection.close()
        return took

    def process(start: Any, seconds: float, answer: Any) -> None:
        threads = clients // processes
        with ThreadPoolExecutor(threads) as pool:
            took = [one for share in pool.map(work, [start] * threads, [seconds] * threads) for one in share]
        cast("Any", connection).close_pool()
        answer.send(took)
        answer.close()

    def run(seconds: float) -> tuple[float, list[float]]:
        connection.close()
        cast("Any", connection).close_pool()
        start = forked.Barrier(clients + 1)
        pipes = [forked.Pipe(duplex=False) for _ in range(processes)]
        workers = [forked.Process(target=process, args=(start, seconds, inward)) for _, inward in pipes]
        for worker in workers:
            worker.start()
        start.wait()
        begun = time.perf_counter()
        took = [one for outward, _ in pipes for one in outward.recv()]
        elapsed = time.perf_counter() - begun
        for worker in workers:
            worker.join()
        return len(took) * each / elapsed, took

    return run


def tpc_b() -> Callable[[float], tuple[float, list[float]]]:
    """Make pgbench's own database on the same server; return its own measure."""
    bank = os.environ["DATABASE_URL"]
    with psycopg.connect(bank, autocommit=True) as connection:
        connection.execute("CREATE DATABASE tpcb")
    beside = bank.replace("/securebank?", "/tpcb?")
    pgbench(beside, "-i", "-q", "-s", "10")
    return by_pgbench(beside)


def booking_from_c(accounts: Sequence[int]) -> Callable[[float], tuple[float, list[float]]]:
    """Return a measure of the function that books a single entry, without our Python around it."""
    script = Path(os.environ["SECUREBANK_STATE_DIR"]) / "one-entry.sql"
    low, count = min(accounts), len(accounts)
    assert max(accounts) == low + count - 1
    script.write_text(
        f"\\set payer random(0, {count - 1})\n\\set payee (:payer + random(1, {count - 1})) % {count}\n"
        "SELECT status, entry_id, posted_at FROM ledger_post_entry("
        f"gen_random_uuid(), {low} + :payer, {low} + :payee, 1, 'INR', 'transfer');\n",
        encoding="ascii",
    )
    return by_pgbench(os.environ["DATABASE_URL"], "-f", str(script))


def by_pgbench(database: str, *options: str) -> Callable[[float], tuple[float, list[float]]]:
    """Return a measure of what as many clients of pgbench's get done."""

    def run(seconds: float) -> tuple[float, list[float]]:
        said = pgbench(
            database, "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(round(seconds)), *options
        )
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found is not None
        return float(found[1]), []

    return run


def pgbench(database: str, *arguments: str) -> str:
    """Run the program that belongs to the server, or the one on the path; return what it says."""
    beside = [each.folder for kind in binaries.wanted_kinds() for each in binaries.postgres_programs(kind)]
    program = next((folder / "pgbench" for folder in beside if (folder / "pgbench").is_file()), Path("pgbench"))
    return subprocess.run([str(program), *arguments, database], check=True, capture_output=True, text=True).stdout


def show(report: dict[str, Any]) -> None:
    """Print the table."""
    table = Table(title=f"{report['rounds']} rounds of {report['seconds']:g} s, load {report['load_average']}")
    for heading in ("measure", "a second", "of TPC-B", "of single", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    for name, figures in report["measures"].items():
        row = [figures[key] for key in ("median_a_second", "of_tpc_b", "of_spread", "p50_ms", "p99_ms")]
        table.add_row(name, *("" if value is None else str(value) for value in row))
    console = Console(width=110)
    console.print(table)
    console.print(
        f"{report['clients']} clients in {report['processes']} processes (batches: 2 in 2); pgbench: 2 threads"
    )
    console.print(f"{report['machine']}, {report['bytes_an_entry']} bytes an entry, {report['entries']} entries")
    console.print("books verified" if not report["differences"] else f"WRONG: {report['differences']}")


if __name__ == "__main__":
    sys.exit(main())
