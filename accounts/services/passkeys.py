"""Passkeys as proof of one payment: what they sign holds its amount and payee (WebAuthn level 3, section 7.2)."""

import secrets
import struct
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse, PublicKeyCredentialRpEntity, UserVerificationRequirement

from accounts.constants import CONFIRMATION_LIFETIME, NONCE_LENGTH
from accounts.errors import ConfirmationInvalid, NoPasskey
from accounts.models import PasskeyChallenge, User
from accounts.types import PasskeyAnswer, PasskeyQuestion

# What the packages raise over answers that aren't made by a browser.
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, struct.error)


@transaction.atomic
def ask(*, user: User, binding: bytes, origin: str) -> PasskeyQuestion:
    """Ask the customer's passkeys to sign ``binding``.

    The challenge is 32 random bytes with the binding behind them: what the passkey signs is
    about this amount and payee, not only linked to them in our tables.

    Raises:
        NoPasskey: the customer has none.
    """
    PasskeyChallenge.objects.filter(user=user, expires_at__lte=Now()).delete()
    credentials = webauthn.get_credentials(user)
    if not credentials:
        raise NoPasskey(_("Add a passkey first."))
    challenge = PasskeyChallenge.objects.create(
        user=user,
        nonce=secrets.token_bytes(NONCE_LENGTH),
        binding=binding,
        expires_at=Now() + CONFIRMATION_LIFETIME,
    )
    challenge.refresh_from_db(fields=["expires_at"])
    options, _state = _server(origin).authenticate_begin(
        credentials,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=_challenge_bytes(challenge),
    )
    return PasskeyQuestion(challenge.pk, dict(options)["publicKey"], challenge.expires_at)


def check(*, user: User, binding: bytes, answer: PasskeyAnswer, now: datetime) -> None:
    """Spend a challenge with a passkey's answer, in the caller's transaction.

    The challenge's row stays locked until that ends, so of two answers at once one finds it gone.

    Raises:
        ConfirmationInvalid: unknown, foreign, answered or expired challenge, other amount or payee, or
            not an answer of one of the customer's passkeys to it, at this site, with the person verified.
    """
    challenge = (
        PasskeyChallenge.objects.select_for_update()
        .filter(pk=answer.challenge_id, user=user, binding=binding, expires_at__gt=Now())
        .first()
    )
    if challenge is None:
        raise _invalid()
    try:
        response = AuthenticationResponse.from_dict(answer.credential)
        passkey = _passkey(user, response.raw_id)
        _server(answer.origin).authenticate_complete(
            {
                "challenge": websafe_encode(_challenge_bytes(challenge)),
                "user_verification": UserVerificationRequirement.REQUIRED,
            },
            [passkey.wrap().authenticator_data.credential_data],
            response,
        )
        sign_count = response.response.authenticator_data.counter
    except UNREADABLE as fault:
        raise _invalid() from fault
    _advance(passkey, sign_count, now)
    challenge.delete()


def _server(origin: str) -> Fido2Server:
    """Return a verifier of answers made at exactly this origin, for its host."""
    host = urlsplit(origin).hostname or ""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name=host), verify_origin=lambda seen: seen == origin)


def _challenge_bytes(challenge: PasskeyChallenge) -> bytes:
    return bytes(challenge.nonce) + bytes(challenge.binding)


def _passkey(user: User, credential_id: bytes) -> Any:
    """Return the customer's passkey with that id, locked because its counter will move."""
    found = webauthn.get_authenticator_by_credential_id(user, credential_id)
    if found is None:
        raise _invalid()
    return Authenticator.objects.select_for_update().get(pk=found.pk)


def _advance(passkey: Any, sign_count: int, now: datetime) -> None:
    """Keep the passkey's counter; one that doesn't grow means a copy. Passkeys kept in the cloud always say zero."""
    last = passkey.data.get("sign_count", passkey.wrap().authenticator_data.counter)
    if (sign_count or last) and sign_count <= last:
        raise _invalid()
    passkey.data["sign_count"] = sign_count
    passkey.last_used_at = now
    passkey.save(update_fields=["data", "last_used_at"])


def _invalid() -> ConfirmationInvalid:
    return ConfirmationInvalid(_("Confirm this payment again."))
