"""What the check did in a period, and what its decisions turned out to be, as far as somebody said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from fraud.labelled import NEWEST, SOURCES, Labels
from fraud.models import Alert

LABELLED: Final = f"""
    SELECT date_trunc('week', decision.decided_at AT TIME ZONE %(zone)s)::date AS week, label.is_fraud,
           decision.recommendation <> 'APPROVE' AS is_stopped, decision.customer_id,
           (decision.facts->>'reference_minor')::bigint AS minor
    FROM ({NEWEST}) AS label
    JOIN fraud_decision AS decision ON decision.id = label.decision_id
    WHERE decision.decided_at >= %(since)s AND decision.decided_at < %(until)s
"""  # noqa: S608 -- of constants
WEEKS: Final = f"""
    SELECT week, is_fraud, is_stopped, count(*), sum(minor)::bigint FROM ({LABELLED}) AS labelled
    GROUP BY 1, 2, 3 ORDER BY 1
"""  # noqa: S608
ANNOYED: Final = f"""
    SELECT count(DISTINCT customer_id) FROM ({LABELLED}) AS labelled WHERE is_stopped AND NOT is_fraud
"""  # noqa: S608
PAYMENTS: Final = "SELECT count(*) FROM fraud_decision WHERE decided_at >= %(since)s AND decided_at < %(until)s"


@dataclass(frozen=True, slots=True)
class Sum:
    """Some payments: how many, and paise at the reference rate."""

    number: int = 0
    minor: int = 0

    @property
    def rupees(self) -> float:
        """For charts."""
        return self.minor / 100

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.number + other.number, self.minor + other.minor)


@dataclass(frozen=True, slots=True)
class Week:
    """Labelled payments of one week of the bank's own calendar.

    Attributes:
        monday: its first day.
        caught: fraud that was stopped.
        missed: fraud that went through.
        false_alarms: genuine payments that were stopped.
        passed: genuine payments that went through.
    """

    monday: date
    caught: Sum = Sum()
    missed: Sum = Sum()
    false_alarms: Sum = Sum()
    passed: Sum = Sum()


@dataclass(frozen=True, slots=True)
class History:
    """What was counted.

    Attributes:
        payments: judged in the period.
        held, declined: of these, by what was done at once.
        weeks: labelled payments, oldest first; weeks without one are left out.
        annoyed: customers of whom at least one genuine payment was stopped.
    """

    since: datetime
    until: datetime
    labels: Labels
    payments: int
    held: int
    declined: int
    annoyed: int
    weeks: Sequence[Week] = field(default_factory=tuple)

    @property
    def stopped(self) -> int:
        """Payments that did not go through at once."""
        return self.held + self.declined

    @property
    def caught(self) -> Sum:
        """Fraud that was stopped."""
        return sum((week.caught for week in self.weeks), Sum())

    @property
    def missed(self) -> Sum:
        """Fraud that went through, as far as it is known."""
        return sum((week.missed for week in self.weeks), Sum())

    @property
    def false_alarms(self) -> Sum:
        """Genuine payments that were stopped."""
        return sum((week.false_alarms for week in self.weeks), Sum())

    @property
    def labelled(self) -> int:
        """Payments that somebody said something about."""
        passed = sum(week.passed.number for week in self.weeks)
        return self.caught.number + self.missed.number + self.false_alarms.number + passed

    @property
    def reviews(self) -> int:
        """Reviews that were made: a verdict each. The simulator makes none, so there each stopped payment needs one."""
        return self.labelled if self.labels == Labels.PEOPLE else self.stopped

    @property
    def days(self) -> float:
        """Length of the period."""
        return (self.until - self.since).total_seconds() / 86_400


def history(*, since: datetime, until: datetime, labels: Labels = Labels.PEOPLE) -> History:
    """Count a period, ``since`` up to and without ``until``."""
    asked: dict[str, Any] = {
        "since": since,
        "until": until,
        "sources": SOURCES[labels],
        "zone": settings.BANK_TIME_ZONE,
    }
    # All of them: they are only summed.
    asked["most"] = None
    with connection.cursor() as cursor:
        cursor.execute(PAYMENTS, asked)
        (payments,) = cursor.fetchone()
        cursor.execute(WEEKS, asked)
        rows = cursor.fetchall()
        cursor.execute(ANNOYED, asked)
        (annoyed,) = cursor.fetchone()
    alerts = Alert.objects.filter(created_at__gte=since, created_at__lt=until)
    held = alerts.filter(is_held=True).count()
    return History(since, until, labels, payments, held, alerts.count() - held, annoyed, _weeks(rows))


PARTS: Final = {
    (True, True): "caught",
    (True, False): "missed",
    (False, True): "false_alarms",
    (False, False): "passed",
}


def _weeks(rows: Sequence[tuple[date, bool, bool, int, int]]) -> tuple[Week, ...]:
    found: dict[date, dict[str, Sum]] = {}
    for monday, is_fraud, is_stopped, number, minor in rows:
        found.setdefault(monday, {})[PARTS[is_fraud, is_stopped]] = Sum(number, minor)
    return tuple(Week(monday, **parts) for monday, parts in found.items())
