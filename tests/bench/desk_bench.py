"""What one look of the staff's live page costs, with ever more decisions stored.

``python -m tests.bench.desk_bench [--stored 10000 100000 1000000] [--day 50000] [--rounds 200] [--json FILE]``

On engines of its own. ``--day`` of the decisions stored are of the last 24 hours, their rows as large as real ones; the
first look of a process reads them, each later one what is new.
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import stack

# As large as what the engine writes: facts, signals, features and reasons of an ordinary payment.
FILL = """
INSERT INTO fraud_decision (id, payment_id, customer_id, facts, signals, features, score, rule_score, level,
    recommendation, must_lock, reasons, policy_version, model_version, model_hash, degraded, took_us, decided_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
    jsonb_build_object('amount_minor', 12345, 'reference_minor', 12345, 'currency', 'INR', 'channel', 'site',
        'payee_customer_id', gen_random_uuid(), 'payment_id', gen_random_uuid(), 'payer_account_id', gen_random_uuid(),
        'payee_account_id', gen_random_uuid(), 'requested_at', now(), 'device', jsonb_build_object('user_agent',
        repeat('x', 120)), 'location', '{}'::jsonb, 'time_zone', 'Asia/Kolkata', 'address', repeat('a', 64)),
    jsonb_build_object('filled', repeat('s', 600)), to_jsonb(array(SELECT random() FROM generate_series(1, 30))),
    0.1, 0.1, (array['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])[1 + number %% 6],
    (array['APPROVE', 'APPROVE', 'APPROVE', 'REVIEW', 'DECLINE'])[1 + number %% 5], false, '[]', 'policy-1', 'model-1',
    repeat('0', 64), '', 300 + number %% 700, now() - %s * interval '1 second' - (number * %s) * interval '1 second'
FROM generate_series(1, %s) AS number
"""
DAY_SECONDS = 86_400


def fill(number: int, *, begins: float, over: float) -> None:
    """Store decisions spread evenly over so many seconds, the newest ``begins`` seconds ago."""
    from django.db import connection  # noqa: PLC0415 - needs the bank that was just started

    with connection.cursor() as cursor:
        cursor.execute(FILL, [begins, over / number, number])


def measure(rounds: int) -> dict[str, float]:
    """Return milliseconds of the first look, of later ones with a new decision before each, and with none.

    ``cpu_ms`` is what this process itself worked for one of the later looks, the database's work aside.
    """
    from django.db import connection  # noqa: PLC0415 - needs the bank that was just started
    from django.utils import timezone  # noqa: PLC0415

    from fraud.dashboard.figures import Desk  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE fraud_decision")
    desk = Desk()
    began = time.perf_counter()
    desk.read(timezone.now())
    first = time.perf_counter() - began
    taken, worked, idle = [], [], []
    for _ in range(rounds):
        fill(1, begins=0, over=0.001)
        began, cpu = time.perf_counter(), time.process_time()
        desk.read(timezone.now())
        taken.append(time.perf_counter() - began)
        worked.append(time.process_time() - cpu)
        began = time.perf_counter()
        desk.read(timezone.now())
        idle.append(time.perf_counter() - began)
    cuts = statistics.quantiles(taken, n=100)
    found = {"first": first, "p50": cuts[49], "p99": cuts[98], "cpu": statistics.median(worked),
             "idle": statistics.median(idle)}  # fmt: skip
    return {f"{name}_ms": 1000 * seconds for name, seconds in found.items()}


def _take_all_the_time() -> None:
    """Lift the bank's own limit of a statement: a million rows are no customer's request."""
    from django.db import connection  # noqa: PLC0415 - needs the bank that was just started

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on a private bank."""
    measures = []
    with stack.running_bank():
        _take_all_the_time()
        fill(options.day, begins=1, over=DAY_SECONDS - 60)
        stored = options.day
        for wanted in sorted(options.stored):
            if wanted > stored:
                fill(wanted - stored, begins=DAY_SECONDS + 1, over=365 * DAY_SECONDS)
                stored = wanted
            measures.append({"stored": stored} | measure(options.rounds))
    return {"day": options.day, "rounds": options.rounds, "measures": measures, "load_average": os.getloadavg()[0]}


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--stored", type=int, nargs="+", default=[50_000, 200_000, 1_000_000])
    asked.add_argument("--day", type=int, default=50_000)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    report = run(options)
    console = Console()
    for each in report["measures"]:
        console.print(
            "{stored:>9,} stored: first look {first_ms:.0f} ms, later p50 {p50_ms:.1f} ms, p99 {p99_ms:.1f} ms, CPU"
            " of the process {cpu_ms:.1f} ms; nothing new {idle_ms:.1f} ms".format(**each)
        )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
