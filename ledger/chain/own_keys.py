"""This bank's own keys, as its settings give them."""

from functools import cache

from django.conf import settings

from ledger.chain.key_ring import PublishedKey, read_ring
from ledger.chain.keys import Signer
from securebank.kernel.errors import Conflict


class NoSigningKey(Conflict):
    """Only processes that mine are given the private key."""

    code = "no_signing_key"
    title = "This process has no key to sign checkpoints with; set SECUREBANK_CHECKPOINT_KEY"


def signer() -> Signer:
    """Return the key that signs checkpoints; its name is the log's origin.

    Raises:
        NoSigningKey: this process was given none.
    """
    if not settings.CHECKPOINT_KEY:
        raise NoSigningKey
    return _signer(settings.CHECKPOINT_KEY)


def published_keys() -> tuple[PublishedKey, ...]:
    """Return every public key that the log ever signed with, oldest first."""
    return _ring(settings.CHECKPOINT_PUBLIC_KEYS)


@cache
def _signer(text: str) -> Signer:
    return Signer.parse(text)


@cache
def _ring(text: str) -> tuple[PublishedKey, ...]:
    return read_ring(text)
