"""Measure models alone, one payment and a million, beside the libraries that trained them.

``python -m tests.bench.models_bench``: one process, no database. Models that are fitted here have the size of the
shipped ones and random inputs, which take as long as real ones; of the shipped files only the file is there to measure.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
import numpy.typing as npt
import xgboost
from rich.console import Console

from ml.fraud.evaluate.model import scores_of, session_of
from ml.fraud.train.boosting import LIGHTGBM, XGBOOST
from ml.fraud.train.trees import onnx_of, trees_of

MODELS: Final = Path(__file__).resolve().parents[2] / "ml" / "models"
FEATURES: Final = 20
TREES: Final = 200
ROUNDS: Final = 3

Inputs = npt.NDArray[np.float32]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    load_average = os.getloadavg()[0]
    inputs = np.random.default_rng(1).normal(size=(asked.rows, FEATURES)).astype(np.float32)
    figures = _fitted(inputs, asked.calls) | _shipped(asked.calls)
    champion = session_of((MODELS / "fraud" / "champion" / "model.onnx").read_bytes())
    figures["shipped: fraud/champion"]["batch_s"] = round(_seconds(lambda: scores_of(champion, inputs)), 2)
    for name, each in figures.items():
        batch = f"   all rows {each['batch_s']:6.2f} s" if "batch_s" in each else ""
        Console().print(f"{name:60} p50 {each['p50_us']:8.1f} us   p99 {each['p99_us']:8.1f} us{batch}")
    if asked.json:
        report = {"load_average": load_average, "calls": asked.calls, "rows": asked.rows, "measures": figures}
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _fitted(inputs: Inputs, calls: int) -> dict[str, dict[str, float]]:
    """Return 200 trees of depth 5, exported and by the library, and LightGBM's own."""
    known, labels = inputs[:50_000], inputs[:50_000, :3].sum(axis=1) + inputs[:50_000, 3] ** 2 > 3
    booster = xgboost.train({**XGBOOST, "nthread": 2}, xgboost.DMatrix(known, labels), num_boost_round=TREES)
    content = onnx_of(trees_of(booster), features=FEATURES)
    one, all_threads = session_of(content, threads=1), session_of(content)
    other = lightgbm.train({**LIGHTGBM, "verbose": -1}, lightgbm.Dataset(known, labels), num_boost_round=TREES)
    booster.set_param({"nthread": 1})

    def matrix(row: Inputs) -> xgboost.DMatrix:
        return xgboost.DMatrix(row, nthread=1)

    found = {
        "XGBoost, exported (onnxruntime)": _timed(lambda row: one.run(None, {"inputs": row}), inputs, calls),
        "XGBoost, the library's inplace_predict": _timed(booster.inplace_predict, inputs, calls),
        "XGBoost, the library's predict": _timed(lambda row: booster.predict(matrix(row)), inputs, calls),
        "LightGBM, the library's predict": _timed(lambda row: other.predict(row, num_threads=1), inputs, calls),
    }  # fmt: skip
    booster.set_param({"nthread": 2})
    batches: list[Callable[[], object]] = [
        lambda: scores_of(all_threads, inputs),
        lambda: booster.inplace_predict(inputs),
        lambda: booster.predict(xgboost.DMatrix(inputs, nthread=2)),
        lambda: other.predict(inputs, num_threads=2),
    ]
    for each, batch in zip(found.values(), batches, strict=True):
        each["batch_s"] = round(_seconds(batch), 2)
    return found


def _shipped(calls: int) -> dict[str, dict[str, float]]:
    """Return every shipped model, one row at a time."""
    found = {}
    for card in sorted(MODELS.glob("**/card.json")):
        if not (card.parent / "model.onnx").is_file():
            continue
        session = session_of((card.parent / "model.onnx").read_bytes(), threads=1)
        given = session.get_inputs()[0]
        if len(given.shape) != 2 or not isinstance(given.shape[1], int):
            continue
        rows = np.random.default_rng(2).normal(size=(500, given.shape[1])).astype(np.float32)

        def run(row: Inputs, session: Any = session, name: str = given.name) -> object:
            return session.run(None, {name: row})

        found[f"shipped: {card.parent.relative_to(MODELS)}"] = _timed(run, rows, calls)
    return found


def _timed(call: Callable[[Inputs], object], inputs: Inputs, calls: int) -> dict[str, float]:
    """Return median and 99th percentile of one row, microseconds; the first tenth only warms up."""
    took = []
    for number in range(calls):
        row = inputs[number % len(inputs)][None]
        begun = time.perf_counter_ns()
        call(row)
        took.append((time.perf_counter_ns() - begun) / 1000)
    kept = took[calls // 10 :]
    return {"p50_us": round(statistics.median(kept), 1), "p99_us": round(float(np.quantile(kept, 0.99)), 1)}


def _seconds(call: Callable[[], object]) -> float:
    """Return the median of a few rounds."""
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(main())
