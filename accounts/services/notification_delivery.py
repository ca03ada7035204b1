"""The relay: numbers what is waiting, then pushes it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

import accounts.tasks
from accounts import live
from accounts.models import Notification, NotificationCursor
from accounts.preferences import Channel
from accounts.selectors import notifications as selectors
from accounts.services import notification_mail, notification_preferences, webhook_delivery
from securebank.web.nudges import nudge

# Rows numbered in one transaction, so that one busy shop holds no lock for long.
BATCH: Final = 500
# How many people one sweep looks after.
SWEEP_PEOPLE: Final = 500
# A row this old has lost its nudge.
OVERDUE: Final = timedelta(seconds=2)

# The same text whatever their number, so that PostgreSQL keeps it prepared; ``bulk_update`` writes a case for each row.
WRITE_NUMBERS: Final = """
    WITH counted AS (
        UPDATE accounts_notificationcursor c SET last_number = given.last_number
        FROM unnest(%(people)s::uuid[], %(last_numbers)s::bigint[]) AS given (user_id, last_number)
        WHERE c.user_id = given.user_id
    )
    UPDATE accounts_notification n SET number = given.number, read_at = given.read_at
    FROM unnest(%(notices)s::uuid[], %(numbers)s::bigint[], %(read)s::timestamptz[]) AS given (id, number, read_at)
    WHERE n.id = given.id
"""


def _lock_cursors(user_ids: Collection[UUID], *, skip_locked: bool) -> dict[UUID, NotificationCursor]:
    """Lock the cursors in id order, so that two relays never wait for each other."""
    locked = NotificationCursor.objects.select_for_update(no_key=True, skip_locked=skip_locked)
    return {cursor.user_id: cursor for cursor in locked.filter(user_id__in=user_ids).order_by("user_id")}


def _write_numbers(numbered: Collection[Notification], cursors: Collection[NotificationCursor]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_NUMBERS,
            {
                "people": [each.user_id for each in cursors],
                "last_numbers": [each.last_number for each in cursors],
                "notices": [notice.pk for notice in numbered],
                "numbers": [notice.number for notice in numbered],
                "read": [notice.read_at for notice in numbered],
            },
        )


@transaction.atomic
def number_waiting(*, user_ids: Collection[UUID], skip_locked: bool = False) -> list[Notification]:
    """Give the waiting notices of these people their numbers; return them in order.

    A number is given once, under the lock of the person's cursor and after the
    row has committed: so numbers have no gaps, and a client that saw number n
    has been offered every smaller one. What somebody doesn't want in the app
    counts as read at once: it keeps its place in the list and disturbs nobody.

    Args:
        user_ids: whose notices.
        skip_locked: leave people alone whom another relay is serving now.
    """
    cursors = _lock_cursors(user_ids, skip_locked=skip_locked)
    if new := sorted(set(user_ids) - cursors.keys()):
        NotificationCursor.objects.bulk_create(
            [NotificationCursor(user_id=user_id) for user_id in new], ignore_conflicts=True
        )
        cursors = _lock_cursors(user_ids, skip_locked=skip_locked)
    # A statement of its own, after the locks: its snapshot sees what the previous holder numbered.
    waiting = list(
        Notification.objects.filter(user_id__in=cursors, number__isnull=True)
        .select_related("user")
        .order_by("created_at", "id")[:BATCH]
    )
    if not waiting:
        return []
    chosen = notification_preferences.choices_of(user_ids=cursors)
    for notice in waiting:
        cursor = cursors[notice.user_id]
        cursor.last_number += 1
        notice.number = cursor.last_number
        if not notification_preferences.wants(chosen[notice.user_id], notice.kind, Channel.IN_APP):
            notice.read_at = notice.created_at
    _write_numbers(waiting, cursors.values())
    if notification_mail.plan(waiting, chosen):
        nudge(accounts.tasks.tell_outside)
    if webhook_delivery.plan(waiting, chosen):
        nudge(accounts.tasks.tell_webhooks)
    return waiting


def deliver(*, user_ids: Collection[UUID], skip_locked: bool = False) -> int:
    """Number what is waiting and push it; return how many notices that were."""
    delivered = 0
    while numbered := number_waiting(user_ids=user_ids, skip_locked=skip_locked):
        live.push(selectors.frames_by_person(numbered))
        delivered += len(numbered)
        if len(numbered) < BATCH:
            break
    return delivered


def sweep(*, now: datetime) -> int:
    """Deliver what has waited so long that its nudge must be lost; return how many notices that were."""
    late = Notification.objects.filter(number__isnull=True, created_at__lt=now - OVERDUE)
    people = list(late.order_by("user_id").values_list("user_id", flat=True).distinct()[:SWEEP_PEOPLE])
    return deliver(user_ids=people, skip_locked=True) if people else 0
