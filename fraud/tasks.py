"""Background work of the fraud room."""

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone
from django.utils.dateparse import parse_datetime

import fraud.services.backtesting
import fraud.services.drift
import fraud.services.shadowing
import fraud.services.training
from accounts.models import User
from fraud.training import program

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


@shared_task
def score_shadows() -> None:
    """Let the challengers score what was decided since; sent by a sweep, and safe to deliver twice."""
    fraud.services.shadowing.catch_up(now=timezone.now)


@shared_task(time_limit=program.LONGEST + 600)
def run_training(*, run_id: str) -> None:
    """Train one model, for minutes; whoever else gets the same run finds it taken."""
    fraud.services.training.work(run_id=UUID(run_id), now=timezone.now)


@shared_task
def look_after_training() -> None:
    """Ask for a training when there are enough new labels, and find those that nobody works on."""
    fraud.services.training.look_after(now=timezone.now())
