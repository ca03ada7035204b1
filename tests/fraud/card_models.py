"""Small models of card transactions."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from fraud.cards.rows import NAMES


def reading(place: int) -> bytes:
    """Return a model file whose answer is one of its inputs, as it stands."""
    pick = np.zeros((len(NAMES), 1), np.float32)
    pick[place] = 1
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["inputs", "pick"], ["probability"])],
        "reading",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, [None, len(NAMES)])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(pick, "pick")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    content: bytes = model.SerializeToString()
    return content


def write(folder: Path, content: bytes, **changes: Any) -> Path:
    """Write a model and its card; ``changes`` go into the card."""
    card = {
        "model_version": "cards-test",
        "sha256": hashlib.sha256(content).hexdigest(),
        "features": list(NAMES),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.json").write_text(json.dumps(card | changes), encoding="utf-8")
    return folder


def transaction(**changes: Any) -> dict[str, Any]:
    """Return one transaction: all zeros but for what is given."""
    return dict.fromkeys(NAMES, 0.0) | changes
