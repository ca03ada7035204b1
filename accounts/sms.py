"""Text messages, through a backend that settings name, as Django does with mail."""

from typing import Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


class SmsBackend(Protocol):
    """Sends one text message."""

    def send(self, *, phone: str, text: str) -> None:
        """Send it, or raise ``OSError`` when it may work later.

        Args:
            phone: E.164.
            text: what it says.
        """


class ConsoleBackend:
    """Writes a log line instead, without the number and the text: both are personal."""

    def send(self, *, phone: str, text: str) -> None:
        """Log that a message would go out."""
        log.info("sms", to=f"••{phone[-2:]}", characters=len(text))


def send(*, phone: str, text: str) -> None:
    """Send one text message through the configured backend."""
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    backend.send(phone=phone, text=text)
