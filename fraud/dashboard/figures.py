"""What the live page shows, read once for everybody who watches in this process."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models.fields.json import KeyTextTransform

from accounts.models import User
from accounts.selectors.payees import masked_name
from fraud.dashboard.pulse import Pulse, pulse
from fraud.dashboard.rollup import Hours, Rollup
from fraud.models import Decision
from securebank.kernel.money import Money

# Seconds between two looks: with the look itself, a payment stands on the page well within two seconds.
TICK: Final = 1.0
RECENT: Final = 10
# Decisions that the latency is taken from: the last ones, whenever they were.
TIMED: Final = 1000

LATENCY: Final = """
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY took_us), percentile_disc(0.99) WITHIN GROUP (ORDER BY took_us),
           count(*)
    FROM (SELECT took_us FROM fraud_decision ORDER BY decided_at DESC, id DESC LIMIT %s) AS last
"""

Snapshot = dict[str, Any]


class Desk:
    """The figures of this process, read at most once a tick however many ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rollup = Rollup()
        self._last: Snapshot | None = None
        self._pulse: Pulse | None = None
        self._read_at = 0.0

    def latest(self) -> Snapshot:
        """Return all sections, JSON-safe; never older than a tick."""
        with self._lock:
            # A little less than a tick: who comes once a tick must not find the look before.
            if self._last is None or time.monotonic() - self._read_at > 0.8 * TICK:
                began = time.monotonic()
                self._last = self.read(_database_time())
                self._read_at = began
            return self._last

    def read(self, now: datetime) -> Snapshot:
        """Return all sections as of ``now``, by the database's clock; what was returned last if nothing is new."""
        found = pulse(now)
        if self._last is None or found != self._pulse:
            self._last = self._look(now, found)
            self._pulse = found
        return self._last

    def _look(self, now: datetime, found: Pulse) -> Snapshot:
        hours = self._rollup.last_day(now)
        return {
            "recent": _recent(),
            "totals": _totals(hours, found),
            "tiers": _tiers(hours),
            "hours": _hours(hours, now),
            "queue": _queue(found),
            "latency": _latency(),
        }


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return] # a timestamptz


def _recent() -> list[dict[str, Any]]:
    """Return the last payments that were judged, newest first."""
    facts = {
        name: KeyTextTransform(name, "facts") for name in ("amount_minor", "currency", "payee_customer_id", "channel")
    }
    columns = ("id", "payment_id", "customer_id", "score", "level", "recommendation", "decided_at", *facts)
    rows = list(Decision.objects.annotate(**facts).order_by("-decided_at", "-id").values(*columns)[:RECENT])
    names = _names([str(row["customer_id"]) for row in rows] + [row["payee_customer_id"] for row in rows])
    return [
        {
            "id": str(row["id"]),
            "transaction_id": str(row["payment_id"]),
            "at": row["decided_at"].isoformat(timespec="milliseconds"),
            "amount": str(Money(int(row["amount_minor"]), row["currency"])),
            "amount_minor": int(row["amount_minor"]),
            "currency": row["currency"],
            "payer": names.get(str(row["customer_id"]), ""),
            "payee": names.get(row["payee_customer_id"], ""),
            "channel": row["channel"],
            "score": round(row["score"], 4),
            "level": row["level"],
            "recommendation": row["recommendation"],
        }
        for row in rows
    ]


def _names(ids: Sequence[str]) -> dict[str, str]:
    found = User.objects.filter(pk__in=set(ids)).values_list("pk", "name")
    return {str(user_id): masked_name(name) for user_id, name in found}


def _totals(hours: Hours, found: Pulse) -> dict[str, Any]:
    number = sum(tally.number for tally in hours.values())
    amount = sum(tally.amount_minor for tally in hours.values())
    degraded = sum(tally.number for kind, tally in hours.items() if kind.is_degraded)
    by_advice: Counter[str] = Counter()
    for kind, tally in hours.items():
        by_advice[kind.recommendation] += tally.number
    return {
        "count": number,
        "amount": str(Money(amount, settings.DEFAULT_CURRENCY)),
        "amount_minor": amount,
        "currency": settings.DEFAULT_CURRENCY,
        "approved": by_advice[Decision.Recommendation.APPROVE],
        "held": by_advice[Decision.Recommendation.REVIEW],
        "declined": by_advice[Decision.Recommendation.DECLINE],
        "confirmed": found.confirmed,
        "confirmed_rate": _share(found.confirmed, number),
        "suspected": found.suspected,
        "suspected_rate": _share(found.suspected, number),
        "degraded": degraded,
        "degraded_share": _share(degraded, number),
    }


def _share(part: int, whole: int) -> float:
    """Return per cent, to two places."""
    return round(100 * part / whole, 2) if whole else 0.0


def _tiers(hours: Hours) -> list[dict[str, Any]]:
    found: Counter[str] = Counter()
    for kind, tally in hours.items():
        found[kind.level] += tally.number
    whole = found.total()
    return [{"level": level, "count": found[level], "share": _share(found[level], whole)} for level in Decision.Level]


def _hours(counted: Hours, now: datetime) -> list[dict[str, Any]]:
    """Return the last 24 hours of the bank's own clock, oldest first; the last one is under way."""
    this_hour = now.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=ago) for ago in reversed(range(24))]
    all_of: Counter[datetime] = Counter()
    stopped: Counter[datetime] = Counter()
    for kind, tally in counted.items():
        all_of[kind.hour] += tally.number
        if kind.recommendation != Decision.Recommendation.APPROVE:
            stopped[kind.hour] += tally.number
    return [
        {"hour": f"{hour:%H:%M}", "count": all_of[hour], "approved": all_of[hour] - stopped[hour],
         "stopped": stopped[hour]}
        for hour in hours
    ]  # fmt: skip


def _queue(found: Pulse) -> dict[str, Any]:
    return {"length": found.waiting, "oldest_at": found.oldest and found.oldest.isoformat(timespec="seconds")}


def _latency() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(LATENCY, [TIMED])
        p50, p99, number = cursor.fetchone()
    return {"p50_us": p50 or 0, "p99_us": p99 or 0, "decisions": number}


desk: Final = Desk()
