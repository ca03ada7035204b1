"""Small models that say what a test wants."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from fraud import scoring
from ml.fraud.features import FEATURES, SCHEMA

CHAMPION = Path(__file__).resolve().parents[2] / "ml" / "models" / "fraud" / "champion"

# Shape and element of a tensor.
Kind = tuple[list[int], int]


def constant(value: float) -> bytes:
    """Return a model file that always answers the same."""
    zeros = numpy_helper.from_array(np.zeros((len(FEATURES), 1), np.float32), "zeros")
    answer = numpy_helper.from_array(np.array([value], np.float32), "answer")
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["inputs", "zeros"], ["nothing"]),
            helper.make_node("Add", ["nothing", "answer"], ["probability"]),
        ],
        "constant",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, [None, len(FEATURES)])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
        [zeros, answer],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    content: bytes = model.SerializeToString()
    return content


def endless() -> bytes:
    """Return a model file that counts for some hours before it answers."""
    one = numpy_helper.from_array(np.array([[1.0]], np.float32), "one")
    scalar: Kind = ([], TensorProto.INT64)
    bit: Kind = ([], TensorProto.BOOL)
    count: Kind = ([1, 1], TensorProto.FLOAT)
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["goes_on"], ["goes_on_then"]),
            helper.make_node("Add", ["counted", "one"], ["counted_then"]),
        ],
        "round",
        [_value("round", scalar), _value("goes_on", bit), _value("counted", count)],
        [_value("goes_on_then", bit), _value("counted_then", count)],
        [one],
    )
    graph = helper.make_graph(
        [helper.make_node("Loop", ["rounds", "yes", "zero"], ["probability"], body=body)],
        "endless",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, [None, len(FEATURES)])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [1, 1])],
        [
            numpy_helper.from_array(np.array(10**12, np.int64), "rounds"),
            numpy_helper.from_array(np.array(True), "yes"),
            numpy_helper.from_array(np.array([[0.0]], np.float32), "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    content: bytes = model.SerializeToString()
    return content


def _value(name: str, kind: Kind) -> Any:
    shape, element = kind
    return helper.make_tensor_value_info(name, element, shape)


def write(folder: Path, content: bytes, **changes: Any) -> Path:
    """Write a model and its card; ``changes`` go into the card."""
    card = {
        "model_version": "test-1",
        "sha256": hashlib.sha256(content).hexdigest(),
        "schema": SCHEMA,
        "features": list(FEATURES),
        "trained_at": "2026-11-20T00:00:00Z",
        "metrics": {"auc_pr": 0.5},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.json").write_text(json.dumps(card | changes), encoding="utf-8")
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[scoring.Scorer]:
    """Let payments be judged with the model of a folder."""
    before, scoring.process.scorer = scoring.process.scorer, scoring.Scorer(folder)
    try:
        yield scoring.process.scorer
    finally:
        scoring.process.scorer = before
