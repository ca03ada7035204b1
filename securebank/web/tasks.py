"""Background work of the shared HTTP ground."""

from celery import shared_task
from django.db.models.functions import Now

from securebank.web.models import RateCounter


@shared_task
def forget_rate_counters() -> None:
    """Delete the counters of windows that have ended."""
    RateCounter.objects.filter(ends_at__lt=Now()).delete()
