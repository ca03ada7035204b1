"""Background work of the QR room."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

import qrpay.services.batches
import qrpay.services.readings


@shared_task
def judge_pictures(*, batch: str) -> None:
    """Help with the pictures of a batch. Safe to deliver twice, and after its end."""
    qrpay.services.batches.work(batch=UUID(batch), now=timezone.now)


@shared_task
def forget_pictures() -> None:
    """Delete what was read long ago, and pictures whose sender is gone."""
    qrpay.services.readings.forget_old(now=timezone.now())
    qrpay.services.batches.forget_old(now=timezone.now())
