"""Text messages, through django-sms: its backends for providers, and one of ours for a bank that has none."""

from typing import Any

import structlog
from sms import send_sms
from sms.backends.base import BaseSmsBackend

log = structlog.get_logger(__name__)


class ConsoleBackend(BaseSmsBackend):  # type: ignore[misc] # the package carries no types
    """Writes a log line instead, without the number and the text: both are personal."""

    def send_messages(self, messages: list[Any]) -> int:
        """Log that messages would go out; return how many."""
        told = [(phone, message.body) for message in messages for phone in message.recipients]
        for phone, text in told:
            log.info("sms", to=f"••{phone[-2:]}", characters=len(text))
        return len(told)


def send(*, phone: str, text: str) -> None:
    """Send one text message through the backend that settings name.

    Args:
        phone: E.164.
        text: what it says.
    """
    send_sms(body=text, recipients=[phone])
