"""A customer names servers that the bank tells what it tells the customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import sealing
from accounts.errors import TooManyWebhooks, WebhookKnown, WebhookUrlRefused
from accounts.models import User, WebhookEndpoint
from accounts.selectors import webhooks as selectors
from accounts.services import audit, notifications
from accounts.webhooks import addresses, posting, signing
from securebank.kernel.ids import new_id
from securebank.web import throttles

# Servers of one customer. Our choice: a shop's own, its accountant's, one for trials, and room.
MOST: Final = 5
# How long both secrets sign after a change, so that a receiver may change its own in peace.
OVERLAP: Final = timedelta(hours=24)
# What secrets are sealed for.
PURPOSE: Final = "accounts.webhooks"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Registered:
    """A server with its secret, shown this once."""

    endpoint: WebhookEndpoint
    secret: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How a test message fared.

    Attributes:
        status: what the server answered; None when nothing came.
        reason: why it counts as not delivered, in one word; empty when it arrived.
    """

    status: int | None
    reason: str

    @property
    def is_delivered(self) -> bool:
        """Tell whether the server took it."""
        return not self.reason


@transaction.atomic
def add(*, owner: User, url: str) -> Registered:
    """Register a server, and tell the owner that somebody did.

    Raises:
        WebhookUrlRefused: not a public HTTPS address.
        TooManyWebhooks, WebhookKnown: no more, or not twice.
    """
    target = addresses.target_of(url)
    # Locked, so that two at once don't make six.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    own = WebhookEndpoint.objects.filter(owner=owner)
    if own.filter(url=url).exists():
        raise WebhookKnown(_("You have registered this address already."))
    if own.count() >= MOST:
        raise TooManyWebhooks(_("You can register %(most)s addresses.") % {"most": MOST})
    secret = signing.new_secret()
    endpoint = WebhookEndpoint.objects.create(owner=owner, url=url, sealed_secret=sealing.seal(PURPOSE, secret))
    audit.record(action="webhook_added", actor=owner, subject=endpoint, details={"host": target.host})
    _tell(endpoint, "webhook_added")
    return Registered(endpoint, secret)


@transaction.atomic
def remove(*, owner: User, endpoint_id: UUID) -> None:
    """Forget a server, with what still waits for it.

    Raises:
        WebhookNotFound: not there, or somebody else's.
    """
    endpoint = selectors.endpoint_of(owner=owner, endpoint_id=endpoint_id, is_locked=True)
    audit.record(action="webhook_removed", actor=owner, subject=endpoint)
    endpoint.delete()


@transaction.atomic
def rotate_secret(*, owner: User, endpoint_id: UUID, now: datetime) -> Registered:
    """Give a server another secret; the old one signs beside it for a while.

    Raises:
        WebhookNotFound: not there, or somebody else's.
    """
    endpoint = selectors.endpoint_of(owner=owner, endpoint_id=endpoint_id, is_locked=True)
    secret = signing.new_secret()
    endpoint.sealed_old_secret, endpoint.old_secret_until = endpoint.sealed_secret, now + OVERLAP
    endpoint.sealed_secret = sealing.seal(PURPOSE, secret)
    endpoint.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    audit.record(action="webhook_secret_rotated", actor=owner, subject=endpoint)
    _tell(endpoint, "webhook_secret_changed")
    return Registered(endpoint, secret)


def try_out(*, owner: User, endpoint_id: UUID, now: datetime) -> Trial:
    """Send a test message now; one that arrives switches a server on again that was given up.

    Outside a transaction: no row may stay locked while a stranger's server thinks.

    Raises:
        WebhookNotFound: not there, or somebody else's.
        TooManyTries: too many tests.
    """
    endpoint = selectors.endpoint_of(owner=owner, endpoint_id=endpoint_id)
    throttles.take("webhook_test", str(owner.pk))
    trial = send(endpoint, message_id=f"msg_{new_id()}", body=signing.body_of(kind="test", at=now, data={}), now=now)
    with transaction.atomic():
        audit.record(
            action="webhook_tested", actor=owner, subject=endpoint, details={"is_delivered": trial.is_delivered}
        )
        if trial.is_delivered:
            welcome(endpoint, now=now)
            if endpoint.disabled_at is not None:
                WebhookEndpoint.objects.filter(pk=endpoint.pk).update(disabled_at=None)
                audit.record(action="webhook_enabled", actor=owner, subject=endpoint)
    return trial


def welcome(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """Forget the failures of a server that has just taken a message; what waits for it may go."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(due_at=now, failures=0, failing_since=None, last_failure="")


@transaction.atomic
def disable(*, endpoint_id: UUID, now: datetime) -> None:
    """Give a server up, with what waits for it, and tell its owner; once."""
    endpoint = (
        WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id, disabled_at__isnull=True).first()
    )
    if endpoint is None:
        return
    endpoint.disabled_at = now
    endpoint.save(update_fields=["disabled_at"])
    endpoint.deliveries.filter(sent_at__isnull=True, given_up_at__isnull=True).update(given_up_at=now)
    audit.record(action="webhook_disabled", actor=None, subject=endpoint, details={"reason": endpoint.last_failure})
    _tell(endpoint, "webhook_disabled")


def send(endpoint: WebhookEndpoint, *, message_id: str, body: bytes, now: datetime) -> Trial:
    """Send one signed message; whatever goes wrong is the answer."""
    headers = signing.headers(message_id=message_id, body=body, at=now, keys=_keys(endpoint, now))
    try:
        status = posting.post(addresses.target_of(endpoint.url), body=body, headers=headers)
    except posting.NotReached as error:
        trial = Trial(None, error.reason)
    except WebhookUrlRefused:
        # The rules are stricter than on the day it was registered.
        trial = Trial(None, "address_refused")
    else:
        trial = Trial(status, "" if status in posting.SUCCESS else f"status_{status}")
    log.info("webhook_sent", endpoint=str(endpoint.pk), message=message_id, outcome=trial.reason or "delivered")
    return trial


def _keys(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    sealed = [endpoint.sealed_secret]
    if endpoint.old_secret_until is not None and now < endpoint.old_secret_until:
        sealed.append(endpoint.sealed_old_secret)
    return [sealing.unseal(PURPOSE, secret) for secret in sealed]


def _tell(endpoint: WebhookEndpoint, event: str) -> None:
    facts = {"event": event, "webhook_id": str(endpoint.pk)}
    notifications.notify(notifications.Notice(endpoint.owner_id, "notification", facts))
