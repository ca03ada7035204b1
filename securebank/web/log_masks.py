"""What addresses tell about people stays out of the logs: query strings, and keys that stand in a path."""

import re
from collections.abc import MutableMapping
from typing import Any, Final

# Links from mails: whoever reads the key may confirm the address or choose a new password.
KEY_IN_PATH: Final = re.compile(r"(/account/(?:confirm-email|password/reset/key)/)[^\s\"'?]+")
QUERY: Final = re.compile(r"\?[^\s\"']*")
# The fields that hold addresses: of our request log, and of Django's own messages.
FIELDS: Final = ("request", "event")


def mask(text: str) -> str:
    """Return text with every query string and key replaced.

    >>> mask("GET /account/password/reset/key/1-c2o-9f8/?next=/home")
    'GET /account/password/reset/key/***?***'
    >>> mask("Not Found: /accounts")
    'Not Found: /accounts'
    """
    return QUERY.sub("?***", KEY_IN_PATH.sub(r"\1***", text))


def mask_addresses(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask one line; a processor for structlog."""
    for name in FIELDS:
        if isinstance(line.get(name), str):
            line[name] = mask(line[name])
    return line
