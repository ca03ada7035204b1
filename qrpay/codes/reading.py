"""Read any text that a code may hold. Imports no Django."""

from qrpay.codes import envelope, sealing, signing
from qrpay.codes.facts import CodeFacts, Scheme
from qrpay.codes.keys import KeyRing


def read(text: str, *, ring: KeyRing, environment: str) -> CodeFacts:
    """Return what a code says; nothing that it names is opened or looked up.

    Raises:
        Malformed, Forged, UnknownKey: it begins as a format does, and is none of it.
    """
    if text.startswith(envelope.SEALED):
        return sealing.unseal(text, ring=ring, environment=environment).facts(Scheme.SEALED)
    if text.startswith(envelope.SIGNED):
        content = signing.verify(text, public_keys=ring.public_keys(environment=environment))
        return content.facts(Scheme.SIGNED)
    return CodeFacts(Scheme.OTHER, note=text)
