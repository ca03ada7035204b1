"""Run work at the same moment on connections of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

# Fewer than the pool has connections (``tests/engines.py``): more would only wait for one.
AT_ONCE = 10


def all_at_once(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start everything together, ten at a time; return what each returned or raised, in order."""
    start = Barrier(min(AT_ONCE, len(work)))
    waiting = list(range(start.parties))

    def run(number: int) -> Any:
        if number in waiting:
            start.wait(10)
        try:
            return work[number]()
        except Exception as error:  # noqa: BLE001 -- the test looks at every outcome
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(start.parties) as threads:
        return list(threads.map(run, range(len(work))))
