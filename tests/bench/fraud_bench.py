"""What judging a payment costs: with short and long histories, alone and within payments.

``python -m tests.bench.fraud_bench [--payments 2000] [--longest 1000000] [--seconds 5] [--json FILE]``

On a private PostgreSQL with fsync and synchronous commit on. A history is rows in the table of decisions, inserted in
bulk, and the profile that as many payments at three a day leave; every payment judged is another one, in a transaction
of its own that commits. Histories take turns, so that what else the machine does hits all of them.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import django
from rich.console import Console
from rich.table import Table

from securebank.up import engines

SHORT, MIDDLE = 10, 10_000
# More than these leave the same profile: what is older has faded or was forgotten.
TOLD_AT_MOST: Final = 3_000
A_DAY: Final = 3
PAYEES: Final = 20
TURN: Final = 50

HISTORY = """
INSERT INTO fraud_decision (id, payment_id, customer_id, facts, signals, features, score, rule_score, level,
                            recommendation, must_lock, reasons, policy_version, model_version, model_hash, degraded,
                            took_us, decided_at)
SELECT gen_random_uuid(), gen_random_uuid(), %s, '{}', '{}', '[]', 0, 0, 'LOW', 'APPROVE', false, '[]', 'policy-1', '',
       '', '', 0, now() - number * interval '1 minute'
FROM generate_series(1, %s) AS number
"""


@dataclass(slots=True)
class History:
    """One customer with so many payments behind them."""

    payments: int
    customer: UUID
    payees: list[UUID]
    now: datetime
    took: list[float] = field(default_factory=list)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payments", type=int, default=2_000, help="judged for each history")
    parser.add_argument("--longest", type=int, default=1_000_000, help="payments of the longest history")
    parser.add_argument("--seconds", type=float, default=5.0, help="of whole payments, with and without the check")
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
            figures = measure_all(asked.payments, asked.longest, asked.seconds)
    show(figures)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def measure_all(payments: int, longest: int, seconds: float) -> dict[str, Any]:
    """Prepare the histories and measure in turns."""
    from django.core.management import call_command  # noqa: PLC0415 - needs settings, which need the engines
    from django.db import connection  # noqa: PLC0415

    from fraud.scoring import scorer  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    load = [os.getloadavg()[0]]
    histories = [_history(number) for number in (SHORT, MIDDLE, longest)]
    for _ in range(max(1, payments // TURN)):
        for history in histories:
            _judge(history, TURN)
    load.append(os.getloadavg()[0])
    model, pooled = _model()
    with_check, without = _payments(seconds)
    load.append(os.getloadavg()[0])
    connection.close()
    return {
        "load_average": load,
        "model_version": scorer().model.version if scorer().model else None,  # type: ignore[union-attr]
        "assess_us": {str(history.payments): _summary(history.took[TURN:]) for history in histories},
        "model_alone_us": _summary(model),
        "model_with_time_limit_us": _summary(pooled),
        "payments_a_second": {"with the check": with_check, "without": without},
    }


def _history(payments: int) -> History:
    """Write one customer's past."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from fraud.events import event_of  # noqa: PLC0415
    from fraud.models import CustomerProfile  # noqa: PLC0415
    from ml.fraud.features import Outcome, State  # noqa: PLC0415
    from securebank.kernel.ids import new_id  # noqa: PLC0415

    history = History(payments, new_id(), [new_id() for _ in range(PAYEES)], timezone.now())
    state, told = State(), min(payments, TOLD_AT_MOST)
    for number in range(told):
        at = history.now - timedelta(days=(told - number) / A_DAY)
        state.observe(event_of(_facts(history, number, at)), Outcome.APPROVED)
    CustomerProfile.objects.create(customer_id=history.customer, state=state.to_json())
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(HISTORY, [history.customer, payments])
        cursor.execute("ANALYZE fraud_decision")
    return history


def _facts(history: History, number: int, at: datetime) -> Any:
    from fraud.types import PaymentFacts  # noqa: PLC0415
    from securebank.kernel.ids import new_id  # noqa: PLC0415

    amount = 1_000_00 + number % 97 * 100
    return PaymentFacts(
        payment_id=new_id(),
        customer_id=history.customer,
        amount_minor=amount,
        currency="INR",
        reference_minor=amount,
        payer_account_id=history.customer,
        payee_account_id=history.payees[number % PAYEES],
        payee_customer_id=history.payees[number % PAYEES],
        is_own_account=False,
        is_new_payee=False,
        account_opened_at=history.now - timedelta(days=1_000),
        channel="api",
        requested_at=at,
        time_zone="Asia/Kolkata",
        available_minor=50_000_00,
        address="a" * 64,
        device={"device_id": f"device-{number % 3}"},
        location={"country": "IN", "city": "Mumbai", "latitude": 19.07, "longitude": 72.87},
    )


