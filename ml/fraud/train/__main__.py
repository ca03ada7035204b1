"""Train on labelled payments: ``python -m ml.fraud.train --data DIR --out DIR``.

Writes ``model.onnx``, ``trees.npz`` for explanations and ``card.json``, which says how it was made and how good it is.
"""

import argparse
import json
import sys
from pathlib import Path

from ml.fraud.train.champion import train


def main() -> int:
    """Train, evaluate on later payments, export, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what ml.fraud.generate wrote")
    parser.add_argument("--schema", choices=["bank"], default="bank")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leave-one-kind-out", action="store_true", help="train once more without each kind of fraud")
    asked = parser.parse_args()
    card = train(asked.data, asked.out, by_kind=asked.leave_one_kind_out)
    sys.stdout.write(json.dumps(card["metrics"], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
