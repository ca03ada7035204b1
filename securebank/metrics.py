"""``/metrics``: figures for Prometheus, for nobody outside."""

import hmac
from ipaddress import ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

# Loopback, RFC 1918, RFC 4193.
INNER_NETWORKS: Final = tuple(
    map(ip_network, ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scraper that has the token, or that asks this process directly from the inner network."""
    if not _has_token(request) and not _is_inside(request):
        raise Http404
    figures: HttpResponse = ExportToDjangoView(request)
    return figures


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, settings.METRICS_TOKEN.encode())


def _is_inside(request: HttpRequest) -> bool:
    # Behind a proxy every visitor seems to come from the inner network; what it forwards gives them away.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in INNER_NETWORKS)
