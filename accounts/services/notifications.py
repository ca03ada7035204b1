"""Tell people: a row in the caller's transaction, a nudge after commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

import accounts.tasks
from accounts import live
from accounts.models import Notification
from accounts.selectors import notifications as selectors
from securebank.kernel.ids import new_id
from securebank.web.nudges import nudge


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is to be told.

    Attributes:
        user_id: who.
        kind: one of ``Notification.Kind``.
        data: JSON-safe facts. Payments: ``transaction_id``, ``amount`` (text),
            ``currency``, ``name`` (the other side, masked), ``note``. Balance:
            ``account_id`` only, its figures are read when the frame is sent.
            Kind ``notification``: ``event``, a key of ``accounts.wording.EVENTS``.
    """

    user_id: UUID
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def notify(*notices: Notice) -> None:
    """Write the notices with the caller's transaction and wake the relay once it has committed.

    One statement, whatever their number. Each person gets their notices in the order given.
    """
    if not notices:
        return
    # Ids sort within one millisecond too, so the relay numbers one call's notices in the order written.
    ids = sorted(new_id() for _ in notices)
    Notification.objects.bulk_create(
        Notification(id=row_id, user_id=notice.user_id, kind=notice.kind, data=notice.data)
        for row_id, notice in zip(ids, notices, strict=True)
    )
    nudge(accounts.tasks.deliver_notifications, user_ids=sorted({str(notice.user_id) for notice in notices}))


def announce(*, room: live.Room, kind: str, data: dict[str, Any]) -> None:
    """Tell everybody who watches a shared room, after commit.

    A hint to look again: kept nowhere and not replayed, unlike a person's own notices.
    """
    nudge(accounts.tasks.announce, room=room.value, kind=kind, data=data)


def close_sockets(*, session_keys: Sequence[str] = (), family_ids: Sequence[UUID] = ()) -> None:
    """Close live connections after commit: of ended sessions and revoked token families.

    Fast, not certain: the watch of each process closes within seconds what this misses.
    """
    groups = [*map(live.session_group, session_keys), *map(live.family_group, family_ids)]
    if groups:
        nudge(accounts.tasks.close_sockets, groups=groups)


def mark_read(*, owner_id: UUID, notification_id: UUID, now: datetime) -> Notification:
    """Mark one of the owner's notices read; a second time changes nothing.

    Raises:
        NotificationNotFound: not there, or somebody else's.
    """
    notice = selectors.notification_of(owner_id=owner_id, notification_id=notification_id)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, owner_id: UUID, now: datetime) -> int:
    """Mark everything the owner was told until now read; return how many were not."""
    return selectors.unread(owner_id=owner_id).update(read_at=now)
