"""Tell people outside the app: email and text messages, one row each until it has been sent."""

import smtplib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import preferences, sms, wording
from accounts.models import Notification, NotificationDelivery
from accounts.services.notification_preferences import Choices, wants

Channel = preferences.Channel

# Ways that leave the bank.
OUTSIDE: Final = (Channel.EMAIL, Channel.SMS)
# Sent by one run.
BATCH: Final = 50
# Tries before a message is given up; the n-th waits n times as long as the first.
TRIES: Final = 6
FIRST_WAIT: Final = timedelta(minutes=1)
# News older than this helps nobody.
STALE: Final = timedelta(days=1)

PASSING: Final = (smtplib.SMTPException, OSError)

log = structlog.get_logger(__name__)


def plan(notices: Sequence[Notification], chosen: Mapping[UUID, Choices]) -> int:
    """Write what is to be told outside, as people chose; return how much. Called when notices get their numbers."""
    rows = [
        NotificationDelivery(notification=notice, channel=channel)
        for notice in notices
        for channel in OUTSIDE
        if wants(chosen[notice.user_id], notice.kind, channel)
        and not (channel == Channel.EMAIL and notice.data.get("event") in preferences.MAILED_BY_SIGN_IN)
    ]
    NotificationDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def tell_due(*, now: datetime) -> int:
    """Send what is due, one transaction each; return how many were tried.

    The row stays locked while its message goes out, so two workers never send
    it twice. One that dies between sending and commit sends again, under the
    same Message-ID.
    """
    tried = 0
    while tried < BATCH and _tell_one(now=now):
        tried += 1
    return tried


@transaction.atomic
def _tell_one(*, now: datetime) -> bool:
    row = (
        NotificationDelivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("notification__user")
        .filter(sent_at__isnull=True, attempts__lt=TRIES, due_at__lte=now, due_at__gt=now - STALE)
        .order_by("due_at")
        .first()
    )
    if row is None:
        return False
    try:
        _send(row)
    except PASSING as error:
        log.warning("message_not_sent", delivery=row.pk, channel=row.channel, reason=type(error).__name__)
        NotificationDelivery.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1, due_at=now + FIRST_WAIT * (row.attempts + 1)
        )
    else:
        row.sent_at = now
        row.save(update_fields=["sent_at"])
    return True


def _send(row: NotificationDelivery) -> None:
    user = row.notification.user
    words = wording.words_of(row.notification, language=user.language)
    if row.channel == Channel.SMS:
        if user.phone:
            sms.send(phone=user.phone, text=f"{words.title}. {words.body}")
        return
    with translation.override(user.language):
        closing = _("Open SecureBank to see more: %(address)s") % {"address": settings.SITE_ORIGIN}
    EmailMessage(
        subject=words.title,
        body=f"{words.body}\n\n{closing}\n",
        to=[user.email],
        headers={"Message-ID": f"<{row.notification_id}@notices.securebank>", "Auto-Submitted": "auto-generated"},
    ).send()
