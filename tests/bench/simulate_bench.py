"""The simulator's payments through the real path, as fast as one thread sends them: how many, and what is caught.

``python -m tests.bench.simulate_bench [--payments 1000] [--fraud-rate 0.1] [--seed 7] [--json FILE]``

The same script as ``manage.py simulate``, with ordinary payments, requests and seven kinds of fraud, on a bank started
as ``make run`` starts it. What is caught is found on our own inventions: it tells versions of the check apart, and
nothing about thieves.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

from rich.console import Console

from tests.bench import stack

# A second; the bank is never that fast, so each payment is sent when the one before is done.
PACE = 1000.0


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on a private bank."""
    with stack.running_bank():
        from django.conf import settings  # noqa: PLC0415 - needs the bank that was just started

        from ledger import verification  # noqa: PLC0415
        from payments.demo import secrets  # noqa: PLC0415
        from payments.simulation.members import Members  # noqa: PLC0415
        from payments.simulation.run import play  # noqa: PLC0415
        from payments.simulation.script import Script  # noqa: PLC0415
        from payments.simulation.stage import Stage  # noqa: PLC0415

        stage = Stage(Members(secrets.load(settings.STATE_DIR / secrets.KEPT_IN)))
        script = Script(seed=options.seed, rate=PACE, fraud_rate=options.fraud_rate)
        began = time.perf_counter()
        tally = play(script, stage, count=options.payments, stop=Event(), tell=lambda _: None)
        lasted = time.perf_counter() - began
        return {
            "payments": tally.payments,
            "a_second": tally.payments / lasted,
            "fraud_rate": options.fraud_rate,
            "seed": options.seed,
            "honest": sum(number for (kind, _), number in tally.by_outcome.items() if not kind),
            "false_alarms": tally.false_alarms,
            "kinds": {
                kind: {
                    "caught": tally.ended("held", "declined", kind=kind),
                    "missed": tally.ended("completed", kind=kind),
                }
                for kind in tally.kinds
            },
            "differences": [str(each) for each in verification.differences()],
            "load_average": os.getloadavg()[0],
        }


def main() -> int:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--payments", type=int, default=1000)
    asked.add_argument("--fraud-rate", type=float, default=0.1)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    report = run(options)
    console = Console()
    console.print("{payments} payments, {a_second:.1f} a second, one thread".format(**report))
    console.print("{false_alarms} false alarms among {honest} honest payments".format(**report))
    for kind, found in report["kinds"].items():
        console.print(f"  {kind}: {found['caught']} caught, {found['missed']} missed")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if report["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
