"""How the published schema describes the ways to prove who one is. Imported so that they get registered."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class BearerScheme(OpenApiAuthenticationExtension):
    """How the published schema calls bearer tokens."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 # its signature
        """Describe them."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SiteSessionScheme(OpenApiAuthenticationExtension):
    """How the published schema calls the site's session."""

    target_class = "accounts.authentication.SiteSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 # its signature
        """Describe it; changing calls also need the CSRF token."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
