"""Several processes that search one nonce together. Imports no Django, so that a process starts in no time."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import Any, Final

from ledger.chain import headers

LOOK_SECONDS: Final = 0.1
_mine: dict[str, Event] = {}


@contextmanager
def together(processes: int) -> Iterator[Any]:
    """Start so many processes; gives a search like ``headers.search`` that they share."""
    started = multiprocessing.get_context("spawn")
    is_over = started.Event()
    with ProcessPoolExecutor(processes, mp_context=started, initializer=_begin, initargs=(is_over,)) as pool:

        def search(prefix: bytes, difficulty: int, *, is_cancelled: Callable[[], bool]) -> int | None:
            is_over.clear()
            parts = [pool.submit(_part, prefix, difficulty, start, processes) for start in range(processes)]
            while not wait(parts, LOOK_SECONDS, FIRST_COMPLETED).done and not is_cancelled():
                pass
            is_over.set()
            return next((nonce for part in parts if (nonce := part.result()) is not None), None)

        yield search


def _begin(is_over: Event) -> None:
    _mine["is_over"] = is_over


def _part(prefix: bytes, difficulty: int, start: int, step: int) -> int | None:
    return headers.search(prefix, difficulty, is_cancelled=_mine["is_over"].is_set, start=start, step=step)
