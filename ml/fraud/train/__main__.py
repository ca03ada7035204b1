"""Train on labelled payments: ``python -m ml.fraud.train --data FILE --schema paysim --out DIR``.

Writes ``model.onnx``, ``card.json`` and ``MODEL.md`` with a plot: how the model was made and how good it is on the last
part of the time, which nothing was chosen by. With several models the first one's files lie in the folder itself, each
other's in a folder of its name, and ``COMPARISON.md`` beside them.

``--schema bank`` without ``--models`` trains the champion of the payment path, with the file for explanations.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from ml.fraud.schemas import SCHEMAS, LeakRefused, UnknownFile
from ml.fraud.train import champion, pipeline
from ml.fraud.train.fitted import Fit
from ml.fraud.train.models import KINDS
from ml.fraud.train.periods import TooFewFrauds
from ml.fraud.train.tracking import tracker

MAIN = {"cards": "blend"}


def main() -> int:
    """Train, evaluate on later payments, export, and print the figures; exit 1 where the file is refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="Parquet or CSV, or a folder of Parquet files")
    parser.add_argument("--schema", choices=sorted(SCHEMAS), default="bank")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--models", nargs="+", choices=[*KINDS, "all"], metavar="KIND", help=f"of {', '.join(KINDS)}; all"
    )
    parser.add_argument("--search", type=int, default=0, metavar="N", help="random settings to try for each kind")
    parser.add_argument("--refit", action="store_true", help="learn once more from all rows before the export")
    parser.add_argument("--resampling", action="store_true", help="measure what balancing the classes costs")
    parser.add_argument("--allow-leaks", action="store_true", help="use columns that are known only afterwards")
    parser.add_argument("--dask", metavar="ADDRESS", help="train XGBoost on this Dask scheduler's workers")
    parser.add_argument("--tracking", metavar="URL", help="an MLflow server; runs.jsonl in the folder by default")
    parser.add_argument(
        "--leave-one-kind-out", action="store_true", help="champion: once more without each kind of fraud"
    )
    asked = parser.parse_args()
    if asked.schema == "bank" and not asked.models:
        card = champion.train(asked.data, asked.out, by_kind=asked.leave_one_kind_out)
        sys.stdout.write(json.dumps(card["metrics"], indent=2) + "\n")
        return 0
    try:
        found = _train(asked)
    except (UnknownFile, LeakRefused, TooFewFrauds) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.write(json.dumps({kind: card["metrics"] for kind, card in found.items()}, indent=2) + "\n")
    return 0


def _train(asked: argparse.Namespace) -> Mapping[str, dict[str, object]]:
    request = pipeline.Request(
        schema=SCHEMAS[asked.schema],
        data=asked.data,
        kinds=_kinds(asked),
        command=_command(asked),
        draws=asked.search,
        refit=asked.refit,
        resampling=asked.resampling,
        allow_leaks=asked.allow_leaks,
    )
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"training {', '.join(request.kinds)}", total=pipeline.steps(request.kinds))
        job = pipeline.prepare(request, lambda: progress.advance(task))
        return pipeline.run(job, asked.out, tracker(asked.out, asked.tracking))


def _kinds(asked: argparse.Namespace) -> dict[str, Fit]:
    main_kind = MAIN.get(asked.schema, "xgboost")
    named = asked.models or [main_kind]
    chosen = [main_kind, *(kind for kind in KINDS if kind != main_kind)] if "all" in named else named
    kinds = {kind: KINDS[kind] for kind in chosen}
    if asked.dask and "xgboost" in kinds:
        from ml.fraud.train.cluster import fit_on  # noqa: PLC0415 -- an extra that few have

        kinds["xgboost"] = fit_on(asked.dask)
    return kinds


def _command(asked: argparse.Namespace) -> str:
    """Return what makes the same models, with names for the places."""
    words = ["python", "-m", "ml.fraud.train", "--data", "DATA", "--schema", asked.schema, "--out", "OUT"]
    words += ["--models", *asked.models] if asked.models else []
    words += ["--search", str(asked.search)] if asked.search else []
    words += [f"--{flag.replace('_', '-')}" for flag in ("refit", "resampling", "allow_leaks") if getattr(asked, flag)]
    return shlex.join(words)


if __name__ == "__main__":
    sys.exit(main())
