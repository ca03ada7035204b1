"""Measure the parts of judging one payment: features, model, explanation.

``python -m tests.bench.fraud_parts_bench``: one process, no database. Every part runs on payments of a made-up bank;
the state makes the trip through JSON that it makes for every payment.
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

import numpy as np
import onnxruntime
import xgboost
from rich.console import Console

from ml.fraud import generate
from ml.fraud.features import FEATURES, Outcome, State, signals_of, vector_of
from ml.fraud.features.batch import vectors_of
from ml.fraud.features.tree_shap import TreeShap
from ml.fraud.generate.replay import told
from ml.fraud.train.champion import PARAMETERS, TREES
from ml.fraud.train.data import load
from ml.fraud.train.trees import trees_of

CHAMPION: Final = Path(__file__).resolve().parents[2] / "ml" / "models" / "fraud" / "champion"
HISTORIES: Final = (10, 10_000)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    _, made = generate.generate(users=200, transactions=12_000, months=2, fraud_rate=0.02, seed=3)
    load_average = os.getloadavg()[0]
    figures = _features(made, asked.calls) | _model(made, asked.calls) | _explanation(made, asked.calls // 10)
    report = {"load_average": load_average, "calls": asked.calls, "measures": figures}
    for name, measure in figures.items():
        Console().print(f"{name:58} p50 {measure['p50_us']:8.1f} us   p99 {measure['p99_us']:8.1f} us")
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _features(made: dict[str, Any], calls: int) -> dict[str, dict[str, float]]:
    """Read a state, judge, learn and write it, after a short and after a long history of one customer."""
    events = [event for _, event, _ in told(made)]
    found = {}
    for history in HISTORIES:
        state = State()
        for number in range(history):
            state.observe(events[number % len(events)], Outcome.APPROVED)
        stored = json.dumps(state.to_json())

        def judge(number: int, stored: str = stored) -> None:
            event = events[number % len(events)]
            state = State.from_json(json.loads(stored))
            vector_of(signals_of(state, event, trust=100.0), event)
            state.observe(event, Outcome.APPROVED)
            json.dumps(state.to_json())

        found[f"features and state with JSON, after {history:,} payments"] = _timed(judge, calls)
    return found


def _model(made: dict[str, Any], calls: int) -> dict[str, dict[str, float]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(CHAMPION / "model.onnx", options, providers=["CPUExecutionProvider"])
    rows = vectors_of(made)

    def score(number: int) -> None:
        session.run(["probability"], {"inputs": rows[number % 500 : number % 500 + 1]})

    return {"score of the shipped model (onnxruntime, 1 thread)": _timed(score, calls)}


def _explanation(made: dict[str, Any], calls: int) -> dict[str, dict[str, float]]:
    """Compare with the library on a model that both know."""
    rows = vectors_of(made)
    booster = xgboost.train(PARAMETERS, xgboost.DMatrix(rows, made["label"], nthread=1), num_boost_round=TREES)
    own, shipped = (
        TreeShap(trees_of(booster), features=len(FEATURES)),
        TreeShap(load(CHAMPION / "trees.npz"), features=len(FEATURES)),
    )

    def by_library(number: int) -> None:
        booster.predict(xgboost.DMatrix(rows[number : number + 1], nthread=1), pred_contribs=True)

    return {
        "explanation of the shipped model": _timed(lambda number: shipped.explain(rows[number]), calls),
        "explanation of another model, ours": _timed(lambda number: own.explain(rows[number]), calls),
        "explanation of the same one, the library's": _timed(by_library, calls),
    }


def _timed(call: Callable[[int], object], calls: int) -> dict[str, float]:
    """Return median and 99th percentile, microseconds; the first tenth only warms up."""
    took = []
    for number in range(calls):
        begun = time.perf_counter_ns()
        call(number)
        took.append((time.perf_counter_ns() - begun) / 1000)
    kept = took[calls // 10 :]
    return {"p50_us": round(statistics.median(kept), 1), "p99_us": round(float(np.quantile(kept, 0.99)), 1)}


if __name__ == "__main__":
    sys.exit(main())
