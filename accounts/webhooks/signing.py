"""Signatures after Standard Webhooks (https://www.standardwebhooks.com), and the secrets that make them."""

import base64
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from standardwebhooks.webhooks import Webhook

# Random bytes of a secret; the specification asks for 24 to 64.
SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"


def new_secret() -> str:
    """Return a secret as its owner's software takes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def body_of(*, kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    """Return a message's body."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(
        {"type": kind, "timestamp": moment, "data": data}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def headers(*, message_id: str, body: bytes, at: datetime, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of one try, signed with every secret that is good now.

    Args:
        message_id: the same for every try, so that the receiver knows a message that it has seen.
        body: the message as it is sent.
        at: when this try is made; receivers refuse old signatures.
        keys: secrets, the newest first.
    """
    moment = at.astimezone(UTC).replace(microsecond=0)
    signatures = [Webhook(key).sign(message_id, moment, body.decode()) for key in keys]
    return {
        "Content-Type": "application/json",
        "User-Agent": "SecureBank-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
