"""What judges codes, told as it is."""

from dataclasses import dataclass
from typing import Any, Final

from qrpay.evidence import rates
from qrpay.evidence.types import Level

# Changes with every rule, threshold or reader whose answers differ: what was read before is then read again.
VERSION: Final = "structure-1"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What ``GET qr/model/info`` says.

    Attributes:
        input_shape: of the trained network; None while there is none.
        output_shape: probabilities of valid and tampered.
        is_trained: whether a trained model takes part.
        metrics: counts, by judgement, on genuine photographs and on forgeries.
    """

    model_name: str
    version: str
    architecture: str
    input_shape: tuple[int, ...] | None
    output_shape: tuple[int, ...]
    parameters_count: int
    model_size_mb: float
    is_trained: bool
    metrics: dict[str, Any]


def info() -> ModelInfo:
    """Return what is there: rules on structural evidence, and no trained network."""
    return ModelInfo(
        model_name="securebank-qr",
        version=VERSION,
        architecture="structural evidence: rules on error correction, no trained model",
        input_shape=None,
        output_shape=(2,),
        parameters_count=0,
        model_size_mb=0.0,
        is_trained=False,
        metrics={"genuine_photographs": _told(rates.GENUINE), "cheapest_forgeries": _told(rates.FORGED)},
    )


def _told(counts: dict[Level, int]) -> dict[str, int]:
    return {"judged": sum(counts.values())} | {level.value: count for level, count in counts.items()}
