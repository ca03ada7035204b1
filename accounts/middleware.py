"""What the site does around every page for people who sign in."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SEEN_AT: Final = "staff_seen_at"
# Writing the session on each request would cost more than a minute's accuracy is worth; in seconds.
SEEN_EVERY: Final = 30
# Sent by a page that asks again by itself: nobody has to be in front of it.
UNATTENDED: Final = "X-Unattended"

Handler = Callable[[HttpRequest], HttpResponse]


class StaffIdleMiddleware:
    """Signs staff out who have not used the site for a while."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the clock before the page is made."""
        if request.user.is_authenticated and request.user.is_staff:
            now = int(timezone.now().timestamp())
            seen_at = request.session.get(SEEN_AT, now)
            if now - seen_at > settings.STAFF_IDLE_TIMEOUT.total_seconds():
                logout(request)
            elif SEEN_AT not in request.session or self._is_somebody_there(request, now - seen_at):
                request.session[SEEN_AT] = now
        return self.get_response(request)

    def _is_somebody_there(self, request: HttpRequest, since_seen: int) -> bool:
        return since_seen >= SEEN_EVERY and UNATTENDED not in request.headers


class DeviceCookieMiddleware:
    """Gives a browser that has just signed in the random name by which it is known next time."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the cookie on the answer to the sign-in."""
        response = self.get_response(request)
        secret = getattr(request, "new_device_secret", None)
        if secret is not None:
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                secret,
                max_age=settings.DEVICE_COOKIE_AGE,
                secure=not settings.DEMO_MODE,
                httponly=True,
                samesite="Lax",
            )
        return response
