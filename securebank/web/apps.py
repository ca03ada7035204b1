"""App registration."""

from django.apps import AppConfig
from django_structlog.signals import bind_extra_request_metadata

from securebank.web import clients


class WebConfig(AppConfig):
    """Tables that every HTTP door shares."""

    name = "securebank.web"
    label = "web"
    verbose_name = "HTTP doors"

    def ready(self) -> None:
        """Have every log line and audit row name the caller's address as the limits see it."""
        bind_extra_request_metadata.connect(clients.bind_address, dispatch_uid="web.address")
