"""Models in the registry that say what a test wants."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

from fraud.models import Decision, Label, ModelPromotion, ModelVersion
from fraud.services import promotion, registry
from ml.fraud.features import FEATURES
from tests.fraud.cases import NOON, facts
from tests.fraud.models import constant, write


def registered(value: float = 0.5, **card: Any) -> ModelVersion:
    """Register a model that always answers the same."""
    return of_file(constant(value), **({"model_version": f"constant-{value}"} | card))


def of_file(content: bytes, **card: Any) -> ModelVersion:
    with TemporaryDirectory() as folder:
        return registry.register(write(Path(folder), content, **card), origin="shipped")


def reigning(value: float = 0.25, **card: Any) -> ModelVersion:
    """Register a model and let it be the first champion."""
    return crowned(registered(value, **card))


def crowned(version: ModelVersion) -> ModelVersion:
    version.state = ModelVersion.State.ACTIVE
    version.save(update_fields=["state"])
    ModelPromotion.objects.create(slot=version.slot, version=version, how="first")
    return version


def promoted(version: ModelVersion, person: Any) -> ModelVersion:
    """Let a model take the champion's place."""
    champion = promotion.champion_of(version.slot)
    assert champion is not None
    return promotion.promote(version_id=version.pk, instead_of=champion.pk, reason="Better", person=person)


def one_feature(name: str, *, sign: float = 1.0) -> bytes:
    """Return a model whose score rises, or falls, with one feature alone."""
    import numpy as np  # noqa: PLC0415
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    column = np.zeros((len(FEATURES), 1), np.float32)
    column[FEATURES.index(name)] = sign
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["inputs", "column"], ["found"]),
            helper.make_node("Sigmoid", ["found"], ["probability"]),
        ],
        "one_feature",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, [None, len(FEATURES)])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(column, "column")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    content: bytes = made.SerializeToString()
    return content


def judged(
    features: dict[str, float],
    *,
    is_fraud: bool | None = None,
    made_by: Any = None,
    labelled_at: datetime | None = None,
    **fields: Any,
) -> Decision:
    """Store a decision with these inputs, zero where nothing is told; and its label."""
    told = facts(requested_at=NOON)
    decision = Decision.objects.create(
        payment_id=told.payment_id,
        customer_id=told.customer_id,
        facts=told.as_json(),
        features=[features.get(name, 0.0) for name in FEATURES],
        **({
            "score": 0.1, "rule_score": 0.0, "level": "LOW", "recommendation": "APPROVE", "policy_version": "policy-1",
        } | fields),
    )  # fmt: skip
    if is_fraud is not None:
        at = labelled_at or timezone.now()
        Label.objects.create(decision=decision, is_fraud=is_fraud, source="analyst", made_by=made_by, at=at)
    return decision
