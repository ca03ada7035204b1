"""A small made-up bank, and the model that is shipped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from ml.fraud import generate
from ml.fraud.features import PaymentEvent, State, signals_of, vector_of
from ml.fraud.features.batch import vectors_of
from ml.fraud.generate.people import People

CHAMPION = Path(__file__).resolve().parents[2] / "ml" / "models" / "fraud" / "champion"

SMALL: dict[str, Any] = {"users": 600, "transactions": 24_000, "months": 3, "fraud_rate": 0.04}


@pytest.fixture(scope="package")
def bank() -> tuple[People, dict[str, Any]]:
    return generate.generate(**SMALL, seed=20)


@pytest.fixture(scope="package")
def made(bank: tuple[People, dict[str, Any]]) -> dict[str, Any]:
    return bank[1]


@pytest.fixture(scope="package")
def inputs(made: dict[str, Any]) -> npt.NDArray[np.float32]:
    return vectors_of(made)


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
