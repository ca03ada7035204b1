"""Background work of the fraud room."""

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone
from django.utils.dateparse import parse_datetime

import fraud.services.backtesting
import fraud.services.drift
from accounts.models import User

log = structlog.get_logger(__name__)


@shared_task
def run_backtest(*, backtest_id: str) -> None:
    """Work on one backtest for a while; it asks for its own continuation."""
    fraud.services.backtesting.work(backtest_id=UUID(backtest_id), now=timezone.now)


@shared_task
def look_after_backtests() -> None:
    """Find backtests that nobody works on."""
    fraud.services.backtesting.look_after(now=timezone.now())


@shared_task
def measure_drift(*, until: str = "", asked_by: str = "") -> None:
    """Measure drift up to ``until``, ISO 8601, or up to the end of yesterday; what is measured stays as it is."""
    end = parse_datetime(until) if until else fraud.services.drift.day_end(timezone.now())
    if end is None:
        raise ValueError(until)
    person = User.objects.filter(pk=asked_by).first() if asked_by else None
    try:
        fraud.services.drift.measure(until=end, asked_by=person)
    except fraud.services.drift.NoModelToWatch as nothing:
        log.info("drift_not_measured", reason=nothing.code)
