"""REST tokens: a short access token and a refresh token that works once.

All tokens of one sign-in form a family. Using a refresh token twice means that somebody copied it, so the second use
ends the family. Signing and claims are simplejwt's; when a token may be used is decided here, in the database.

Source: RFC 9700, section 4.14.2 (rotation and reuse); RFC 8725 (algorithm, type, audience).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

import jwt
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.tokens import Token

from accounts.models import ConsumedRefresh, Device, TokenFamily, User
from accounts.services import audit, notifications
from securebank.kernel.errors import Unproven

ALGORITHM: Final = "HS256"
LONGEST_TOKEN: Final = 4096
AnyToken = TypeVar("AnyToken", bound="BankToken")


class TokenRefused(Unproven):
    """The token proves nothing (any more)."""

    code: ClassVar[str] = "token_invalid"
    title: ClassVar[str] = "The token is not valid"


class NamedKeyBackend(TokenBackend):
    """Signs with one key and names it in the header; takes nothing signed otherwise."""

    @cached_property
    def key_id(self) -> str:
        """The first bytes of the key's digest: enough to tell two keys apart, no help to find one."""
        return hashlib.sha256(str(self.signing_key).encode()).hexdigest()[:16]

    def encode(self, payload: dict[str, Any]) -> str:
        """Return the signed token."""
        claims = payload | {"aud": self.audience, "iss": self.issuer}
        return jwt.encode(claims, self.prepared_signing_key, algorithm=self.algorithm, headers={"kid": self.key_id})

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # simplejwt's signature
        """Return the claims of a token that this key signed.

        Raises:
            TokenBackendError: malformed, foreign or expired.
        """
        if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST_TOKEN:
            raise TokenBackendError("not a token")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as fault:
            raise TokenBackendError("not a token") from fault
        if header.get("alg") != ALGORITHM or header.get("kid") != self.key_id or header.get("typ") != "JWT":
            raise TokenBackendError("not one of our keys")
        claims: dict[str, Any] = super().decode(token, verify=verify)  # type: ignore[arg-type] # a str, as documented
        return claims


@cache
def _backend(signing_key: str) -> NamedKeyBackend:
    return NamedKeyBackend(
        ALGORITHM, signing_key=signing_key, audience=settings.TOKEN_AUDIENCE, issuer=settings.TOKEN_ISSUER
    )


class BankToken(Token):
    """A token of a family; ``sub`` is the person, ``fam`` the family."""

    def get_token_backend(self) -> TokenBackend:
        """Return the backend with the bank's token key, which signs nothing else."""
        return _backend(settings.TOKEN_SIGNING_KEY)

    @property
    def user_id(self) -> UUID:
        """The person."""
        return _uuid(self.payload.get("sub"))

    @property
    def family_id(self) -> UUID:
        """The family."""
        return _uuid(self.payload.get("fam"))

    @property
    def token_id(self) -> UUID:
        """The token's own id."""
        return _uuid(self.payload.get("jti"))


