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
from django.db.models import Count as Counted
from django.db.models import Min, Q
from django.db.models.fields.json import KeyTextTransform

from accounts.models import User
from accounts.selectors.payees import masked_name
from fraud.dashboard.rollup import WINDOW, Count, Rollup
from fraud.models import Alert, Decision
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
        """Return all sections as of ``now``, by the database's clock."""
        counts = self._rollup.last_day(now)
        return {
            "recent": _recent(),
            "totals": _totals(counts, now),
            "tiers": _tiers(counts),
            "hours": _hours(counts, now),
            "queue": _queue(),
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


def _totals(counts: Sequence[Count], now: datetime) -> dict[str, Any]:
    number = sum(count.number for count in counts)
    amount = sum(count.amount_minor for count in counts)
    degraded = sum(count.number for count in counts if count.is_degraded)
    by_advice: Counter[str] = Counter()
    for count in counts:
        by_advice[count.recommendation] += count.number
    alerts = Alert.objects.filter(created_at__gte=now - WINDOW).aggregate(
        confirmed=Counted("id", filter=Q(state=Alert.State.CONFIRMED)),
        suspected=Counted("id", filter=Q(state=Alert.State.OPEN)),
    )
    return {
        "count": number,
        "amount": str(Money(amount, settings.DEFAULT_CURRENCY)),
        "amount_minor": amount,
        "currency": settings.DEFAULT_CURRENCY,
        "approved": by_advice[Decision.Recommendation.APPROVE],
        "held": by_advice[Decision.Recommendation.REVIEW],
        "declined": by_advice[Decision.Recommendation.DECLINE],
        "confirmed": alerts["confirmed"],
        "confirmed_rate": _share(alerts["confirmed"], number),
        "suspected": alerts["suspected"],
        "suspected_rate": _share(alerts["suspected"], number),
        "degraded": degraded,
        "degraded_share": _share(degraded, number),
    }


def _share(part: int, whole: int) -> float:
    """Return per cent, to two places."""
    return round(100 * part / whole, 2) if whole else 0.0


def _tiers(counts: Sequence[Count]) -> list[dict[str, Any]]:
    found: Counter[str] = Counter()
    for count in counts:
        found[count.level] += count.number
    whole = found.total()
    return [{"level": level, "count": found[level], "share": _share(found[level], whole)} for level in Decision.Level]


def _hours(counts: Sequence[Count], now: datetime) -> list[dict[str, Any]]:
    """Return the last 24 hours of the bank's own clock, oldest first; the last one is under way."""
    zone = ZoneInfo(settings.BANK_TIME_ZONE)
    this_hour = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=ago) for ago in reversed(range(24))]
    all_of: Counter[datetime] = Counter()
    stopped: Counter[datetime] = Counter()
    for count in counts:
        hour = count.minute.astimezone(zone).replace(minute=0)
        all_of[hour] += count.number
        if count.recommendation != Decision.Recommendation.APPROVE:
            stopped[hour] += count.number
    return [
        {"hour": f"{hour:%H:%M}", "count": all_of[hour], "approved": all_of[hour] - stopped[hour],
         "stopped": stopped[hour]}
        for hour in hours
    ]  # fmt: skip


def _queue() -> dict[str, Any]:
    waiting = Alert.objects.filter(state=Alert.State.OPEN).aggregate(length=Counted("id"), oldest=Min("created_at"))
    oldest = waiting["oldest"]
    return {"length": waiting["length"], "oldest_at": oldest and oldest.isoformat(timespec="seconds")}


def _latency() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(LATENCY, [TIMED])
        p50, p99, number = cursor.fetchone()
    return {"p50_us": p50 or 0, "p99_us": p99 or 0, "decisions": number}


desk: Final = Desk()
