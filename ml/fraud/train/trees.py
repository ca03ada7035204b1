"""A boosted model as plain arrays, and from them the file that is served."""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import xgboost
from onnx import TensorProto, helper

Trees = Mapping[str, npt.NDArray[Any]]

# What onnxruntime of the oldest version that we accept reads.
OPSET, ML_OPSET, IR_VERSION = 17, 3, 9
LEAF: Final = -1


def trees_of(booster: xgboost.Booster) -> dict[str, npt.NDArray[Any]]:
    """Return all trees: nodes one after the other, children by their place among all nodes, -1 at leaves.

    ``cover`` is the weight of the training rows that came by, ``value`` what a leaf adds to the log-odds, ``root``
    where each tree begins, ``base`` what the log-odds begin with.
    """
    model = json.loads(bytes(booster.save_raw("json")))["learner"]
    base = float(model["learner_model_param"]["base_score"].strip("[]"))
    columns: dict[str, list[Any]] = {
        name: [] for name in ("left", "right", "feature", "threshold", "cover", "value", "root")
    }
    for tree in model["gradient_booster"]["model"]["trees"]:
        start = len(columns["left"])
        columns["root"].append(start)
        for left, right, feature, condition, cover in zip(
            *(tree[name] for name in ("left_children", "right_children", "split_indices", "split_conditions")),
            tree["sum_hessian"],
            strict=True,
        ):
            is_leaf = left == LEAF
            columns["left"].append(LEAF if is_leaf else start + left)
            columns["right"].append(LEAF if is_leaf else start + right)
            columns["feature"].append(0 if is_leaf else feature)
            columns["threshold"].append(0.0 if is_leaf else condition)
            columns["value"].append(condition if is_leaf else 0.0)
            columns["cover"].append(cover)
    kinds = {"threshold": np.float32, "value": np.float32, "cover": np.float32, "feature": np.int16}
    arrays = {name: np.array(values, kinds.get(name, np.int32)) for name, values in columns.items()}
    return arrays | {"base": np.array(math.log(base / (1 - base)), np.float32)}


def attributes_of(trees: Trees, *, branch: str = "BRANCH_LT") -> dict[str, Any]:
    """Return the trees as a TreeEnsembleRegressor's attributes. ``branch`` is what leads to the left."""
    is_leaf = trees["left"] == LEAF
    sizes = np.diff(np.append(trees["root"], len(is_leaf)))
    tree = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(is_leaf)) - trees["root"][tree]
    return {
        "n_targets": 1,
        "aggregate_function": "SUM",
        "base_values": [float(trees["base"])],
        "nodes_treeids": tree.tolist(),
        "nodes_nodeids": place.tolist(),
        "nodes_featureids": trees["feature"].tolist(),
        "nodes_values": trees["threshold"].tolist(),
        "nodes_modes": np.where(is_leaf, "LEAF", branch).tolist(),
        "nodes_truenodeids": np.where(is_leaf, 0, trees["left"] - trees["root"][tree]).tolist(),
        "nodes_falsenodeids": np.where(is_leaf, 0, trees["right"] - trees["root"][tree]).tolist(),
        "target_treeids": tree[is_leaf].tolist(),
        "target_nodeids": place[is_leaf].tolist(),
        "target_ids": [0] * int(is_leaf.sum()),
        "target_weights": trees["value"][is_leaf].tolist(),
    }


def onnx_of(trees: Trees, *, features: int) -> bytes:
    """Return the model file: ``inputs`` float32 [rows, features] to ``probability`` float32 [rows, 1]."""
    # A sigmoid of its own: onnxruntime leaves out the regressor's when there is one target.
    sigmoid = helper.make_node("Sigmoid", ["log_odds"], ["probability"])
    sums = helper.make_node(
        "TreeEnsembleRegressor", ["inputs"], ["log_odds"], domain="ai.onnx.ml", **attributes_of(trees)
    )
    graph = helper.make_graph(
        [sums, sigmoid],
        "fraud",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="securebank")
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
