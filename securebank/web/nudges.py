"""Wake a worker after commit. The row that was written is the queue; a lost nudge costs seconds, never the row."""

import threading
import time
from functools import cache, partial
from typing import Any, Final

import structlog
from celery import Task, current_app
from django.db import transaction
from kombu import Connection
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import producers
from redis.exceptions import RedisError

# What one nudge may cost a caller whose broker hangs, in seconds.
PATIENCE: Final = 0.25
# After a failure nobody tries again for this long, in seconds: a sweep does the work meanwhile.
REST: Final = 2.0

BROKER_ERRORS: Final = (OperationalError, LimitExceeded, RedisError, OSError)

log = structlog.get_logger(__name__)


class Breaker:
    """Remembers that the broker failed, so that only one caller in a while pays for finding out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until = 0.0

    def lets_through(self) -> bool:
        """Tell whether to try; while the broker is in doubt only one caller may."""
        now = time.monotonic()
        with self._lock:
            if now < self._closed_until:
                return False
            if self._closed_until:
                self._closed_until = now + REST
            return True

    def trip(self) -> bool:
        """Keep everybody away for a while; tell whether this is news."""
        with self._lock:
            is_news = self._closed_until == 0.0
            self._closed_until = time.monotonic() + REST
            return is_news

    def reset(self) -> None:
        """Let everybody through again."""
        with self._lock:
            self._closed_until = 0.0


breaker: Final = Breaker()


@cache
def impatient_connection() -> Connection:
    """Return a broker connection whose waits are bounded by ``PATIENCE``.

    Workers share the settings' longer time-outs; a payment must not.
    """
    options = current_app.conf.broker_transport_options | {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "connect_retries_timeout": PATIENCE,
        "max_retries": 1,
        "interval_start": 0,
        "retry_on_timeout": False,
    }
    return current_app.connection_for_write(transport_options=options)


def send_now(task: "Task[Any, Any]", **arguments: Any) -> None:
    """Send one task; when the broker is down, say so once and go on."""
    if not breaker.lets_through():
        return
    try:
        with producers[impatient_connection()].acquire(block=True, timeout=PATIENCE) as producer:
            task.apply_async(kwargs=arguments, producer=producer, retry=False, ignore_result=True)
    except BROKER_ERRORS as error:
        if breaker.trip():
            log.warning("nudge_lost", task=task.name, reason=type(error).__name__)
    else:
        breaker.reset()


def nudge(task: "Task[Any, Any]", **arguments: Any) -> None:
    """Send ``task`` after the caller's transaction has committed.

    Never raises and never delays the caller noticeably: with the broker down
    or hanging it waits ``PATIENCE`` at most, once every ``REST`` seconds.

    Args:
        task: a task that finds its work in the database and may run twice.
        **arguments: its keyword arguments, JSON-safe.
    """
    transaction.on_commit(partial(send_now, task, **arguments))
