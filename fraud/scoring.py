"""The model that takes part in judging, held in the process; and how payments go on without it.

A model is two files in one folder: ``model.onnx`` and ``card.json``, which names its SHA-256 and the version of the
features that it was trained on. Whatever is wrong with them, or with the model's answer, the rules decide alone and
the decision says why.
"""

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
import structlog
from django.conf import settings

from fraud import metrics
from fraud.watch import UNUSABLE, Run, TooSlow, Watch
from ml.fraud.features import FEATURES, SCHEMA

# A model answers in some ten microseconds; what takes this long, in seconds, is broken, and payments wait for it once.
TIME_LIMIT: Final = 0.05
# Seconds for which a model that was too slow is not asked again.
REST: Final = 30.0

log = structlog.get_logger(__name__)


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


@dataclass(frozen=True, slots=True)
class Score:
    """A model's answer, or why there is none.

    Attributes:
        value: probability of fraud; None when no model took part.
        degraded: "" or "missing", "corrupt", "mismatch", "failed", "out_of_range", "slow", "resting".
    """

    value: float | None
    version: str = ""
    sha256: str = ""
    degraded: str = ""


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
    sha256 = hashlib.sha256(content).hexdigest()
    _check_card(card, sha256)
    try:
        return Model(card, sha256, _runner(content))
    except UNUSABLE as fault:
        raise ModelUnusable("corrupt") from fault


def _check_card(card: Any, sha256: str) -> None:
    if not isinstance(card, dict) or not isinstance(card.get("model_version"), str) or card.get("sha256") != sha256:
        raise ModelUnusable("corrupt")
    if card.get("schema") != SCHEMA or card.get("features") != list(FEATURES):
        raise ModelUnusable("mismatch")


def _runner(content: bytes) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    wanted, given = session.get_outputs()[0].name, session.get_inputs()[0].name

    def run(row: Sequence[float], watched: onnxruntime.RunOptions | None = None) -> float:
        return float(session.run([wanted], {given: np.array([row], dtype=np.float32)}, watched)[0].ravel()[0])

    return run


class Scorer:
    """Asks one model, never longer than the limit, and leaves it alone for a while after it was too slow."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._watch = Watch(TIME_LIMIT)
        self._rests_until = -math.inf
        self._fault = ""
        self.model: Model | None = None
        try:
            self.model = load(folder)
        except ModelUnusable as fault:
            self._fault = str(fault)
            log.error("model_unusable", reason=self._fault)  # noqa: TRY400 -- expected, and the reason says all
        metrics.MODEL_UP.set(self.model is not None)

    @property
    def fault(self) -> str:
        """Why the last payment was judged without the model, "" when it took part."""
        return self._fault

    def score(self, row: Sequence[float]) -> Score:
        """Return the probability of fraud, or why there is none. Never raises, never waits past the limit."""
        model = self.model
        if model is None:
            return Score(None, degraded=self._fault)
        if self._clock() < self._rests_until:
            return self._without(model, "resting")
        try:
            value = self._watch.call(model.run, row)
        except TooSlow:
            self._rests_until = self._clock() + REST
            return self._without(model, "slow")
        except UNUSABLE:
            return self._without(model, "failed")
        # Written so that not a number is out of range too.
        if not 0.0 <= value <= 1.0:
            return self._without(model, "out_of_range")
        if self._fault:
            self._note("")
        return Score(value, model.version, model.sha256)

    def _without(self, model: Model, reason: str) -> Score:
        if reason not in {self._fault, "resting"}:
            log.warning("model_left_out", reason=reason, version=model.version)
            self._note(reason)
        return Score(None, degraded=reason)

    def _note(self, fault: str) -> None:
        self._fault = fault
        metrics.MODEL_UP.set(not fault)


@dataclass(slots=True)
class Process:
    """What this process has loaded."""

    scorer: Scorer | None = None
    loading: threading.Lock = field(default_factory=threading.Lock)


process: Final = Process()


def scorer() -> Scorer:
    """Return this process's scorer, loaded once: when the process starts, or by whoever asks first."""
    if process.scorer is None:
        with process.loading:
            if process.scorer is None:
                process.scorer = Scorer(Path(settings.FRAUD_MODEL_DIR))
    return process.scorer
