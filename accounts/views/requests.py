"""What page views know about who asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.services.devices import fingerprint_of
from securebank.web import clients

Parameters = ParamSpec("Parameters")


class PageRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


PageView = Callable[Concatenate[PageRequest, Parameters], HttpResponse]


def page(*methods: str) -> Callable[[PageView[Parameters]], Callable[..., HttpResponse]]:
    """Make a view of a function: signed-in people only, these methods only."""

    def decorate(view: PageView[Parameters]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        return require_http_methods(["HEAD", *methods] if "GET" in methods else list(methods))(login_required(checked))

    return decorate


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: an empty form that was sent is a form with errors, not a new one."""
    return request.POST if request.method == "POST" else None


def browser_of(request: HttpRequest) -> dict[str, str]:
    """Return what a payment says about the browser it came from; its random name is digested, as for sign-ins."""
    secret, user_agent = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), clients.user_agent(request)
    named = {"device_id": fingerprint_of(secret=secret, user_agent=user_agent)} if secret else {}
    return named | {"device_type": "browser", "user_agent": user_agent}
