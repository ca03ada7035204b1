"""This bank's own keys for codes, as its settings give them."""

from functools import cache

from django.conf import settings

from qrpay.codes.keys import KeyRing
from qrpay.errors import NoSealingKey


def ring() -> KeyRing:
    """Return the keys that codes are sealed and opened with.

    Raises:
        NoSealingKey: this process was given none.
    """
    if not settings.QR_KEYS:
        raise NoSealingKey
    return _ring(settings.QR_KEYS)


@cache
def _ring(text: str) -> KeyRing:
    return KeyRing.parse(text)
