"""An exported model and its card."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import onnxruntime

# Rows scored at once: as many as fit the processor's cache with their inputs.
BATCH: Final = 20_000


class ModelRefused(ValueError):
    """A folder that holds no model, or another than its card says."""


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """A model as it is shipped: ``model.onnx`` and ``card.json``."""

    card: dict[str, Any]
    session: onnxruntime.InferenceSession

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the model of a folder.

        Raises:
            ModelRefused: a file is missing, or the model is not the one that the card names.
        """
        try:
            content = (folder / "model.onnx").read_bytes()
            card = json.loads((folder / "card.json").read_bytes())
        except (OSError, ValueError) as fault:
            raise ModelRefused(f"{folder.name}: {fault}") from fault
        if card.get("sha256") != hashlib.sha256(content).hexdigest():
            raise ModelRefused(f"{folder.name}: model.onnx is not the file that card.json names")
        return cls(card, session_of(content))

    def scores(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return a score in [0, 1] for each row: of a supervised model the probability of fraud."""
        return scores_of(self.session, inputs)


def session_of(content: bytes, threads: int = 2) -> onnxruntime.InferenceSession:
    """Return what runs a model file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # Threads that wait by spinning take a busy machine's time from those that work: twice as slow, when measured.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def scores_of(session: onnxruntime.InferenceSession, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return a session's scores for any number of rows."""
    wanted, given = session.get_outputs()[0].name, session.get_inputs()[0].name
    found = np.empty(len(inputs))
    for start in range(0, len(inputs), BATCH):
        found[start : start + BATCH] = session.run([wanted], {given: inputs[start : start + BATCH]})[0][:, 0]
    return found
