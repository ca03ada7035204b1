"""Background work of the fraud room."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

import fraud.services.backtesting
import fraud.services.shadowing
import fraud.services.training
from fraud.training import program


@shared_task
def run_backtest(*, backtest_id: str) -> None:
    """Work on one backtest for a while; it asks for its own continuation."""
    fraud.services.backtesting.work(backtest_id=UUID(backtest_id), now=timezone.now)


@shared_task
def look_after_backtests() -> None:
    """Find backtests that nobody works on."""
    fraud.services.backtesting.look_after(now=timezone.now())


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
