"""How fast a policy is tried on the past, and how much memory that takes.

``python -m tests.bench.backtest_bench [--decisions 50000] [--rounds 3] [--json FILE]``

The past is what ``assess`` stores for payments of 200 customers, copied until there are enough rows.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import django
from rich.console import Console

from securebank.up import engines

CUSTOMERS: Final = 200
EACH: Final = 3
LABELLED: Final = 10

COPIES = """
INSERT INTO fraud_decision (id, payment_id, customer_id, facts, signals, features, score, ml_score, rule_score, level,
                            recommendation, must_lock, reasons, policy_version, model_version, model_hash, degraded,
                            took_us, decided_at)
SELECT gen_random_uuid(), gen_random_uuid(), customer_id, facts, signals, features, score, 0.37, rule_score, level,
       recommendation, must_lock, reasons, policy_version, model_version, model_hash, degraded, took_us,
       now() - number * interval '1 second'
FROM fraud_decision, generate_series(1, %s) AS number
"""
LABELS = """
INSERT INTO fraud_label (decision_id, is_fraud, kind, source)
SELECT id, random() < 0.2, '', 'simulator' FROM fraud_decision WHERE random() < 1.0 / %s
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=50_000)
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
            figures = measure(asked.decisions, asked.rounds)
    Console().print_json(data=figures)
    if asked.json:
        asked.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")
    return 0


def measure(decisions: int, rounds: int) -> dict[str, Any]:
    """Make a past and try a policy on it, several times."""
    from django.core.management import call_command  # noqa: PLC0415 -- needs settings, which need the engines
    from django.db import connection  # noqa: PLC0415

    from fraud.backtests import history  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _make_past(decisions)
    total = history.count(since=datetime.fromtimestamp(0, tz=UTC), until=datetime.now(tz=UTC) + timedelta(days=1))
    measured = [_try() for _ in range(rounds)]
    rates = [total / seconds for seconds, _busy in measured]
    tracemalloc.start()
    _try()
    peak = tracemalloc.get_traced_memory()[1]
    connection.close()
    return {
        "decisions": total,
        "page": history.PAGE,
        "a_second": rates,
        "median_a_second": statistics.median(rates),
        "busy_us": statistics.median(busy for _seconds, busy in measured) / total * 1_000_000,
        "peak_mib": peak / 2**20,
        "load_average": os.getloadavg()[0],
    }


def _make_past(decisions: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from securebank.kernel.ids import new_id  # noqa: PLC0415
    from tests.fraud.cases import assess  # noqa: PLC0415

    for number in range(CUSTOMERS):
        customer = new_id()
        for payment in range(EACH):
            assess((1 + number * payment) * 700_00, customer_id=customer, device={"device_id": f"phone-{payment}"})
    with connection.cursor() as cursor:
        cursor.execute(COPIES, [max(1, decisions // (CUSTOMERS * EACH) - 1)])
        cursor.execute(LABELS, [LABELLED])
        cursor.execute("ANALYZE fraud_decision, fraud_label")


def _try() -> tuple[float, float]:
    """Return the seconds that one backtest over everything takes, and those of this process's processor."""
    from fraud import policy_document  # noqa: PLC0415
    from fraud.active_policy import active_policy  # noqa: PLC0415
    from fraud.services import backtesting  # noqa: PLC0415

    document = policy_document.default_document()
    document["thresholds"]["review"] = 0.3
    begun, busy = time.perf_counter(), time.process_time()
    backtesting.compare(
        old=active_policy(),
        new=policy_document.read(document, name="candidate"),
        since=datetime.fromtimestamp(0, tz=UTC),
        until=datetime.now(tz=UTC) + timedelta(days=1),
        told=lambda _: None,
    )
    return time.perf_counter() - begun, time.process_time() - busy


if __name__ == "__main__":
    sys.exit(main())
