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
    """Say whether this process's models take part in decisions; without them payments go on by the rules alone."""
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


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while payments can be made, else 503.

    Money needs the database alone. Without cache, queue or models the bank is ``degraded`` and still ready: a load
    balancer that took every process out because Valkey restarts would turn a small fault into a large one.
    """
    checks = {name: _outcome(name, check) for name, check in CHECKS.items()} | {"models": _models()}
    is_ready = checks["database"] == "ok"
    state = "ok" if set(checks.values()) == {"ok"} else "degraded" if is_ready else "unavailable"
    answer = {
        "status": state,
        "version": settings.VERSION,
        "uptime_seconds": int(time.monotonic() - STARTED),
        "checks": checks,
    }
    return JsonResponse(answer, status=200 if is_ready else 503)