class AccessToken(BankToken):
    """Opens the API for minutes."""

    token_type = "access"  # noqa: S105 # a kind, not a secret
    lifetime = settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(BankToken):
    """Buys the next pair, once."""

    token_type = "refresh"  # noqa: S105 # a kind, not a secret
    lifetime = settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a REST client gets."""

    access: str
    refresh: str
    family: TokenFamily


def read(kind: type[AnyToken], written: str) -> AnyToken:
    """Return a token whose signature, type, audience, issuer and times are right.

    Raises:
        TokenRefused: anything is wrong with it; never says what.
    """
    try:
        return kind(written)  # type: ignore[arg-type] # simplejwt annotates Token, takes str
    except (TokenError, ValueError, OverflowError, TypeError) as fault:
        raise TokenRefused(_("Please sign in again.")) from fault


@transaction.atomic
def issue(
    *, user: User, user_agent: str, ip_address: str | None, now: datetime, device: Device | None = None
) -> TokenPair:
    """Begin a family. Call it only after a completed sign-in, second factor included."""
    family = TokenFamily.objects.create(
        user=user,
        device=device,
        user_agent=user_agent[:300],
        ip_address=ip_address,
        expires_at=now + settings.TOKEN_FAMILY_LIFETIME,
    )
    return _pair(family)


def rotate(*, refresh: str, now: datetime) -> TokenPair:
    """Exchange a refresh token for the next pair.

    Raises:
        TokenRefused: invalid, or its family ended, or it was used before; the latter ends the family.
    """
    token = read(RefreshToken, refresh)
    pair = _rotate(token=token, now=now)
    if pair is None:
        raise TokenRefused(_("Please sign in again."))
    return pair


@transaction.atomic
def _rotate(*, token: RefreshToken, now: datetime) -> TokenPair | None:
    """Return the next pair or ``None``: what a reuse writes down must not be rolled back by an error."""
    family = (
        TokenFamily.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .filter(
            pk=token.family_id,
            user_id=token.user_id,
            user__is_active=True,
            revoked_at__isnull=True,
            expires_at__gt=now,
        )
        .first()
    )
    if family is None:
        return None
    _consumed, is_first_use = ConsumedRefresh.objects.get_or_create(jti=token.token_id, defaults={"family": family})
    if is_first_use:
        return _pair(family)
    revoke(families=[family.pk], reason="reuse", now=now)
    audit.record(action="refresh_token_reused", actor=family.user, subject=family)
    return None


def revoke(*, families: list[UUID], reason: str, now: datetime) -> None:
    """End families at once: their access tokens stop working with the next request."""
    TokenFamily.objects.filter(pk__in=families, revoked_at__isnull=True).update(revoked_at=now, revoke_reason=reason)
    notifications.close_sockets(family_ids=families)


def revoke_all(
    *, user: User, reason: str, now: datetime, device: Device | None = None, but_family_id: UUID | None = None
) -> None:
    """End every family of a person but one, or every one that began on a device."""
    families = TokenFamily.objects.filter(user=user, revoked_at__isnull=True)
    if but_family_id is not None:
        families = families.exclude(pk=but_family_id)
    if device is not None:
        families = families.filter(device=device)
    revoke(families=list(families.values_list("pk", flat=True)), reason=reason, now=now)


def revoke_by_refresh(*, refresh: str, now: datetime) -> None:
    """Sign out: end the family of a refresh token, used or not.

    Raises:
        TokenRefused: the token isn't one of ours.
    """
    token = read(RefreshToken, refresh)
    revoke(families=[token.family_id], reason="sign_out", now=now)


def forget_ended(*, now: datetime) -> None:
    """Delete families that have reached their end; no token of theirs is valid any more."""
    TokenFamily.objects.filter(expires_at__lt=now).delete()


def family_of(*, access: str, now: datetime) -> TokenFamily:
    """Return the living family, with its user, that an access token belongs to: one query.

    Raises:
        TokenRefused: the token is invalid, the family ended or the person may not sign in.
    """
    token = read(AccessToken, access)
    # Its state is judged here and not in the query, which is written anew for every request.
    try:
        family = TokenFamily.objects.select_related("user").get(pk=token.family_id, user_id=token.user_id)
    except TokenFamily.DoesNotExist as missing:
        raise TokenRefused(_("Please sign in again.")) from missing
    if family.revoked_at is not None or family.expires_at <= now or not family.user.is_active:
        raise TokenRefused(_("Please sign in again."))
    return family


def _pair(family: TokenFamily) -> TokenPair:
    """Sign one pair; neither outlives the family."""
    written = {}
    for kind in (AccessToken, RefreshToken):
        token = kind()
        token["sub"] = str(family.user_id)
        token["fam"] = str(family.pk)
        token["nbf"] = token["iat"]
        token["exp"] = min(token["exp"], int(family.expires_at.timestamp()))
        written[kind.token_type] = str(token)
    return TokenPair(access=written["access"], refresh=written["refresh"], family=family)


def _uuid(claim: Any) -> UUID:
    try:
        return UUID(str(claim))
    except ValueError as fault:
        raise TokenRefused(_("Please sign in again.")) from fault