def _judge(history: History, payments: int) -> None:
    """Judge so many payments, each in a transaction that commits; only the judging is timed."""
    from django.db import transaction  # noqa: PLC0415

    import fraud.services  # noqa: PLC0415

    for _ in range(payments):
        number = len(history.took)
        facts = _facts(history, number, history.now + timedelta(days=number / A_DAY))
        with transaction.atomic():
            begun = time.perf_counter()
            fraud.services.assess(facts)
            history.took.append(time.perf_counter() - begun)


def _model() -> tuple[list[float], list[float]]:
    """Time the model alone, and within its time limit."""
    from fraud.scoring import scorer  # noqa: PLC0415
    from ml.fraud.features import FEATURES  # noqa: PLC0415

    asked, row = scorer(), [1.0] * len(FEATURES)
    if asked.model is None:
        return [0.0], [0.0]
    return _timed(lambda: asked.model and asked.model.run(row)), _timed(lambda: asked.score(row))


def _timed(action: Callable[[], Any], times: int = 5_000) -> list[float]:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        took.append(time.perf_counter() - begun)
    return took[times // 10 :]


def _payments(seconds: float) -> tuple[float, float]:
    """Return whole payments a second on one connection, with the check and with a stub in its place, in turns."""
    from django.utils import timezone  # noqa: PLC0415

    from payments.models import SpendingLimits  # noqa: PLC0415
    from payments.services import transfers  # noqa: PLC0415
    from payments.types import TransferOrder  # noqa: PLC0415
    from tests.factories import BankAccountFactory  # noqa: PLC0415

    pairs = [(BankAccountFactory.create(balance=10**11), BankAccountFactory.create()) for _ in range(20)]
    for payer, _payee in pairs:
        SpendingLimits.objects.create(
            customer=payer.owner, currency="INR", per_payment_minor=10**9, per_day_minor=10**9, new_payee_minor=10**9
        )
    made = {"with": 0, "without": 0}
    spent = {"with": 0.0, "without": 0.0}

    def pay(number: int) -> None:
        payer, payee = pairs[number % len(pairs)]
        order = TransferOrder(customer=payer.owner, to=payee.number, amount="1.00")
        transfers.submit_transfer(order=order, requested_at=timezone.now())

    for turn in range(6):
        kind = "without" if turn % 2 else "with"
        with _stub() if kind == "without" else _as_it_is():
            begun = time.perf_counter()
            while (elapsed := time.perf_counter() - begun) < seconds / 3:
                pay(made["with"] + made["without"])
                made[kind] += 1
        spent[kind] += elapsed
    return made["with"] / spent["with"], made["without"] / spent["without"]


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _stub() -> Iterator[None]:
    """Put a check in place that approves everything and keeps only the row that payments point at."""
    import fraud.services  # noqa: PLC0415
    from fraud.models import Decision  # noqa: PLC0415
    from fraud.types import PaymentFacts, Verdict  # noqa: PLC0415

    def approve(facts: PaymentFacts) -> Verdict:
        row = Decision.objects.create(
            payment_id=facts.payment_id, customer_id=facts.customer_id, facts={}, score=0, rule_score=0, level="LOW",
            recommendation="APPROVE", policy_version="stub",
        )  # fmt: skip
        return Verdict(row.pk, 0.0, None, 0.0, "LOW", "APPROVE", (), "stub", "")

    real, fraud.services.assess = fraud.services.assess, approve
    try:
        yield
    finally:
        fraud.services.assess = real


def _summary(took: list[float]) -> dict[str, float]:
    ordered = sorted(each * 1e6 for each in took)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p99": round(ordered[int(len(ordered) * 0.99)], 1),
        "fastest": round(ordered[0], 1),
        "of": len(ordered),
    }


def rows(figures: dict[str, Any]) -> list[list[str]]:
    """Return the lines of the table of latencies."""
    named = {f"assess, history of {int(number):,}": found for number, found in figures["assess_us"].items()}
    named |= {
        "the model alone": figures["model_alone_us"],
        "the model, with its limit": figures["model_with_time_limit_us"],
    }
    return [[name, *(f"{found[key]:,.0f}" for key in ("p50", "p99", "fastest", "of"))] for name, found in named.items()]


def show(figures: dict[str, Any]) -> None:
    """Print the figures."""
    table = Table("", "p50 µs", "p99 µs", "fastest µs", "of")
    for line in rows(figures):
        table.add_row(*line)
    console = Console(width=100)
    console.print(table)
    for name, rate in figures["payments_a_second"].items():
        console.print(f"payments a second on one connection, {name}: {rate:.0f}")
    console.print(f"load {figures['load_average']}, model {figures['model_version']}")


if __name__ == "__main__":
    sys.exit(main())
