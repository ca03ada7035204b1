"""Who is calling: address and browser, as far as they can be believed."""

import ipaddress
from typing import Any, Final

import structlog
from django.conf import settings
from django.http import HttpRequest

LONGEST_USER_AGENT: Final = 300
UNKNOWN_ADDRESS: Final = "0.0.0.0"  # noqa: S104 # no socket is bound to it


def ip_address(request: HttpRequest) -> str:
    """Return the caller's address.

    ``X-Forwarded-For`` counts only as far as our own proxies wrote it: the last ``TRUSTED_PROXY_COUNT`` entries.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.TRUSTED_PROXY_COUNT
    written = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        return UNKNOWN_ADDRESS


def bind_address(*, request: HttpRequest, **_facts: Any) -> None:
    """Put the address into the log context, over one that a caller could have written into a header."""
    structlog.contextvars.bind_contextvars(ip=ip_address(request))


def user_agent(request: HttpRequest) -> str:
    """Return what the browser calls itself, printable and bounded."""
    written = request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT]
    return "".join(character for character in written if character.isprintable())


def origin(request: HttpRequest) -> str:
    """Return scheme, host and port that the request was sent to; the host is one of ``ALLOWED_HOSTS``."""
    return f"{request.scheme}://{request.get_host()}"
