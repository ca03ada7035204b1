"""Races whose runners are sure to meet between look and write, with what keeps them apart or without it.

A race that is only likely to go wrong proves nothing when it goes right. Here every runner stops before one statement
until each of the others has come there too, waits for a lock, or is done: so a guard that is taken out is missed each
time, and one that is in has to hold at the worst moment.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from tests.threads import AT_ONCE, all_at_once

# Half-hundredths of a second until runners that don't come have to explain themselves.
PATIENCE: Final = 2000
WAITING: Final = "SELECT count(DISTINCT pid), pg_sleep(0.005) FROM pg_locks WHERE NOT granted AND pid = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Guard:
    """Words of a statement that keep runners apart, what stands there without them, and which statement it is."""

    words: str
    instead: str = ""
    about: str = ""

    def is_in(self, sql: str) -> bool:
        return self.words in sql and self.about in sql


@dataclass
class Race:
    """One race, run once.

    Attributes:
        meet_before: words of the statement that nobody runs before all are there.
        without: the guards taken out.
        waited: how many waited for a lock when the first went on; the others had come too, or were done.
    """

    meet_before: str
    without: Sequence[Guard] = ()
    waited: int | None = None
    _runners: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _has_begun: threading.Event = field(default_factory=threading.Event)
    _is_open: threading.Event = field(default_factory=threading.Event)
    _running: dict[int, int] = field(default_factory=dict)
    _late: set[int] = field(default_factory=set)
    _settled: set[int] = field(default_factory=set)
    _taken_out: set[Guard] = field(default_factory=set)

    def run(self, work: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run all as ``all_at_once`` does. A guard or a meeting that the code no longer has is an error."""
        self._runners = min(AT_ONCE, len(work))
        # The runners need all that the pool has.
        connection.close()
        outcomes = all_at_once([self._joined(job) for job in work])
        assert self.waited is not None, f"no statement says {self.meet_before!r} any more: {outcomes[:3]}"
        for guard in self.without:
            assert guard in self._taken_out, f"no statement about {guard.about!r} says {guard.words!r} any more"
        return outcomes

    def later(self, job: Callable[[], Any]) -> Callable[[], Any]:
        """Return the job as one that begins when another runner has come to the meeting, and goes past it itself."""

        def run() -> Any:
            assert self._has_begun.wait(10), "nobody came to the meeting"
            self._late.add(threading.get_ident())
            return job()

        return run

    def _joined(self, job: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            connection.ensure_connection()
            me = threading.get_ident()
            if me not in self._settled:
                self._running[me] = connection.connection.info.backend_pid
            try:
                with connection.execute_wrapper(self._changed):
                    return job()
            finally:
                self._settle(me)

        return run

    def _changed(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.meet_before in sql:
            self._meet()
        for guard in self.without:
            if guard.is_in(sql):
                sql = sql.replace(guard.words, guard.instead)
                self._taken_out.add(guard)
        return execute(sql, params, many, context)

    def _meet(self) -> None:
        me = threading.get_ident()
        if self._is_open.is_set() or me in self._late:
            return
        self._settle(me)
        self._has_begun.set()
        for _ in range(PATIENCE):
            waiting = self._waiting()
            if self._is_open.is_set():
                return
            if len(self._settled) + waiting >= self._runners:
                self.waited = waiting
                self._is_open.set()
                return
        raise AssertionError(f"{self._runners - len(self._settled)} runners neither came nor wait for a lock")

    def _settle(self, runner: int) -> None:
        with self._lock:
            self._settled.add(runner)
            self._running.pop(runner, None)

    def _waiting(self) -> int:
        """Return how many of those still on their way wait for a lock."""
        with self._lock:
            pids = list(self._running.values())
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [pids])
            return int(cursor.fetchone()[0])
