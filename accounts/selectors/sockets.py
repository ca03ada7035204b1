"""What open connections stand on, for all connections of a process in one query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import BigIntegerField, CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from accounts.models import NotificationCursor, TokenFamily, User


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may still be connected."""

    password_hash: str
    last_number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is still good.

    Attributes:
        keys: living session keys, and token families as text.
        people: active people.
    """

    keys: frozenset[str]
    people: dict[UUID, Person]


def standing(*, keys: Collection[str], families: Collection[UUID], people: Collection[UUID], now: datetime) -> Standing:
    """Return which of these sessions, token families and people are still good at ``now``."""
    number = NotificationCursor.objects.filter(pk=OuterRef("pk")).values("last_number")
    nothing = Value(-1, output_field=BigIntegerField())
    columns = ("key", "stamp", "number")
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=now).annotate(
        key=Cast("session_key", CharField()), stamp=Value("", output_field=CharField()), number=nothing
    )
    living = TokenFamily.objects.filter(pk__in=families, revoked_at__isnull=True, expires_at__gt=now).annotate(
        key=Cast("pk", CharField()), stamp=Value("", output_field=CharField()), number=nothing
    )
    active = User.objects.filter(pk__in=people, is_active=True).annotate(
        key=Cast("pk", CharField()),
        stamp=Cast(F("password"), CharField()),
        number=Coalesce(Subquery(number), Value(0), output_field=BigIntegerField()),
    )
    rows = list(
        sessions.values_list(*columns).union(living.values_list(*columns), active.values_list(*columns), all=True)
    )
    return Standing(
        keys=frozenset(key for key, _stamp, number in rows if number < 0),
        people={UUID(key): Person(stamp, number) for key, stamp, number in rows if number >= 0},
    )
