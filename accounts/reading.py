"""How a person reads the pages: language, time zone, light or dark; and what every page shows of theirs."""

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.selectors import bank_accounts
from accounts.selectors import notifications as selectors
from accounts.types import AccountView

THEME_COOKIE: Final = "theme"
THEMES: Final = ("light", "dark")

# A choice made once holds for a year.
COOKIE_AGE: Final = 365 * 24 * 60 * 60


class ReaderMiddleware:
    """Middleware: answer signed-in people in their own language and time zone, and keep their pages out of caches.

    REST speaks UTC, its language is the request's, and no answer of it belongs into a cache: tokens are among them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the reader's settings."""
        if request.path.startswith("/api/"):
            return _uncached(self.get_response(request))
        if not request.user.is_authenticated:
            return self.get_response(request)
        # Before the view reads any balance: what happens after this is replayed to the page by its socket.
        request.live_after = selectors.last_number(user_id=request.user.pk) if request.method == "GET" else ""  # type: ignore[attr-defined] # ours
        with translation.override(request.user.language), timezone.override(ZoneInfo(request.user.time_zone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        return _uncached(response)


def remember_reading(response: HttpResponse, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep a choice of language or theme in cookies, which visitors have too."""
    if language is not None:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=COOKIE_AGE, samesite="Lax")
    if theme is not None:
        response.set_cookie(THEME_COOKIE, theme, max_age=COOKIE_AGE, samesite="Lax", httponly=True)


def reading(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the theme, and for customers what the frame shows, read only where it is shown."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    shown: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "demo_mode": settings.DEMO_MODE,
        "support_email": settings.SUPPORT_EMAIL,
        "support_phone": settings.SUPPORT_PHONE,
    }
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject) or user is not None:
        shown["live_after"] = getattr(request, "live_after", "")
        shown["unread_notices"] = SimpleLazyObject(lambda: _unread(request))
        shown["bar_account"] = SimpleLazyObject(lambda: _bar_account(request))
    return shown


def _uncached(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True, private=True)
    return response


def _unread(request: HttpRequest) -> int:
    if not isinstance(request.user, User):
        return 0
    return selectors.unread(owner_id=request.user.pk).count()


def _bar_account(request: HttpRequest) -> AccountView | None:
    """Return the first account, the one that the customer pays from unless they say otherwise."""
    if not isinstance(request.user, User):
        return None
    views = bank_accounts.accounts_with_balances(owner=request.user)
    return views[0] if views else None
