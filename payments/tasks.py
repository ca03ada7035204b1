"""Sweeps of the payments room; each finds its work in the database and may run twice at once."""

from celery import shared_task

from payments.services import requests
from securebank.web import idempotency


@shared_task
def expire_requests() -> None:
    """Close requests for money whose time is over."""
    requests.expire_requests()


@shared_task
def purge_idempotency_records() -> None:
    """Drop stored answers that no client asks for any more."""
    idempotency.purge()
