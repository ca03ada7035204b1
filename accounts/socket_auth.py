"""Who opens a WebSocket: a browser of the same origin with its session cookie, or a client with an access token."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.http.request import validate_host
from django.utils import timezone

from accounts import live
from accounts.models import User
from accounts.services import tokens

# The subprotocol that announces a token, as the second one: browsers can't set an Authorization header here.
BEARER: Final = "bearer"


@dataclass(frozen=True, slots=True)
class SocketGrant:
    """What a connection stands on; when it falls, the connection closes.

    Attributes:
        user_id: the person.
        key: session key, or token family id as text.
        group: the channel layer's group of everything that stands on the same.
        stamp: digest of the password's hash, because a new password ends other sessions; empty with a token,
            whose family ends by itself.
        expires_at: end of the access token; ``None`` with a session.
        subprotocol: what to confirm to the client.
    """

    user_id: UUID
    key: str
    group: str
    stamp: str
    expires_at: datetime | None
    subprotocol: str | None


async def grant_of(scope: Mapping[str, Any]) -> SocketGrant | None:
    """Return what the handshake proves; ``None`` is a refusal.

    Whoever offers a token is judged by the token alone. A cookie counts only
    from a page of our own: browsers send cookies along whatever page asks, and
    the same-origin policy does not cover WebSockets.
    """
    offered = list(scope.get("subprotocols") or ())
    if offered[:1] == [BEARER]:
        return await database_sync_to_async(_token_grant)(offered[1]) if len(offered) == 2 else None  # noqa: PLR2004
    if not is_same_origin(scope):
        return None
    key = _session_key(scope)
    return await database_sync_to_async(_session_grant)(key) if key else None


def stamp_of(password_hash: str) -> str:
    """Return what is kept of a password's hash to notice that it changed."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def is_same_origin(scope: Mapping[str, Any]) -> bool:
    """Tell whether the handshake names exactly one origin, and it is the site's or the host that was asked."""
    origins, hosts = _headers(scope, b"origin"), _headers(scope, b"host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    if origins[0] == settings.SITE_ORIGIN:
        return True
    try:
        asked, site = urlsplit(origins[0]), urlsplit(settings.SITE_ORIGIN)
    except ValueError:
        return False
    return (
        asked.scheme == site.scheme
        and asked.netloc == hosts[0]
        and bool(asked.hostname)
        and validate_host(asked.hostname or "", settings.ALLOWED_HOSTS)
    )


def _headers(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope.get("headers", ()) if key.lower() == name]


def _session_key(scope: Mapping[str, Any]) -> str:
    try:
        cookies = SimpleCookie("; ".join(_headers(scope, b"cookie")))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _session_grant(session_key: str) -> SocketGrant | None:
    """Ask Django who the session belongs to: it also checks the password's stamp and that the person is active."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = auth.get_user(request)
    if not isinstance(user, User) or not request.session.session_key:
        return None
    return SocketGrant(
        user_id=user.pk,
        key=session_key,
        group=live.session_group(session_key),
        stamp=stamp_of(user.password),
        expires_at=None,
        subprotocol=None,
    )


def _token_grant(access: str) -> SocketGrant | None:
    try:
        family = tokens.family_of(access=access, now=timezone.now())
        expires = tokens.read(tokens.AccessToken, access)["exp"]
    except tokens.TokenRefused:
        return None
    return SocketGrant(
        user_id=family.user_id,
        key=str(family.pk),
        group=live.family_group(family.pk),
        stamp="",
        expires_at=datetime.fromtimestamp(expires, UTC),
        subprotocol=BEARER,
    )
