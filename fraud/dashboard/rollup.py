"""Decisions of the last day, counted by the minute and kept in the process.

A look costs as much as what was decided since the last minute that is over, however many decisions are stored:
minutes that are over are read once. The first look of a process reads a day, an hour at a time.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection

WINDOW: Final = timedelta(days=1)
# Longest time between a decision's own instant and its commit: a payment waits for locks and statements far shorter.
SETTLED: Final = timedelta(seconds=30)
# What one statement reads at most.
CHUNK: Final = timedelta(hours=1)

COUNTED: Final = """
    SELECT date_trunc('minute', decided_at), level, recommendation, degraded <> '', count(*),
           coalesce(sum((facts->>'reference_minor')::bigint), 0)::bigint
    FROM fraud_decision
    WHERE decided_at >= %s AND decided_at < %s
    GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Count:
    """Decisions of one minute that are alike.

    Attributes:
        amount_minor: paise at the reference rate.
    """

    minute: datetime
    level: str
    recommendation: str
    is_degraded: bool
    number: int
    amount_minor: int


class Rollup:
    """The last day's decisions; safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed: defaultdict[datetime, list[Count]] = defaultdict(list)
        self._closed_to: datetime | None = None

    def last_day(self, now: datetime) -> list[Count]:
        """Return what was decided in the day before ``now``, to the minute.

        Args:
            now: by the database's clock, which wrote the decisions.
        """
        with self._lock:
            begins = _minute(now - WINDOW)
            closes = _minute(now - SETTLED)
            for minute in [minute for minute in self._closed if minute < begins]:
                del self._closed[minute]
            still_open = []
            for count in self._unread(max(begins, self._closed_to or begins), now):
                if count.minute < closes:
                    self._closed[count.minute].append(count)
                else:
                    still_open.append(count)
            self._closed_to = closes
            return [count for counts in self._closed.values() for count in counts] + still_open

    def _unread(self, since: datetime, now: datetime) -> Iterator[Count]:
        """Read from ``since`` on; the last statement has no end, whatever the clocks say."""
        while since < now:
            until = since + CHUNK
            yield from _read(since, until if until < now else datetime.max.replace(tzinfo=UTC))
            since = until


def _read(since: datetime, until: datetime) -> list[Count]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [since, until])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [Count(*row) for row in rows]


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
