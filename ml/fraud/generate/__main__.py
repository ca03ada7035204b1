"""Make payments up, with labels: ``python -m ml.fraud.generate --users 3000 --transactions 300000 --out DIR``."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ml.fraud.generate import generate


def main() -> int:
    """Write ``payments.npz`` and what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=3_000)
    parser.add_argument("--transactions", type=int, default=300_000, help="about so many; broke customers pay less")
    parser.add_argument("--days", type=int, default=150)
    parser.add_argument("--fraud-rate", type=float, default=0.008)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    made = generate(
        users=asked.users,
        transactions=asked.transactions,
        days=asked.days,
        fraud_rate=asked.fraud_rate,
        seed=asked.seed,
    )
    asked.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(asked.out / "payments.npz", **made)
    options = (
        f"--users {asked.users} --transactions {asked.transactions} --days {asked.days}"
        f" --fraud-rate {asked.fraud_rate} --seed {asked.seed}"
    )
    counts = {"rows": len(made["at"]), "frauds": int((made["kind"] > 0).sum()), "labels": int(made["label"].sum())}
    about: dict[str, Any] = {"command": f"python -m ml.fraud.generate {options} --out DATA"} | counts
    (asked.out / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(about) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
