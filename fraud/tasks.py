"""Background work of the fraud room."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

import fraud.services.backtesting


@shared_task
def run_backtest(*, backtest_id: str) -> None:
    """Work on one backtest for a while; it asks for its own continuation."""
    fraud.services.backtesting.work(backtest_id=UUID(backtest_id), now=timezone.now)


@shared_task
def look_after_backtests() -> None:
    """Find backtests that nobody works on."""
    fraud.services.backtesting.look_after(now=timezone.now())
