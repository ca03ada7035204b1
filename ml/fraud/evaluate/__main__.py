"""Measure an exported model: ``python -m ml.fraud.evaluate --model DIR --data FILE [--history FILE] --json``.

The data is a labelled Parquet or CSV file of the schema that the model's card names. ``--history`` is earlier data,
read only to warm profiles up: what accounts, cards and terminals did, and labels that had arrived by then. Labels of
the measured payments are used in the same way, when they are as old as the schema's delay.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from ml.fraud.evaluate.figures import ROUNDS, Measured, figures
from ml.fraud.evaluate.model import ExportedModel, ModelRefused
from ml.fraud.schemas import LeakRefused, UnknownFile, schema_of


def main() -> int:
    """Measure and print; exit 1 where the model or the file is refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a folder with model.onnx and card.json")
    parser.add_argument("--data", type=Path, required=True, help="labelled payments that the model has not seen")
    parser.add_argument("--history", type=Path, help="earlier payments")
    parser.add_argument("--json", action="store_true", help="print nothing but JSON")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the bootstrap; 0 leaves the intervals out")
    parser.add_argument("--allow-leaks", action="store_true", help="let a model use what is only known afterwards")
    asked = parser.parse_args()
    try:
        found = evaluate(
            asked.model, asked.data, history=asked.history, rounds=asked.rounds, allow_leaks=asked.allow_leaks
        )
    except (ModelRefused, UnknownFile, LeakRefused) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    if asked.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        for name, value in found.items():
            Console().print(f"{name:24} {value}")
    return 0


def evaluate(
    model: Path, data: Path, *, history: Path | None = None, rounds: int = ROUNDS, allow_leaks: bool = False
) -> dict[str, Any]:
    """Return the figures of a model on a file.

    Raises:
        ModelRefused, UnknownFile, LeakRefused: see the classes.
    """
    exported = ExportedModel.load(model)
    schema = schema_of(exported.card)
    frame, own = schema.read(data, history=history)
    inputs, _ = schema.inputs(frame, exported.card["features"], allow_leaks=allow_leaks)
    rows = frame.rows(own)
    cards = rows[schema.card] if schema.card else np.empty(0)
    measured = Measured(rows.label, exported.scores(inputs[own]), rows.at, rows[schema.amount], cards)
    found = figures(measured, threshold_of(exported.card), rounds=rounds)
    return found | {"model_version": exported.card["model_version"], "schema": schema.name}


def threshold_of(card: dict[str, Any]) -> float:
    """Return the operating threshold of a model's card; a card without one reviews what is more likely fraud than not.

    >>> threshold_of({"metrics": {"threshold": 0.25}})
    0.25
    """
    return float(card.get("threshold", card.get("metrics", {}).get("threshold", 0.5)))


if __name__ == "__main__":
    sys.exit(main())
