"""How REST callers prove who they are."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import TokenFamily, User
from accounts.services import tokens


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access>``.

    Looked up in the database each time, so that signing out and locking out act at once.
    """

    def authenticate(self, request: Request) -> tuple[User, TokenFamily] | None:
        """Return the person and the token family, or nothing when no bearer token was sent.

        Raises:
            AuthenticationFailed: a token was sent and is not good.
        """
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            family = tokens.family_of(access=token.decode("latin-1").strip(), now=timezone.now())
        except tokens.TokenRefused as refusal:
            raise AuthenticationFailed(str(refusal), code=refusal.code) from refusal
        return family.user, family

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 # DRF's signature
        """Return what a 401 asks for."""
        return 'Bearer realm="api"'


class SiteSessionAuthentication(SessionAuthentication):
    """The site's session cookie, with CSRF."""
