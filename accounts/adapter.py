"""How django-allauth does things at this bank."""

from typing import Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.urls import reverse

from accounts import sealing
from accounts.models import User
from accounts.services import factors, notifications, personal_data
from securebank.web import clients

# What factor secrets are sealed for.
SECRETS: Final = "accounts.factors"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth isn't typed
    """Sign-up, sign-in, mail."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address as all of the bank sees it."""
        return clients.ip_address(request)

    def clean_email(self, email: str) -> str:
        """Return an address as it is stored."""
        return personal_data.clean_email(email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send staff without a second factor to set one up, other staff to their desk, customers home."""
        user = request.user
        if isinstance(user, User) and user.is_staff:
            return reverse("admin:index") if factors.has_factor(user) else reverse("mfa_index")
        return str(super().get_login_redirect_url(request))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth isn't typed
    """Second factors: secrets are encrypted, staff keep at least one."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return sealing.seal(SECRETS, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return sealing.unseal(SECRETS, encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Tell whether staff would still have a factor; customers may drop theirs."""
        if not authenticator.user.is_staff or authenticator.type not in factors.PRIMARY:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=factors.PRIMARY)
        return bool(others.exclude(pk=authenticator.pk).exists())


class SessionAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc] # allauth isn't typed
    """The page that lists and ends sessions."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        """End sessions and their live connections."""
        notifications.close_sockets(session_keys=[session.session_key for session in sessions])
        super().end_sessions(sessions)
