"""Sealing, verifying and proving as the log grows, and what a payment notices of it.

``python -m tests.bench.chain_bench [--sizes 1000 100000 1000000] [--seconds 10] [--rounds 8] [--json FILE]``

The server is started for the run with fsync and synchronous commit on. Bookings are loaded in bulk, so that the books
are as large as asked for; the chain then seals, proves and verifies them as it does in the bank. Last, entries are
posted at a steady rate in pairs of rounds, with a miner beside them and without. Ten million bookings
(``--sizes 1000 100000 1000000 10000000``) need some 6 GB of disk and two of write-ahead log, by what a million leaves
behind, and a quarter of an hour or more.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import django
from rich.console import Console
from rich.table import Table

from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import Signer
from securebank.up import engines
from tests.bench import beside_miner, machine

PAIRS: Final = 500
PROOFS: Final = 300
# Entry k moves 1 from payer to payee number k modulo PAIRS, as the booking functions would have written it.
LOAD: Final = """
    INSERT INTO ledger_journalentry (
        client_id, entry_type, debit_account_id, credit_account_id, amount_minor, currency,
        debit_shard, credit_shard, debit_version, credit_version, debit_balance_after, credit_balance_after, posted_at
    )
    SELECT gen_random_uuid(), 'transfer', %(payer)s + k %% %(pairs)s, %(payee)s + k %% %(pairs)s, 1, 'INR',
           0, 0, k / %(pairs)s + 1, k / %(pairs)s + 1, -(k / %(pairs)s + 1), k / %(pairs)s + 1,
           timestamptz '2026-01-01' + k * interval '1 millisecond'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint - 1) AS k
"""
SUMS: Final = """
    UPDATE ledger_ledgeraccount a
    SET debits_posted = s.debits, credits_posted = s.credits, version = s.postings, last_posted_at = s.last
    FROM (
        SELECT account, sum(debit) AS debits, sum(credit) AS credits, count(*) AS postings, max(posted_at) AS last
        FROM ledger_journalentry e CROSS JOIN LATERAL (
            VALUES (e.debit_account_id, e.amount_minor, 0), (e.credit_account_id, 0, e.amount_minor)
        ) p (account, debit, credit) GROUP BY account
    ) s WHERE a.id = s.account
"""


def main() -> int:
    """Run the measures and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("SECUREBANK_DEMO", "1")
    os.environ["SECUREBANK_LOG_LEVEL"] = "WARNING"
    for name in ("SECUREBANK_SECRET_KEY", "SECUREBANK_TOKEN_KEY", "SECUREBANK_PIN_PEPPER"):
        os.environ.setdefault(name, "for-the-benchmark-only-" + "0" * 50)
    signer = Signer.generate("benchmark/ledger")
    os.environ["SECUREBANK_CHECKPOINT_KEY"] = signer.text
    os.environ["SECUREBANK_CHECKPOINT_PUBLIC_KEYS"] = PublishedKey(signer.verifier, datetime.now(UTC)).line
    with tempfile.TemporaryDirectory(prefix="securebank-bench-") as folder:
        root = Path(folder)
        root.chmod(0o711)
        with engines.start(engines.prepare(root)) as running:
            os.environ.update(running.environment, DJANGO_SETTINGS_MODULE="securebank.settings")
            os.environ["SECUREBANK_STATE_DIR"] = folder
            django.setup()
            servers = [child.process.pid for child in running.processes]
            report = measure_all(sorted(asked.sizes), asked.seconds, asked.rounds, servers)
    show(report)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if report["faults"] else 0


def measure_all(sizes: list[int], seconds: float, rounds: int, servers: list[int]) -> dict[str, Any]:
    """Let the log grow from size to size, then post beside a miner."""
    from django.core.management import call_command  # noqa: PLC0415 - needs settings, which need the engines

    from ledger import verification  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    payer, payee = open_accounts()
    load: list[float] = []
    faults: list[str] = []
    grown: list[dict[str, Any]] = []
    before, begun = 0, time.perf_counter()
    for size in sizes:
        load.append(os.getloadavg()[0])
        load_books(payer, payee, before, size)
        busy = [processor_seconds(servers)]
        grown.append({"size": size, "sealed": size - before, **seal(size - before)})
        busy.append(processor_seconds(servers))
        grown[-1] |= prove(size)
        busy.append(processor_seconds(servers))
        grown[-1] |= verify()
        busy.append(processor_seconds(servers))
        grown[-1] |= {"sealing_cpu_s": busy[1] - busy[0], "verifying_cpu_s": busy[3] - busy[2]}
        before = size
        Console(stderr=True).print(f"{size:,} bookings after {time.perf_counter() - begun:.0f} s")
        if fault := grown[-1].pop("fault"):
            faults.append(fault)
    beside = beside_miner.measure(range(payer, payer + PAIRS), range(payee, payee + PAIRS), seconds, rounds)
    load.append(os.getloadavg()[0])
    faults += [str(each) for each in verification.differences()]
    faults += [fault for fault in [verify()["fault"]] if fault]
    return {
        "load_average": [min(load), max(load)],
        "cpus": os.cpu_count(),
        "grown": grown,
        "rounds": rounds,
        "seconds": seconds,
        "clients": beside_miner.CLIENTS,
        "beside": beside,
        "bytes_a_booking": bytes_a_booking(),
        "faults": faults,
    }


def open_accounts() -> tuple[int, int]:
    """Open the payers and payees; return the first of each."""
    from ledger.models import LedgerAccount  # noqa: PLC0415

    def opened(name: str, floor: int | None) -> int:
        made = LedgerAccount.objects.bulk_create(
            LedgerAccount(code=f"{name}:{each}", kind="liability", currency="INR", floor_minor=floor)
            for each in range(PAIRS)
        )
        return made[0].pk

    return opened("payer", None), opened("payee", 0)


