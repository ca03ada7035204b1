"""Where a person is signed in: browsers on the site, programs by REST; seen and ended together."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import TokenFamily, User
from accounts.services import audit, notifications, tokens
from securebank.kernel.errors import Missing


class SessionNotFound(Missing):
    """No such session of this person."""

    code: ClassVar[str] = "session_not_found"
    title: ClassVar[str] = "Session not found"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One place where somebody is signed in.

    Attributes:
        id: what ends it; a UUID for REST, a number for the site.
        kind: ``api`` or ``site``.
        is_current: the call that asks came from it.
    """

    id: str
    kind: str
    user_agent: str
    ip_address: str | None
    started_at: datetime
    is_current: bool


def list_sessions(*, user: User, family_id: UUID | None, session_key: str | None, now: datetime) -> list[SignedIn]:
    """Return a person's live sign-ins, newest first."""
    families = TokenFamily.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=now)
    by_rest = [
        SignedIn(str(row.pk), "api", row.user_agent, row.ip_address, row.started_at, row.pk == family_id)
        for row in families
    ]
    on_site = [
        SignedIn(str(row.pk), "site", row.user_agent, row.ip, row.created_at, row.session_key == session_key)
        for row in UserSession.objects.purge_and_list(user)
    ]
    return sorted(by_rest + on_site, key=lambda row: row.started_at, reverse=True)


@transaction.atomic
def end(*, user: User, session_id: str, now: datetime) -> None:
    """End one of a person's sign-ins, and its live connections.

    Raises:
        SessionNotFound: not theirs, or ended already.
    """
    if session_id.isascii() and session_id.isdecimal() and len(session_id) <= 18:  # noqa: PLR2004 # fits a bigint
        _end_on_site(UserSession.objects.filter(user=user, pk=int(session_id)))
    else:
        _end_family(user=user, written=session_id, now=now)
    audit.record(action="session_ended", actor=user, details={"session": session_id[:36]})


@transaction.atomic
def end_all(
    *, user: User, reason: str, now: datetime, but_session_key: str | None = None, but_family_id: UUID | None = None
) -> None:
    """End every sign-in of a person but the one that asks, such as after a new password or factor."""
    tokens.revoke_all(user=user, reason=reason, now=now, but_family_id=but_family_id)
    for session in UserSession.objects.filter(user=user).exclude(session_key=but_session_key or ""):
        notifications.close_sockets(session_keys=[session.session_key])
        session.end()


def _end_on_site(found: QuerySet[UserSession]) -> None:
    session = found.first()
    if session is None:
        raise SessionNotFound
    notifications.close_sockets(session_keys=[session.session_key])
    session.end()


def _end_family(*, user: User, written: str, now: datetime) -> None:
    try:
        family_id = UUID(written)
    except ValueError as fault:
        raise SessionNotFound from fault
    if not TokenFamily.objects.filter(user=user, pk=family_id, revoked_at__isnull=True).exists():
        raise SessionNotFound
    tokens.revoke(families=[family_id], reason="ended_by_owner", now=now)
