"""A limit on how long a model may compute, kept without handing the payment to another thread and back.

The model runs in the payment's own thread. A second thread looks at what runs and tells the run time to end what is
over its time, which it does between two of a model's steps and between the rounds of a loop. One step can't be ended: a
model of one endless step is found when it answers, late, and rests from then on.
``docs/decisions/0041-a-watched-model.md`` says why.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from onnxruntime import RunOptions
from onnxruntime.capi.onnxruntime_pybind11_state import EPFail, Fail, InvalidArgument, InvalidGraph, InvalidProtobuf
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as OperatorMissing
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException as RunFailed

# What the run time raises; it has no class above these.
UNUSABLE: Final = (EPFail, Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, OperatorMissing, RunFailed)


class Run(Protocol):
    """Gives a model's answer to a row of features; with options, somebody else can end it."""

    def __call__(self, row: Sequence[float], watched: RunOptions | None = None, /) -> float:
        """Return the probability of fraud."""


class TooSlow(Exception):
    """The model was over its time."""


# The run time would write a line of its own about each call that is ended; the caller does.
FATAL_ONLY: Final = 4


def _quiet() -> RunOptions:
    options = RunOptions()
    options.log_severity_level = FATAL_ONLY
    return options


@dataclass(slots=True)
class Call:
    """One call that runs now; its options are its own, so that nobody ends the next one with it."""

    begun: float
    options: RunOptions = field(default_factory=_quiet)


class Watch:
    """Lets models compute, none for longer than a limit and half of it, in seconds.

    Its thread sleeps while no model runs, and wakes twice in a limit while one does.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._calls: dict[int, Call] = {}
        self._is_busy = threading.Event()
        self._starting = threading.Lock()
        self._thread = threading.Thread()

    def call(self, run: Run, row: Sequence[float]) -> float:
        """Return the model's answer.

        Raises:
            TooSlow: there was none in time.
        """
        call, place = Call(time.monotonic()), threading.get_ident()
        self._calls[place] = call
        self._look_out()
        try:
            value = run(row, call.options)
        except UNUSABLE:
            if call.options.terminate:
                raise TooSlow from None
            raise
        finally:
            del self._calls[place]
        if time.monotonic() - call.begun > self.limit:
            raise TooSlow
        return value

    def _look_out(self) -> None:
        """Have the thread look: after the call is noted, so that it sees it or is told of it."""
        if not self._is_busy.is_set():
            self._is_busy.set()
        # In a process that was forked it has to be started again.
        if not self._thread.is_alive():
            with self._starting:
                if not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._watch, name="model-watch", daemon=True)
                    self._thread.start()

    def _watch(self) -> None:
        while self._is_busy.wait():
            time.sleep(self.limit / 2)
            # First this, then the look: a call that comes between is seen, or sets it again.
            self._is_busy.clear()
            calls = list(self._calls.values())
            if calls:
                self._is_busy.set()
            for call in calls:
                if time.monotonic() - call.begun > self.limit:
                    call.options.terminate = True
