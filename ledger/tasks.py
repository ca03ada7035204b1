"""What the clock asks of the books."""

from celery import shared_task
from django.db import OperationalError

from ledger import services


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=3)
def expire_holds() -> None:
    """Give back what was held too long. Safe to deliver twice."""
    services.expire_holds()
