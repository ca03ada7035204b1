"""What follows when the site's sign-in (django-allauth) lets somebody in or changes how they prove who they are."""

import re
import secrets
from typing import Any, Final

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.utils import timezone

from accounts import roles
from accounts.models import User
from accounts.services import audit, devices, notifications, sessions
from securebank.web import clients

DEVICE_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def connect() -> None:
    """Listen. Every receiver is named so that connecting twice changes nothing."""
    account_signals.user_logged_in.connect(on_signed_in, dispatch_uid="accounts.signed_in")
    auth_signals.user_logged_out.connect(on_signed_out, dispatch_uid="accounts.signed_out")
    auth_signals.user_login_failed.connect(on_sign_in_failed, dispatch_uid="accounts.sign_in_failed")
    for signal in (account_signals.password_changed, account_signals.password_set, account_signals.password_reset):
        signal.connect(on_password_changed, dispatch_uid="accounts.password_changed")
    for signal in (mfa_signals.authenticator_added, mfa_signals.authenticator_removed, mfa_signals.authenticator_reset):
        signal.connect(on_factor_changed, dispatch_uid="accounts.factor_changed")
    mfa_signals.authentication_failed.connect(on_factor_failed, dispatch_uid="accounts.factor_failed")
    account_signals.email_changed.connect(on_email_changed, dispatch_uid="accounts.email_changed")
    post_migrate.connect(on_migrated, dispatch_uid="accounts.roles")


@transaction.atomic
def on_signed_in(*, request: HttpRequest, user: User, **_facts: Any) -> None:
    """Note the device, and tell the person when it is a new one."""
    written = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    secret = written if DEVICE_SECRET.fullmatch(written) else secrets.token_urlsafe(32)
    if secret != written:
        request.new_device_secret = secret  # type: ignore[attr-defined] # read by DeviceCookieMiddleware
    device, is_new = devices.record(
        user=user,
        secret=secret,
        user_agent=clients.user_agent(request),
        ip_address=clients.ip_address(request),
        now=timezone.now(),
    )
    UserSession.objects.filter(session_key=request.session.session_key).update(data={"device": str(device.pk)})
    if is_new:
        devices.tell_new(device)
    audit.record(action="signed_in", actor=user, subject=user, details={"door": "site", "device": str(device.pk)})


def on_signed_out(*, request: HttpRequest, user: User | None, **_facts: Any) -> None:
    """Close the live connections of the session that ends."""
    if user is None:
        return
    key = request.session.session_key
    if key:
        UserSession.objects.filter(session_key=key).delete()
        notifications.close_sockets(session_keys=[key])
    audit.record(action="signed_out", actor=user, subject=user)


def on_sign_in_failed(**_facts: Any) -> None:
    """Keep a trace of a wrong password; address and request id come with it, the typed address doesn't."""
    audit.record(action="sign_in_failed", actor=None)


def on_factor_failed(*, user: User, **_facts: Any) -> None:
    """Keep a trace of a wrong code or passkey."""
    audit.record(action="second_factor_failed", actor=user, subject=user)


def on_password_changed(*, request: HttpRequest, user: User, **_facts: Any) -> None:
    """End every other sign-in, by REST too, and tell the person."""
    _secure(request=request, user=user, event="password_changed")


def on_factor_changed(*, request: HttpRequest, user: User, **_facts: Any) -> None:
    """End every other sign-in: what was proven there is no longer what is asked."""
    _secure(request=request, user=user, event="factor_changed")


@transaction.atomic
def on_email_changed(*, user: User, **_facts: Any) -> None:
    """Tell the person inside the bank, where a thief of the new mailbox isn't alone."""
    notifications.notify(notifications.Notice(user.pk, "notification", {"event": "email_changed"}))
    audit.record(action="email_changed", actor=user, subject=user)


def on_migrated(**_facts: Any) -> None:
    """Bring the role groups up to date: permissions are made after the migrations that would need them."""
    roles.ensure_roles()


@transaction.atomic
def _secure(*, request: HttpRequest, user: User, event: str) -> None:
    own_key = request.session.session_key if request.user.is_authenticated else None
    sessions.end_all(user=user, reason=event, now=timezone.now(), but_session_key=own_key)
    notifications.notify(notifications.Notice(user.pk, "notification", {"event": event}))
    audit.record(action=event, actor=user, subject=user)
