"""This bank's own keys for codes, as its settings give them."""

from functools import cache

from django.conf import settings

from qrpay.codes.keys import KeyRing
from qrpay.codes.reading import Keys
from qrpay.codes.upi import read_signers
from qrpay.errors import NoSealingKey


def ring() -> KeyRing:
    """Return the keys that codes are sealed and opened with.

    Raises:
        NoSealingKey: this process was given none.
    """
    if not settings.QR_KEYS:
        raise NoSealingKey
    return _ring(settings.QR_KEYS)


def keys() -> Keys:
    """Return everything that codes are opened and checked with; raises as ``ring``."""
    return _keys(ring(), settings.QR_ENVIRONMENT, settings.UPI_SIGNERS)


@cache
def _keys(own: KeyRing, environment: str, signers: str) -> Keys:
    return Keys(own, environment, read_signers(signers))


@cache
def _ring(text: str) -> KeyRing:
    return KeyRing.parse(text)
