"""Whether anything on the live page can have changed, told by one cheap statement."""

from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from fraud.dashboard.rollup import WINDOW, settled
from fraud.models import Alert

# Each part is answered by an index: the last minute's decisions, the last day's alerts, the alerts that are open.
PULSE: Final = """
    SELECT fresh.number, day.confirmed, day.suspected, waiting.number, waiting.oldest
    FROM (SELECT count(*) AS number FROM fraud_decision WHERE decided_at >= %(settled)s) AS fresh,
         (SELECT count(*) FILTER (WHERE state = %(confirmed)s) AS confirmed,
                 count(*) FILTER (WHERE state = %(open)s) AS suspected
          FROM fraud_alert WHERE created_at >= %(day)s) AS day,
         (SELECT count(*) AS number, min(created_at) AS oldest FROM fraud_alert WHERE state = %(open)s) AS waiting
"""


class Pulse(NamedTuple):
    """Two looks with the same pulse see the same figures.

    Decisions are only ever added: as many since the same instant are the same ones. With a new minute others grow
    older than a day, so that everything is read again.

    Attributes:
        minute: of the look.
        settled: since when decisions are counted.
        fresh: decisions since then.
        confirmed: alerts of the last day found to be fraud.
        suspected: alerts of the last day that wait.
        waiting: all alerts that wait.
        oldest: when the first of these came.
    """

    minute: datetime
    settled: datetime
    fresh: int
    confirmed: int
    suspected: int
    waiting: int
    oldest: datetime | None


def pulse(now: datetime) -> Pulse:
    """Return the pulse at ``now``, by the database's clock."""
    since = settled(now)
    known = {"settled": since, "day": now - WINDOW, "confirmed": Alert.State.CONFIRMED, "open": Alert.State.OPEN}
    with connection.cursor() as cursor:
        cursor.execute(PULSE, {name: str(value) for name, value in known.items()})
        return Pulse(now.replace(second=0, microsecond=0), since, *cursor.fetchone())
