"""Tell customers' servers: one row a notice and server, until it has been taken or given up."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts.models import Notification, WebhookDelivery, WebhookEndpoint
from accounts.preferences import Channel
from accounts.selectors import notifications as selectors
from accounts.services import webhooks
from accounts.services.notification_preferences import Choices, wants
from accounts.webhooks import signing

# Servers told at the same time, one message each: a slow one holds up seven others, for seconds.
ABREAST: Final = 8
# Longer than one message can take; who died with a message in hand has it sent again after so long.
LEASE: Final = timedelta(seconds=30)
# Waits after each failure, close to the schedule that Standard Webhooks suggests; about a day in all.
WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=8),
)
# The server says that it wants nothing more (RFC 9110).
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery, ready to be sent without the database."""

    delivery: WebhookDelivery
    body: bytes

    @property
    def message_id(self) -> str:
        """Return the id that every try carries."""
        return f"msg_{self.delivery.notification_id}"


def plan(notices: Sequence[Notification], chosen: Mapping[UUID, Choices]) -> int:
    """Write what servers are to be told, as people chose; return how much. Called when notices get their numbers."""
    wanted = [notice for notice in notices if wants(chosen[notice.user_id], notice.kind, Channel.WEBHOOK)]
    if not wanted:
        return 0
    owners = {notice.user_id for notice in wanted}
    own = WebhookEndpoint.objects.filter(owner_id__in=owners, disabled_at__isnull=True)
    # Locked, so that none is forgotten by its owner before its rows are there.
    endpoints = list(own.select_for_update(no_key=True).order_by("pk"))
    rows = [
        WebhookDelivery(endpoint=endpoint, notification=notice)
        for notice in wanted
        for endpoint in endpoints
        if endpoint.owner_id == notice.user_id
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def tell_due(*, now: datetime) -> int:
    """Send one due message to each of a few servers at once; return how many were tried.

    No row stays locked and no transaction open while servers think. A server's
    place in the queue is its lease: nobody else sends to it meanwhile.
    """
    messages = _claim(now=now)
    if messages:
        with ThreadPoolExecutor(len(messages)) as pool:
            trials = list(pool.map(lambda message: _send(message, now), messages))
        for message, trial in zip(messages, trials, strict=True):
            _settle(message.delivery, trial, now=now)
    return len(messages)


@transaction.atomic
def _claim(*, now: datetime) -> list[Message]:
    """Take the servers that have waited longest, and the oldest due message of each."""
    due = WebhookDelivery.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    waiting = WebhookEndpoint.objects.select_for_update(no_key=True, skip_locked=True).filter(
        Exists(due.filter(endpoint=OuterRef("pk"))), disabled_at__isnull=True, due_at__lte=now
    )
    taken = [endpoint.pk for endpoint in waiting.order_by("due_at", "pk")[:ABREAST]]
    WebhookEndpoint.objects.filter(pk__in=taken).update(due_at=now + LEASE)
    firsts = list(
        due.filter(endpoint__in=taken)
        .select_related("endpoint", "notification__user")
        .order_by("endpoint", "due_at", "id")
        .distinct("endpoint")
    )
    frames = selectors.frames_of([row.notification for row in firsts])
    return [
        Message(row, signing.body_of(kind=frame["type"], at=row.notification.created_at, data=frame["data"]))
        for row, frame in zip(firsts, frames, strict=True)
    ]


def _send(message: Message, now: datetime) -> webhooks.Trial:
    """Run on a thread of its own; it asks the database nothing."""
    return webhooks.send(message.delivery.endpoint, message_id=message.message_id, body=message.body, now=now)


@transaction.atomic
def _settle(row: WebhookDelivery, trial: webhooks.Trial, *, now: datetime) -> None:
    """Write down how a try went, and when the next one is due."""
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=row.endpoint_id).first()
    if endpoint is None:
        return
    delivery = endpoint.deliveries.filter(pk=row.pk)
    if trial.is_delivered:
        delivery.update(sent_at=now)
        webhooks.welcome(endpoint, now=now)
        return
    _rest(endpoint, failure=trial.reason, now=now)
    if row.attempts >= len(WAITS):
        # A living server won't take this one: it is given up alone.
        delivery.update(attempts=F("attempts") + 1, given_up_at=now)
    else:
        delivery.update(attempts=F("attempts") + 1, due_at=now + WAITS[row.attempts])
    if endpoint.failures > len(WAITS) or trial.status == GONE:
        webhooks.disable(endpoint_id=endpoint.pk, now=now)


def _rest(endpoint: WebhookEndpoint, *, failure: str, now: datetime) -> None:
    """Leave a server alone after a failure, the longer the more there were in a row."""
    endpoint.due_at = now + WAITS[min(endpoint.failures, len(WAITS) - 1)]
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.last_failure = failure
    endpoint.save(update_fields=["due_at", "failures", "failing_since", "last_failure"])
