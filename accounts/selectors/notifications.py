"""Reads of what people were told, and the frames that tell it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

import ledger.selectors
from accounts import wording
from accounts.errors import NotificationNotFound
from accounts.models import BankAccount, Notification, NotificationCursor

Kind = Notification.Kind

# Frames for the page's figures, not messages for a person.
SILENT_KINDS: Final = frozenset({Kind.BALANCE_UPDATE, Kind.BLOCK_MINED})

# Frames sent by one read.
PAGE: Final = 100


def inbox(*, owner_id: UUID) -> QuerySet[Notification]:
    """Return what a person was told, without the frames that only move figures."""
    return Notification.objects.filter(user_id=owner_id).exclude(kind__in=SILENT_KINDS)


def unread(*, owner_id: UUID) -> QuerySet[Notification]:
    """Return what a person has not read yet."""
    return inbox(owner_id=owner_id).filter(read_at__isnull=True)


def notification_of(*, owner_id: UUID, notification_id: UUID) -> Notification:
    """Return one of the owner's notices.

    Raises:
        NotificationNotFound: not there, or somebody else's.
    """
    notice = inbox(owner_id=owner_id).filter(pk=notification_id).first()
    if notice is None:
        raise NotificationNotFound
    return notice


def last_number(*, user_id: UUID) -> int:
    """Return the number of the last notice a person was given; 0 before the first.

    A page that shows it and hands it to the socket as ``after`` misses nothing in between.
    """
    return NotificationCursor.objects.filter(pk=user_id).values_list("last_number", flat=True).first() or 0


def numbered_after(*, user_id: UUID, after: int, up_to: int | None = None) -> list[Notification]:
    """Return the next page of a person's notices with a number above ``after``, in order."""
    rows = Notification.objects.filter(user_id=user_id, number__gt=after)
    if up_to is not None:
        rows = rows.filter(number__lte=up_to)
    return list(rows.select_related("user").order_by("number")[:PAGE])


def frame(*, frame_id: str, kind: str, time: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """Return one WebSocket frame."""
    at = time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"id": frame_id, "type": kind, "time": at, "data": data}


def frames_of(notices: Sequence[Notification]) -> list[dict[str, Any]]:
    """Return the frames of numbered notices, with balances read now and sentences in each person's language."""
    balances = _balances(notices)
    return [
        frame(frame_id=str(notice.number), kind=notice.kind, time=notice.created_at, data=_data(notice, balances))
        for notice in notices
    ]


def frames_by_person(notices: Sequence[Notification]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the frames of many people's notices, each person's in order."""
    people: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for notice, made in zip(notices, frames_of(notices), strict=True):
        people[notice.user_id].append(made)
    return dict(people)


def _data(notice: Notification, balances: dict[str, dict[str, str]]) -> dict[str, Any]:
    facts: dict[str, Any] = notice.data
    if notice.kind == Kind.BALANCE_UPDATE:
        return facts | balances.get(_account_key(notice), {})
    told = wording.words_of(notice, language=notice.user.language)
    return facts | {"notification_id": str(notice.pk), "title": told.title, "body": told.body}


def _account_key(notice: Notification) -> str:
    """Return owner and account as one key, so that nobody is shown the balance of an account that isn't theirs."""
    return f"{notice.user_id}/{notice.data.get('account_id')}"


def _balances(notices: Iterable[Notification]) -> dict[str, dict[str, str]]:
    asked = {notice.data.get("account_id") for notice in notices if notice.kind == Kind.BALANCE_UPDATE}
    if not asked:
        return {}
    accounts = list(BankAccount.objects.filter(pk__in=asked).only("id", "owner_id", "currency", "ledger_account_id"))
    books = ledger.selectors.balances_of([account.ledger_account_id for account in accounts])
    return {
        f"{account.owner_id}/{account.pk}": {
            "balance": str(books[account.ledger_account_id].settled),
            "available": str(books[account.ledger_account_id].available),
            "currency": account.currency,
        }
        for account in accounts
    }
