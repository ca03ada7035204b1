"""Decisions of the last day, counted by the hour and kept in the process.

Minutes that are over are read once and added to their hour; when they grow older than a day they are taken off it
again. A look therefore costs as much as what was decided since the last minute that is over, however many decisions
are stored or were made today. The first look of a process reads a day, in one statement.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

WINDOW: Final = timedelta(days=1)
# Longest time between a decision's own instant and its commit: a payment waits for locks and statements far shorter.
SETTLED: Final = timedelta(seconds=30)

COUNTED: Final = """
    SELECT date_trunc('minute', decided_at), level, recommendation, degraded <> '', count(*),
           coalesce(sum((facts->>'reference_minor')::bigint), 0)::bigint
    FROM fraud_decision
    WHERE decided_at >= %s
    GROUP BY 1, 2, 3, 4
"""


class Kind(NamedTuple):
    """What decisions that are counted together have in common.

    Attributes:
        hour: its beginning, by the bank's own clock.
    """

    hour: datetime
    level: str
    recommendation: str
    is_degraded: bool


class Tally(NamedTuple):
    """How many decisions, and their amount in paise at the reference rate."""

    number: int
    amount_minor: int


class Count(NamedTuple):
    """Decisions of one minute that are alike."""

    minute: datetime
    kind: Kind
    tally: Tally


Hours = dict[Kind, Tally]
NONE: Final = Tally(0, 0)


class Rollup:
    """The last day's decisions; safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed: defaultdict[datetime, list[Count]] = defaultdict(list)
        # The sum of all that is in ``_closed``.
        self._hours: Hours = {}
        self._closed_to: datetime | None = None

    def last_day(self, now: datetime) -> Hours:
        """Return what was decided in the day before ``now``, to the minute.

        Args:
            now: by the database's clock, which wrote the decisions.
        """
        with self._lock:
            begins = _minute(now - WINDOW)
            since = max(begins, self._closed_to or begins)
            # A clock that was set back opens no minute again: it would be counted twice.
            closes = max(since, settled(now))
            # All is read before anything changes: what fails here is read again by the next look.
            found = list(_read(since))
            self._forget(before=begins)
            still_open = [count for count in found if not self._close(count, closes)]
            self._closed_to = closes
            hours = self._hours.copy()
        for count in still_open:
            _add(hours, count)
        return hours

    def _forget(self, *, before: datetime) -> None:
        """Take minutes off their hours."""
        for minute in [minute for minute in self._closed if minute < before]:
            for count in self._closed.pop(minute):
                _add(self._hours, count, sign=-1)

    def _close(self, count: Count, closes: datetime) -> bool:
        """Add a count to its hour for good if its minute is over, and tell whether it is."""
        if count.minute >= closes:
            return False
        self._closed[count.minute].append(count)
        _add(self._hours, count)
        return True


def settled(now: datetime) -> datetime:
    """Return the beginning of the first minute in which something may still be found."""
    return _minute(now - SETTLED)


def _add(hours: Hours, count: Count, sign: int = 1) -> None:
    had = hours.get(count.kind, NONE)
    number = had.number + sign * count.tally.number
    if number:
        hours[count.kind] = Tally(number, had.amount_minor + sign * count.tally.amount_minor)
    else:
        del hours[count.kind]


def _read(since: datetime) -> Iterator[Count]:
    """Read from ``since`` on, without an end, whatever the clocks say.

    Row by row: one call that makes Python values of a whole day would stop all other threads meanwhile.
    """
    zone = ZoneInfo(settings.BANK_TIME_ZONE)
    # The same few kinds return every minute: each is kept once.
    kinds: dict[Kind, Kind] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [since])
        for minute, level, recommendation, is_degraded, number, amount_minor in cursor:
            kind = Kind(minute.astimezone(zone).replace(minute=0), level, recommendation, is_degraded)
            yield Count(minute, kinds.setdefault(kind, kind), Tally(number, amount_minor))


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
