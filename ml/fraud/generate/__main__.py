"""Make payments up, with labels: ``python -m ml.fraud.generate --users 50000 --transactions 5000000 --out DIR``.

Writes ``payments-YYYY-MM.parquet`` with the bank's events, its twenty features and labels, and who the customers are
under ``people/``. The same options write the same payments.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ml.fraud.features import SCHEMA
from ml.fraud.features.batch import vectors_of
from ml.fraud.generate import FRAUD_RATE, NEWCOMERS, PARTS, RARE, calendar, generate, store
from ml.fraud.kinds import KINDS

# With more fraud than that there is no honest life to tell it from.
MOST: Final = 0.5


def main() -> int:
    """Make them up, write them, and say what there is."""
    asked = _asked()
    asked.out.mkdir(parents=True, exist_ok=True)
    for file in asked.out.glob("payments-*.parquet"):
        file.unlink()
    rate = RARE if asked.rare else asked.fraud_rate
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars = [progress.add_task(name, total=total) for name, total in (
            ("payments", PARTS), ("features", asked.transactions), ("files", asked.transactions)
        )]  # fmt: skip
        people, made = generate(
            users=asked.users,
            transactions=asked.transactions,
            months=asked.months,
            fraud_rate=rate,
            newcomers=asked.newcomers,
            seed=asked.seed,
            tell=lambda: progress.advance(bars[0]),
        )
        for bar in bars[1:]:
            progress.update(bar, total=len(made["at"]))
        inputs = vectors_of(made, tell=lambda rows: progress.advance(bars[1], rows))
        store.write_people(asked.out, people)
        store.write_payments(
            asked.out, calendar.months(asked.months), made, inputs, tell=lambda rows: progress.advance(bars[2], rows)
        )
    options = f"--users {asked.users} --transactions {asked.transactions} --months {asked.months}"
    options += f" --newcomers {asked.newcomers} --fraud-rate {rate} --seed {asked.seed}"
    about: dict[str, Any] = {
        "command": f"python -m ml.fraud.generate {options} --out DATA",
        "schema": SCHEMA,
        "rows": len(made["at"]),
        "frauds": int((made["kind"] > 0).sum()),
        "labels": int(made["label"].sum()),
        "kinds": {name: int((made["kind"] == number).sum()) for number, name in enumerate(KINDS)},
    }
    (asked.out / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(about) + "\n")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=_positive, default=5_000)
    parser.add_argument("--transactions", type=_positive, default=500_000)
    parser.add_argument("--months", type=_positive, default=6, help="whole months from January 2025 on")
    parser.add_argument("--fraud-rate", type=_rate, default=FRAUD_RATE, help="wanted share; what is refused is less")
    parser.add_argument("--newcomers", type=_share, default=NEWCOMERS, help="share who join while payments run")
    parser.add_argument("--rare", action="store_true", help=f"as in life: a fraud rate of {RARE}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _rate(text: str) -> float:
    rate = _share(text)
    if rate > MOST:
        raise argparse.ArgumentTypeError(f"must be {MOST} or less")
    return rate


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
