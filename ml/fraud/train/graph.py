"""ONNX files put together from parts: trees, layers, and how several models' log odds become one probability.

Written by hand rather than by converters: every file has the same input and output, nothing but standard operators,
and thresholds rounded so that single precision decides as the library does.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from ml.fraud.train.trees import IR_VERSION, ML_OPSET, OPSET, Trees, attributes_of

# Probabilities beyond these count as these: log odds would be infinite, and close to 1 single precision is coarse.
LOWEST, HIGHEST = 1e-6, 0.999


class Graph:
    """Collects operators and constants."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: Any) -> str:
        """Return the name of a constant, kept in single precision."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Return the name of an operator's output."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def trees(self, inputs: str, trees: Trees, branch: str) -> str:
        """Return the sum over trees [rows, 1]."""
        return self.op("TreeEnsembleRegressor", inputs, domain="ai.onnx.ml", **attributes_of(trees, branch=branch))

    def logit(self, probability: str) -> str:
        """Return the log odds of probabilities."""
        inside = self.op("Clip", probability, self.constant(LOWEST), self.constant(HIGHEST))
        return self.op("Log", self.op("Div", inside, self.op("Sub", self.constant(1.0), inside)))


# Adds to a graph what makes log odds [rows, 1] of the named inputs, and returns their name.
Part = Callable[[Graph, str], str]


def boosted(trees: Trees, branch: str = "BRANCH_LT") -> Part:
    """Return trees whose sum is log odds."""
    return lambda graph, inputs: graph.trees(inputs, trees, branch)


def averaged(trees: Trees) -> Part:
    """Return trees whose sum is a probability."""
    return lambda graph, inputs: graph.logit(graph.trees(inputs, trees, "BRANCH_LEQ"))


def together(parts: Sequence[Part], weights: Sequence[float], bias: float = 0.0) -> Part:
    """Return the weighted sum of parts' log odds."""

    def add(graph: Graph, inputs: str) -> str:
        said = graph.op("Concat", *(part(graph, inputs) for part in parts), axis=1)
        weighted = graph.op("MatMul", said, graph.constant(np.reshape(weights, (-1, 1))))
        return graph.op("Add", weighted, graph.constant(bias))

    return add


def onnx_file(part: Part, *, features: int, slope: float = 1.0, bias: float = 0.0) -> bytes:
    """Return the model file: ``inputs`` float32 [rows, features] to ``probability`` float32 [rows, 1].

    ``slope`` and ``bias`` are the calibration: what log odds are multiplied with, and what is added.
    """
    graph = Graph()
    odds = part(graph, "inputs")
    if (slope, bias) != (1.0, 0.0):
        odds = graph.op("Add", graph.op("Mul", odds, graph.constant(slope)), graph.constant(bias))
    graph.nodes.append(helper.make_node("Sigmoid", [odds], ["probability"]))
    whole = helper.make_graph(
        graph.nodes,
        "fraud",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(whole, opset_imports=opsets, ir_version=IR_VERSION, producer_name="securebank")
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def rounded_down(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return the largest single-precision numbers not above: ``x <= t`` then holds for the same ``x``.

    >>> bool(rounded_down(np.array([0.1]))[0] <= 0.1)
    True
    """
    single = thresholds.astype(np.float32)
    return np.where(single > thresholds, np.nextafter(single, np.float32(-np.inf)), single).astype(np.float32)