def load_books(payer: int, payee: int, first: int, last: int) -> None:
    """Write entries in bulk."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        values = {"payer": payer, "payee": payee, "pairs": PAIRS, "first": first, "last": last}
        cursor.execute(LOAD, values)
        cursor.execute(SUMS)
        cursor.execute("ANALYZE ledger_journalentry")


def seal(bookings: int) -> dict[str, float]:
    """Mine all that is pending."""
    from ledger.chain import mining  # noqa: PLC0415

    begun = time.perf_counter()
    blocks = mining.mine_pending()
    elapsed = time.perf_counter() - begun
    return {"blocks": blocks, "sealed_a_second": bookings / elapsed}


def prove(size: int) -> dict[str, float]:
    """Prove bookings and growth, drawn at random."""
    from ledger.chain import selectors  # noqa: PLC0415
    from ledger.models import JournalEntry  # noqa: PLC0415

    dice = random.Random(size)
    last = JournalEntry.objects.latest("id").pk

    def timed(prove_one: Callable[[], object]) -> list[float]:
        took = []
        for _ in range(PROOFS):
            begun = time.perf_counter()
            prove_one()
            took.append(1000 * (time.perf_counter() - begun))
        return sorted(took)

    selectors.inclusion_proof(last)
    inclusion = timed(lambda: selectors.inclusion_proof(dice.randint(last - size + 1, last), tree_size=size))
    consistency = timed(lambda: selectors.consistency_proof(dice.randint(1, size), size))
    return {
        "proof_p50_ms": statistics.median(inclusion),
        "proof_p99_ms": inclusion[PROOFS * 99 // 100],
        "consistency_p50_ms": statistics.median(consistency),
        "consistency_p99_ms": consistency[PROOFS * 99 // 100],
    }


def verify() -> dict[str, Any]:
    """Verify at both levels, the long one on all cores."""
    from ledger.chain import verification  # noqa: PLC0415

    took = {}
    for level, processes in ((verification.Level.QUICK, 1), (verification.Level.FULL, os.cpu_count() or 1)):
        begun = time.perf_counter()
        report = verification.verify(level=level, processes=processes)
        took[f"verify_{level}_s"] = time.perf_counter() - begun
    return {**took, "fault": report.fault and str(report.fault)}


def processor_seconds(servers: list[int]) -> float:
    """Return the processor time that this process, the server, and what they started have used.

    On a machine that does other things too it says more than the time that passed.
    """
    ticks = 0
    for pid in (one for server in servers for one in machine.family(server)):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        # User and system time, its own and that of its children that have ended.
        ticks += sum(int(each) for each in stat.rpartition(")")[2].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(os.times()[:4])


def bytes_a_booking() -> float:
    """Return what the chain needs on disk beside the books."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (pg_total_relation_size('ledger_leaf') + pg_total_relation_size('ledger_treenode')"
            " + pg_total_relation_size('ledger_block') + pg_total_relation_size('ledger_checkpoint'))::float8"
            " / count(*) FROM ledger_leaf"
        )
        return float(cursor.fetchone()[0])


GROWN: Final = (
    "bookings", "sealed a second", "CPU µs each", "proof p50 / p99 ms", "growth p50 / p99 ms", "verify quick s",
    "full s", "CPU s",
)  # fmt: skip
BESIDE: Final = (
    "entries", "a second", "alone p50 / p99 ms", "beside p50 / p99 ms", "p99 beside / alone (pairs)",
    "waited for a core, µs an entry: alone / beside",
)  # fmt: skip


def grown_rows(report: dict[str, Any]) -> list[list[str]]:
    """Return the table of sizes."""
    return [
        [
            f"{each['size']:,}",
            f"{each['sealed_a_second']:,.0f}",
            f"{1e6 * each['sealing_cpu_s'] / each['sealed']:.0f}",
            f"{each['proof_p50_ms']:.1f} / {each['proof_p99_ms']:.1f}",
            f"{each['consistency_p50_ms']:.1f} / {each['consistency_p99_ms']:.1f}",
            f"{each['verify_quick_s']:.1f}",
            f"{each['verify_full_s']:.1f}",
            f"{each['verifying_cpu_s']:.1f}",
        ]
        for each in report["grown"]
    ]


def beside_rows(report: dict[str, Any]) -> list[list[str]]:
    """Return the table of latencies beside a miner."""
    return [
        [
            name,
            str(each["pace"]),
            *(f"{each[when]['p50_ms']:.2f} / {each[when]['p99_ms']:.2f}" for when in ("alone", "beside")),
            f"{each['p99_ratio']:.2f} ({each['p99_ratios'][0]:.2f} to {each['p99_ratios'][-1]:.2f})",
            " / ".join(f"{each[when]['waited_us']:.0f}" for when in ("alone", "beside")),
        ]
        for name, each in report["beside"].items()
    ]


def show(report: dict[str, Any]) -> None:
    """Print the tables."""
    console = Console(width=110)
    for headings, rows in ((GROWN, grown_rows(report)), (BESIDE, beside_rows(report))):
        table = Table()
        for heading in headings:
            table.add_column(heading)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    console.print(f"load {report['load_average']}, {report['bytes_a_booking']:.0f} bytes a booking")
    console.print("books and chain verified" if not report["faults"] else f"WRONG: {report['faults']}")


if __name__ == "__main__":
    sys.exit(main())
