"""The model of card transactions, loaded by whoever needs it first in a process; it has no part in payments."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from fraud.cards.rows import NAMES, Rows
from fraud.cards.tiers import ACTIONS, Action, Tier, tier_of
from fraud.model_files import ModelUnusable
from fraud.watch import UNUSABLE
from securebank.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

Probabilities = npt.NDArray[np.float64]


class CardModelMissing(Unavailable):
    """No usable model of card transactions is here; nothing is guessed instead."""

    code = "card_model_unavailable"
    title = "Card transactions can't be scored now"


@dataclass(frozen=True, slots=True)
class CardModel:
    """A loaded model.

    Attributes:
        version: its name.
        columns: places in ``NAMES`` of the inputs, in the order in which it was trained on them.
        run: gives the probabilities of fraud, shape (n,), for inputs of shape (n, columns).
    """

    version: str
    columns: tuple[int, ...]
    run: Callable[[Rows], Probabilities]


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of one transaction; ``probability`` in [0, 1]."""

    probability: float
    tier: Tier
    action: Action
    model_version: str


@dataclass(slots=True)
class Process:
    """What this process has loaded."""

    model: CardModel | None = None
    folder: Path | None = None
    loading: threading.Lock = field(default_factory=threading.Lock)


process: Final = Process()


def score(rows: Rows) -> list[Scored]:
    """Score transactions, shape (n, 30) in the order of ``NAMES``.

    Raises:
        CardModelMissing: no model, a changed file, or an answer that is no probability.
    """
    try:
        model = loaded(Path(settings.CARD_MODEL_DIR))
        probabilities = model.run(rows[:, model.columns])
    except (ModelUnusable, *UNUSABLE) as fault:
        log.error("card_model_unusable", reason=str(fault) if isinstance(fault, ModelUnusable) else "failed")  # noqa: TRY400
        raise CardModelMissing(_("The model for card transactions is not available.")) from fault
    # Written so that not a number is out of range too.
    if len(probabilities) != len(rows) or not ((probabilities >= 0) & (probabilities <= 1)).all():
        log.error("card_model_unusable", reason="out_of_range")
        raise CardModelMissing(_("The model for card transactions is not available."))
    return [_told(probability, model.version) for probability in probabilities.tolist()]


def loaded(folder: Path) -> CardModel:
    """Return this process's model, loaded once; one that was missing is looked for again.

    Raises:
        ModelUnusable: as ``load``.
    """
    if process.model is None or process.folder != folder:
        with process.loading:
            if process.model is None or process.folder != folder:
                process.model, process.folder = load(folder), folder
    return process.model


def load(folder: Path) -> CardModel:
    """Return the model of a folder: ``model.onnx`` beside the ``card.json`` that names its SHA-256 and its inputs.

    Raises:
        ModelUnusable: missing; corrupt, by its card's hash or its own structure; or made for other inputs.
    """
    try:
        content = (folder / "model.onnx").read_bytes()
        card = json.loads((folder / "card.json").read_bytes())
    except OSError as fault:
        raise ModelUnusable("missing") from fault
    except ValueError as fault:
        raise ModelUnusable("corrupt") from fault
    columns = _columns(card, hashlib.sha256(content).hexdigest())
    try:
        return CardModel(str(card["model_version"]), columns, _runner(content))
    except UNUSABLE as fault:
        raise ModelUnusable("corrupt") from fault


def _columns(card: Any, sha256: str) -> tuple[int, ...]:
    if not isinstance(card, dict) or not isinstance(card.get("model_version"), str) or card.get("sha256") != sha256:
        raise ModelUnusable("corrupt")
    features = card.get("features")
    # The data set writes V1 and Amount, programs v1 and amount. A model may leave some out, such as the time.
    names = [str(name).lower() for name in features] if isinstance(features, list) else []
    if not names or len(set(names)) != len(names) or not set(names) <= set(NAMES):
        raise ModelUnusable("mismatch")
    return tuple(map(NAMES.index, names))


def _runner(content: bytes) -> Callable[[Rows], Probabilities]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    given, wanted = session.get_inputs()[0].name, session.get_outputs()[0].name

    def run(rows: Rows) -> Probabilities:
        return np.asarray(session.run([wanted], {given: np.ascontiguousarray(rows)})[0], np.float64).reshape(-1)

    return run


def _told(probability: float, version: str) -> Scored:
    tier = tier_of(probability)
    return Scored(round(probability, 6), tier, ACTIONS[tier], version)
