"""One line when a request begins and one when it ends, under one id."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from securebank.web import clients


class RequestLog(RequestMiddleware):
    """Logs requests; who asks is what our own proxies say, and query strings stay out."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Name the caller in every line of this request; audit rows take it from here."""
        structlog.contextvars.bind_contextvars(ip=clients.ip_address(request))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return what is said of the request."""
        return f"{request.method} {request.path}"
