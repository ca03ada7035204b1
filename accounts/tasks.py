"""Background work of the people room. Each task finds its work in the database and may run twice."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

import accounts.services.notification_delivery
import accounts.services.notification_mail
import accounts.services.tokens
import accounts.services.webhook_delivery
from accounts import live
from accounts.selectors import notifications as selectors
from securebank.web.nudges import nudge


@shared_task
def deliver_notifications(*, user_ids: list[str]) -> None:
    """Number and push what these people have not been told yet."""
    accounts.services.notification_delivery.deliver(user_ids=[UUID(user_id) for user_id in user_ids])


@shared_task
def sweep_notifications() -> None:
    """Deliver what a lost nudge left behind, a bounded number of people at a time."""
    accounts.services.notification_delivery.sweep(now=timezone.now())


@shared_task
def announce(*, room: str, kind: str, data: dict[str, Any]) -> None:
    """Push a hint to everybody in a shared room."""
    frame = selectors.frame(frame_id="", kind=kind, time=timezone.now(), data=data)
    live.send_all([(room, {"type": "hint", "frame": frame})])


@shared_task
def close_sockets(*, groups: list[str]) -> None:
    """Close every connection in these groups."""
    live.send_all([(group, {"type": "sign.out"}) for group in groups])


@shared_task
def tell_outside() -> None:
    """Send the email and text messages that are due."""
    accounts.services.notification_mail.tell_due(now=timezone.now())


@shared_task
def tell_webhooks() -> None:
    """Send what is due to customers' servers; when there was work, look again in a task of its own."""
    if accounts.services.webhook_delivery.tell_due(now=timezone.now()):
        nudge(tell_webhooks)


@shared_task
def forget_token_families() -> None:
    """Delete REST sign-ins that have reached their end."""
    accounts.services.tokens.forget_ended(now=timezone.now())
