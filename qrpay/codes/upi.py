"""UPI payment links, read and written.

Percent signs are decoded and plus signs kept: in dates and signatures they are themselves, which is why no query-string
parser may read this. A signature covers the raw text before it; without the signer's key it proves nothing.

Source: UPI Linking Specifications, version 1.6 (NPCI, November 2017). Imports no Django.
"""

import binascii
import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from qrpay.codes import plain
from qrpay.codes.emv_templates import VPA
from qrpay.codes.errors import Forged, Malformed
from qrpay.codes.facts import CodeFacts, Scheme, SignatureState

START: Final = "upi://pay?"
SIGN: Final = "&sign="
BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Two decimals at most: rupees.
RUPEES: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")
NOTHING: Final = frozenset({"", "null"})
LONGEST_NAME, LONGEST_NOTE, LONGEST_VALUE = 99, 140, 400
# Modes of codes that are made for one payment.
ONCE: Final = frozenset({"15", "16"})
TOLD: Final = ("mc", "tid", "url", "refurl", "mode", "orgid", "purpose")


def read(text: str, *, signers: Mapping[str, EllipticCurvePublicKey]) -> CodeFacts:
    """Return what a link says; its address is not opened.

    Args:
        text: begins with ``upi://pay?`` in any case.
        signers: public keys by organisation id, of those whose signatures can be checked here.

    Raises:
        Malformed: it isn't written as the specification asks.
        Forged: its signer is known, and didn't sign it.
    """
    values = _values(text[len(START) :])
    if VPA.fullmatch(values.get("pa", "")) is None:
        raise Malformed("no payee address")
    if values.get("cu", "INR").upper() != "INR":
        raise Malformed("UPI is in rupees")
    amount, least = (_amount(values.get(name, "")) for name in ("am", "mam"))
    if amount is not None and least is not None and least > amount:
        raise Malformed("the least amount is above the amount")
    reference = plain.shown(values.get("tr", ""), longest=LONGEST_VALUE)
    return CodeFacts(
        scheme=Scheme.UPI,
        payee_name=plain.shown(values.get("pn", ""), longest=LONGEST_NAME),
        payee_address=values["pa"],
        # An amount with a least one beside it may be lowered.
        amount=None if least is not None and least != amount else amount,
        least=least if least != amount else None,
        most=amount if least is not None and least != amount else None,
        currency="INR",
        reference=reference,
        note=plain.shown(values.get("tn", ""), longest=LONGEST_NOTE),
        expires_at=_instant(values.get("qrexpire", "")),
        code_id=plain.our_id(reference),
        is_static=values.get("mode", "") not in ONCE,
        signature=_signature(text, values, signers),
        details={name: plain.shown(values[name], longest=LONGEST_VALUE) for name in TOLD if name in values},
    )


def read_signers(text: str) -> dict[str, EllipticCurvePublicKey]:
    """Return the public keys that ``orgid:key`` words spell, each a P-256 key in DER and base64url.

    Raises:
        ValueError: a word spells none.
    """
    found: dict[str, EllipticCurvePublicKey] = {}
    for word in text.split():
        organisation, _colon, written = word.partition(":")
        key = load_der_public_key(urlsafe_b64decode(written))
        if not isinstance(key, EllipticCurvePublicKey) or not organisation:
            raise ValueError("signers are written orgid:key, each key of an elliptic curve")
        found[organisation] = key
    return found


def write(*, address: str, name: str, reference: str, note: str, amount: str, least: str) -> str:
    """Return a link; what is empty is left out."""
    values = {"pa": address, "pn": name, "tr": reference, "tn": note, "am": amount, "mam": least, "cu": "INR"}
    return START + "&".join(f"{key}={quote(value, safe='@')}" for key, value in values.items() if value)


def _values(query: str) -> dict[str, str]:
    """Return the parameters by their names in lower case, which other writers spell in several ways."""
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if not equals or not name or BROKEN_PERCENT.search(part):
            raise Malformed("a parameter is name=value, its percent signs followed by two digits")
        try:
            key = unquote(name, errors="strict").lower()
            decoded = unquote(value, errors="strict")
        except UnicodeDecodeError:
            raise Malformed("a value is no UTF-8") from None
        if key in found:
            raise Malformed("a parameter comes twice")
        found[key] = decoded
    return found


def _amount(written: str) -> Decimal | None:
    if written.lower() in NOTHING:
        return None
    if RUPEES.fullmatch(written) is None:
        raise Malformed("an amount is digits, with two decimals at most")
    return plain.amount(written)


def _instant(written: str) -> datetime | None:
    if not written:
        return None
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise Malformed("an end that is no instant") from None
    if instant.tzinfo is None:
        raise Malformed("an end without a time zone")
    return instant


def _signature(text: str, values: Mapping[str, str], signers: Mapping[str, EllipticCurvePublicKey]) -> SignatureState:
    if "sign" not in values:
        return SignatureState.ABSENT
    signed, mark, after = text.rpartition(SIGN)
    if not mark or "&" in after:
        raise Malformed("the signature stands last")
    try:
        signature = b64decode(values["sign"], validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a signature is base64") from None
    signer = signers.get(values.get("orgid", ""))
    if signer is None:
        return SignatureState.UNVERIFIED
    try:
        signer.verify(signature, signed.encode(errors="surrogatepass"), ECDSA(SHA256()))
    except InvalidSignature:
        raise Forged("the signature does not hold") from None
    return SignatureState.VERIFIED
