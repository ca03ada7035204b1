"""The model that takes part in judging, held in the process; and how payments go on without it.

A process begins with the model of the shipped folder. Each payment then tells which model is the champion, read with
its other facts; where that is another one, it is loaded beside the payments and exchanged when it is ready. Whatever
is wrong with a model, or with its answer, the rules decide alone and the decision says why.
"""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from psycopg_pool import PoolTimeout

from fraud import metrics
from fraud.model_files import Model, ModelUnusable, load, load_registered
from fraud.watch import UNUSABLE, TooSlow, Watch

__all__ = ["UNUSABLE", "Model", "ModelUnusable", "Score", "Scorer", "load", "scorer"]

# A model answers in some ten microseconds; what takes this long, in seconds, is broken, and payments wait for it once.
TIME_LIMIT: Final = 0.05
# Seconds for which a model that was too slow is not asked again.
REST: Final = 30.0
# Seconds until a champion that the database could not give is asked for again.
PAUSE: Final = 2.0

log = structlog.get_logger(__name__)


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


class Scorer:
    """Asks one model, never longer than the limit, and leaves it alone for a while after it was too slow.

    Attributes:
        settled: the hash of the champion that was last loaded, or refused.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._watch = Watch(TIME_LIMIT)
        self._rests_until = -math.inf
        # Why there is no model, and what was wrong with the last answer of one.
        self._refusal = self._fault = ""
        self._asks_from = -math.inf
        self._exchanging = threading.Lock()
        self.settled = ""
        self.model: Model | None = None
        try:
            model = load(folder)
        except ModelUnusable as fault:
            self._settle(None, "", str(fault))
        else:
            self._settle(model, model.sha256)

    @property
    def fault(self) -> str:
        """Why the last payment was judged without the model, "" when it took part."""
        return self._refusal if self.model is None else self._fault

    def follow(self, sha256: str | None) -> threading.Thread | None:
        """Learn which model is the champion; None where none is registered. Returns at once.

        Returns:
            The thread that loads it, for whoever wants to wait; None where there is nothing to do, or another does it.
        """
        if sha256 is None or sha256 == self.settled or self._clock() < self._asks_from:
            return None
        if not self._exchanging.acquire(blocking=False):
            return None
        thread = threading.Thread(target=self._exchange, args=[sha256], name="champion", daemon=True)
        thread.start()
        return thread

    def score(self, row: Sequence[float]) -> Score:
        """Return the probability of fraud, or why there is none. Never raises, never waits past the limit."""
        model = self.model
        if model is None:
            return Score(None, degraded=self._refusal)
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

    def _exchange(self, sha256: str) -> None:
        """Load the champion while the one before goes on. What was promoted and is spoilt is replaced by the rules."""
        try:
            self._settle(load_registered(sha256), sha256)
        except ModelUnusable as fault:
            self._settle(None, sha256, str(fault))
        except (DatabaseError, PoolTimeout) as fault:
            self._asks_from = self._clock() + PAUSE
            log.warning("champion_not_read", reason=type(fault).__name__)
        finally:
            connection.close()
            self._exchanging.release()

    def _settle(self, model: Model | None, sha256: str, fault: str = "") -> None:
        if model is None:
            log.error("model_unusable", reason=fault, sha256=sha256)
            self._refusal = fault
        self._fault, self._rests_until = "", -math.inf
        self.model, self.settled = model, sha256
        metrics.show_model(model.version if model else "")
        metrics.MODEL_UP.set(model is not None)

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
