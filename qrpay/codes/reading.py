"""Read any text that a code may hold. Imports no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from qrpay.codes import emv, envelope, epc, sealing, signing, swiss, upi
from qrpay.codes.facts import CodeFacts, Scheme
from qrpay.codes.keys import KeyRing
from securebank.kernel.text import is_printable


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What codes are opened and checked with.

    Attributes:
        environment: codes of another one don't open.
        signers: public keys of those who sign UPI links, by organisation id.
    """

    ring: KeyRing
    environment: str
    signers: Mapping[str, EllipticCurvePublicKey] = field(default_factory=dict)


def read(text: str, *, keys: Keys) -> CodeFacts:
    """Return what a code says; nothing that it names is opened or looked up.

    Raises:
        Malformed, Forged, UnknownKey: it begins as a format does, and is none of it.
    """
    if text.startswith(envelope.SEALED):
        return sealing.unseal(text, ring=keys.ring, environment=keys.environment).facts(Scheme.SEALED)
    if text.startswith(envelope.SIGNED):
        content = signing.verify(text, public_keys=keys.ring.public_keys(environment=keys.environment))
        return content.facts(Scheme.SIGNED)
    if text[: len(upi.START)].lower() == upi.START:
        return upi.read(text, signers=keys.signers)
    return _standard(text)


def _standard(text: str) -> CodeFacts:
    """Return what a code of a standard says, or any other text as what it is."""
    if text.startswith(emv.START):
        return emv.read(text)
    first_line = text.split("\n", 1)[0].removesuffix("\r")
    if first_line == epc.START:
        return epc.read(text)
    if first_line == swiss.START:
        return swiss.read(text)
    return CodeFacts(Scheme.OTHER, note="".join(letter if is_printable(letter) else "\ufffd" for letter in text))
