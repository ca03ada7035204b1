"""``/health``: can this process serve a customer now?"""

import time
from collections.abc import Callable
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from fraud.scoring import scorer
from fraud.selectors.models import champion_hash
from ledger.chain.selectors import last_check
from securebank.celery import app

STARTED: Final = time.monotonic()
BROKER_SECONDS: Final = 2
log = structlog.get_logger(__name__)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.get("health")


def _queue() -> None:
    with app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)


def _models() -> str:
    """Say whether this process's models take part in decisions; without them payments go on by the rules alone.

    Whoever balances the load asks this before the first payment comes: the process then has the champion by that time.
    """
    try:
        scorer().follow(champion_hash())
    except (DatabaseError, PoolTimeout):
        return "unavailable"
    return "degraded" if scorer().fault else "ok"


CHECKS: Final[dict[str, Callable[[], None]]] = {"database": _database, "cache": _cache, "queue": _queue}


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except (DatabaseError, PoolTimeout, RedisError, OperationalError, OSError) as fault:
        # The reason may name hosts, so it goes to the log and not to whoever asks.
        log.warning("health_check_failed", check=name, reason=str(fault))
        return "unavailable"
    return "ok"


def _chain() -> str:
    """Return what the last verification of the sealed ledger found."""
    try:
        last = last_check()
    except (DatabaseError, PoolTimeout):
        return "unavailable"
    return "unverified" if last is None else "altered" if last.fault else "ok"


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while payments can be made, else 503.

    Money needs the database alone. Without cache, queue or models the bank is ``degraded`` and still ready: a load
    balancer that took every process out because Valkey restarts would turn a small fault into a large one. An altered
    ledger is a matter for people, who are called by it being ``degraded``.
    """
    checks = {name: _outcome(name, check) for name, check in CHECKS.items()}
    is_ready = checks["database"] == "ok"
    checks |= {"chain": _chain() if is_ready else "unavailable", "models": _models() if is_ready else "unavailable"}
    is_whole = set(checks.values()) <= {"ok", "unverified"}
    state = "ok" if is_whole else "degraded" if is_ready else "unavailable"
    answer = {
        "status": state,
        "version": settings.VERSION,
        "uptime_seconds": int(time.monotonic() - STARTED),
        "checks": checks,
    }
    return JsonResponse(answer, status=200 if is_ready else 503)
