"""A small made-up bank, and the model that is shipped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from ml.fraud import generate
from ml.fraud.features import PaymentEvent, State, signals_of, vector_of

CHAMPION = Path(__file__).resolve().parents[2] / "ml" / "models" / "fraud" / "champion"

SMALL = {"users": 400, "transactions": 16_000, "days": 60, "fraud_rate": 0.03}


@pytest.fixture(scope="package")
def made() -> dict[str, Any]:
    return generate.generate(**SMALL, seed=20)


@pytest.fixture(scope="package")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(CHAMPION / "model.onnx", providers=["CPUExecutionProvider"])


@pytest.fixture
def score(session: onnxruntime.InferenceSession) -> Callable[..., float]:
    """Return the shipped model's probability for one payment after a past."""

    def score(event: PaymentEvent, state: State | None = None) -> float:
        row = vector_of(signals_of(state or State(), event, trust=100.0), event)
        return float(session.run(["probability"], {"inputs": np.array([row], np.float32)})[0][0, 0])

    return score
