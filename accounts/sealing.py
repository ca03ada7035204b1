"""Secrets that must be read again: stored encrypted, under a key that is not in the database."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(purpose: str, text: str) -> str:
    """Return a secret as it is stored; what one purpose seals no other opens."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return a stored secret."""
    return _fernet(purpose).decrypt(sealed.encode()).decode()


def _fernet(purpose: str) -> MultiFernet:
    """Return a purpose's cipher: new secrets go under the first key, old ones are read under any."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(purpose, key)) for key in keys])


def _key(purpose: str, secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(salted_hmac(purpose, "v1", secret=secret, algorithm="sha256").digest())
