"""Models as they are loaded: from a folder, or from the registry by the hash of their file.

A model is an ONNX file and a card, which names the file's SHA-256 and the features that it was trained on. The
registry keeps the file in the database, so that every process of every machine finds it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

from fraud.models import ModelFile, ModelVersion
from fraud.watch import UNUSABLE, Run
from ml.fraud.features import FEATURES, SCHEMA

# Models of the past that a replay or a comparison asks again and again.
KEPT: Final = 8

Matrix = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]


class Many(Protocol):
    """Gives scores [rows] for inputs [rows, features]."""

    def __call__(self, inputs: Matrix, watched: onnxruntime.RunOptions | None = None) -> Scores:
        """Run; by its options somebody else can end it."""


class ModelUnusable(Exception):
    """A model that can't take part; the text is the reason that decisions carry."""


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model.

    Attributes:
        card: what its training wrote about it.
        sha256: of the file, hexadecimal.
        run: gives the probability of fraud for one row of features; by its options somebody else can end it.
    """

    card: dict[str, Any]
    sha256: str
    run: Run

    @property
    def version(self) -> str:
        """The name that decisions carry."""
        return str(self.card["model_version"])


def load(folder: Path) -> Model:
    """Return the model of a folder.

    Raises:
        ModelUnusable: missing; corrupt, by its card's hash or its own structure; or made for other features.
    """
    try:
        content = (folder / "model.onnx").read_bytes()
        card = json.loads((folder / "card.json").read_bytes())
    except OSError as fault:
        raise ModelUnusable("missing") from fault
    except ValueError as fault:
        raise ModelUnusable("corrupt") from fault
    return made(content, card)


def load_registered(sha256: str) -> Model:
    """Return a registered model of payments, read from the database.

    Raises:
        ModelUnusable: see ``load``; corrupt, too, when the file is not the one that was registered.
    """
    version = ModelVersion.objects.filter(slot=ModelVersion.Slot.PAYMENTS, sha256=sha256).first()
    if version is None:
        raise ModelUnusable("missing")
    model = made(content_of(sha256), version.card)
    if model.sha256 != sha256:
        raise ModelUnusable("corrupt")
    try:
        # Now, so that no payment waits for what a first run sets up.
        model.run([0.0] * len(FEATURES))
    except UNUSABLE as fault:
        raise ModelUnusable("corrupt") from fault
    return model


kept = lru_cache(maxsize=KEPT)(load_registered)


def content_of(sha256: str) -> bytes:
    """Return a registered file.

    Raises:
        ModelUnusable: missing, or not the file that was registered.
    """
    content = ModelFile.objects.filter(pk=sha256).values_list("content", flat=True).first()
    if content is None:
        raise ModelUnusable("missing")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelUnusable("corrupt")
    return bytes(content)


def made(content: bytes, card: Any) -> Model:
    """Return the model of a file and its card.

    Raises:
        ModelUnusable: corrupt, by the card's hash or its own structure; or made for other features.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if not isinstance(card, dict) or not isinstance(card.get("model_version"), str) or card.get("sha256") != sha256:
        raise ModelUnusable("corrupt")
    if not fits(card):
        raise ModelUnusable("mismatch")
    many = scores_of(content)

    def run(row: Sequence[float], watched: onnxruntime.RunOptions | None = None) -> float:
        return float(many(np.array([row], dtype=np.float32), watched)[0])

    return Model(card, sha256, run)


def fits(card: Any) -> bool:
    """Tell whether a model was trained on the features that payments have here."""
    return bool(card.get("schema") == SCHEMA and card.get("features") == list(FEATURES))


def scores_of(content: bytes) -> Many:
    """Return what gives a file's scores [rows] for inputs [rows, features], in one thread.

    Raises:
        ModelUnusable: no model.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except UNUSABLE as fault:
        raise ModelUnusable("corrupt") from fault
    wanted, given = session.get_outputs()[0].name, session.get_inputs()[0].name

    def many(inputs: Matrix, watched: onnxruntime.RunOptions | None = None) -> Scores:
        found: Scores = session.run([wanted], {given: inputs}, watched)[0].reshape(len(inputs), -1)[:, 0]
        return found

    return many
