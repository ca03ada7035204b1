"""Signing in by REST: the same proofs as on the site, in one call."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, devices, factors, tokens
from securebank.kernel.errors import Refused, Unproven
from securebank.web import throttles


class InvalidCredentials(Unproven):
    """Email and password don't belong together; never says which is wrong."""

    code: ClassVar[str] = "invalid_credentials"
    title: ClassVar[str] = "Email or password is wrong"


class MfaRequired(Refused):
    """The password is right; a code is missing or wrong."""

    code: ClassVar[str] = "mfa_required"
    title: ClassVar[str] = "A second factor is required"


class MfaEnrollmentRequired(Refused):
    """Staff can't sign in before they have a second factor."""

    code: ClassVar[str] = "mfa_enrollment_required"
    title: ClassVar[str] = "Set up a second factor first"


@dataclass(frozen=True, slots=True)
class Client:
    """What a person signs in with."""

    ip_address: str
    user_agent: str
    device_secret: str = ""


def sign_in(
    *, request: HttpRequest, email: str, password: str, otp: str, client: Client, now: datetime
) -> tuple[User, tokens.TokenPair]:
    """Check password and second factor and begin a token family.

    Wrong tries count by account and address together, so that nobody locks a customer out from elsewhere.

    Raises:
        InvalidCredentials, MfaRequired, MfaEnrollmentRequired: not proven.
        TooManyTries: too many wrong ones lately.
    """
    user = _check_password(request=request, email=email, password=password, client=client)
    _check_factor(user=user, otp=otp)
    update_last_login(User, user)
    return user, begin(user=user, client=client, now=now)


@transaction.atomic
def begin(*, user: User, client: Client, now: datetime) -> tokens.TokenPair:
    """Note the device and issue the first tokens of a family."""
    device, is_new = devices.record(
        user=user,
        secret=client.device_secret,
        user_agent=client.user_agent,
        ip_address=client.ip_address,
        now=now,
    )
    if is_new:
        devices.tell_new(device)
    audit.record(action="signed_in", actor=user, subject=user, details={"door": "rest", "device": str(device.pk)})
    return tokens.issue(user=user, device=device, user_agent=client.user_agent, ip_address=client.ip_address, now=now)


def _check_password(*, request: HttpRequest, email: str, password: str, client: Client) -> User:
    throttles.take("login_failed_address", client.ip_address)
    throttles.take("login_failed", email.lower(), client.ip_address)
    user = authenticate(request, email=email.strip().lower(), password=password)
    if not isinstance(user, User):
        raise InvalidCredentials(_("Email or password is wrong."))
    throttles.give_back("login_failed", email.lower(), client.ip_address)
    throttles.give_back("login_failed_address", client.ip_address)
    return user


def _check_factor(*, user: User, otp: str) -> None:
    if not factors.has_factor(user):
        if user.is_staff:
            raise MfaEnrollmentRequired(_("Sign in on the website and set up a second factor."))
        return
    if not otp:
        raise MfaRequired(_("Send the code of your authenticator app, or a recovery code, as otp."))
    throttles.take("second_factor", str(user.pk))
    if not factors.check_code(user=user, code=otp):
        audit.record(action="second_factor_failed", actor=user, subject=user, details={"door": "rest"})
        raise MfaRequired(_("This code is wrong or was used already."))
    throttles.give_back("second_factor", str(user.pk))
