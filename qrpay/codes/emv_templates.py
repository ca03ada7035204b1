"""Whom a merchant's code pays: the account templates of the schemes that are told apart.

Sources: Bharat QR (NPCI; AID A000000524 in 26 and 27), Manual de Padrões para Iniciação do Pix (Banco Central do
Brasil; ``br.gov.bcb.pix``), Thai QR Payment Standard (A000000677010111 and ...112). Imports no Django.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from qrpay.codes import plain, tlv
from qrpay.codes.errors import Malformed
from qrpay.codes.facts import Scheme

# Tags of account templates; 02 to 25 hold a number of a card scheme each.
CARDS: Final = frozenset(f"{tag:02d}" for tag in range(2, 26))
TEMPLATES: Final = frozenset(str(tag) for tag in range(26, 52))
OURS: Final = "bank.securebank"
UPI: Final = "A000000524"
PIX: Final = "BR.GOV.BCB.PIX"
PROMPTPAY: Final = "A000000677010111"
PROMPTPAY_BILL: Final = "A000000677010112"
ADDRESS: Final = "01"

NUMBER_OF_OURS: Final = re.compile(r"[0-9]{12}")
VPA: Final = re.compile(r"[A-Za-z0-9._-]{1,64}@[A-Za-z0-9]{2,64}")
# A host and a path, no scheme; it is shown and never opened.
PIX_URL: Final = re.compile(r"[A-Za-z0-9.-]{1,64}(?::[0-9]{1,5})?/[!-~]{1,77}")
PIX_REFERENCE: Final = re.compile(r"[A-Za-z0-9]{1,25}|\*\*\*")
LONGEST_PIX_URL: Final = 77
REAL: Final = "986"
# Bharat QR: the card schemes' two tags each, and bank code with account number.
BHARAT_TAGS: Final = frozenset({"02", "03", "04", "05", "06", "07", "08"})
THAI: Final = {
    "01": re.compile(r"0066[0-9]{9}"),
    "02": re.compile(r"[0-9]{13}"),
    "03": re.compile(r"[0-9]{15}"),
    "04": re.compile(r"[0-9]{10,43}"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a code pays, in its scheme's own terms."""

    scheme: Scheme
    address: str
    least: Decimal | None = None
    details: dict[str, str] = field(default_factory=dict)


def account_of(values: Mapping[str, str]) -> Account:
    """Return the first account of a code that is understood: our own, then those of the schemes.

    Raises:
        Malformed: there is none, or a template is no tag-length-value text with an application identifier.
    """
    templates = {tag: _template(values[tag]) for tag in values if tag in TEMPLATES}
    named = {template["00"].upper(): template for template in reversed(templates.values())}
    for application, read in READERS.items():
        if application in named:
            return read(named[application])
    cards = {tag: plain.shown(values[tag], longest=99) for tag in values if tag in CARDS}
    if not (cards or templates):
        raise Malformed("no account")
    others = {tag: " ".join(template.values()) for tag, template in templates.items()}
    is_bharat = values.get("58") == "IN" and any(tag in BHARAT_TAGS for tag in values)
    # What no reader knows is shown, and is nobody's address: digits of another scheme must not pass for ours.
    details = {f"account {tag}": said for tag, said in (cards | others).items()}
    return Account(Scheme.BHARAT if is_bharat else Scheme.EMV, "", details=details)


def check(account: Account, values: Mapping[str, str], reference: str) -> None:
    """Refuse a code of Pix that isn't in reais, or whose reference is none of Pix.

    Raises:
        Malformed: it isn't as its scheme asks.
    """
    if account.scheme is Scheme.PIX and (values["53"] != REAL or values["58"] != "BR"):
        raise Malformed("Pix is in reais and in Brazil")
    if account.scheme is Scheme.PIX and reference and PIX_REFERENCE.fullmatch(reference) is None:
        raise Malformed("a reference of Pix has 25 letters and digits at most")


def _template(text: str) -> dict[str, str]:
    template = tlv.read(text)
    if not template.get("00"):
        raise Malformed("a template begins with its application identifier")
    return {tag: plain.shown(value, longest=99) for tag, value in template.items()}


def _ours(template: Mapping[str, str]) -> Account:
    number = template.get(ADDRESS, "")
    if NUMBER_OF_OURS.fullmatch(number) is None:
        raise Malformed("our account numbers have twelve digits")
    return Account(Scheme.EMV, number)


def _upi(template: Mapping[str, str]) -> Account:
    vpa = template.get(ADDRESS, "")
    if VPA.fullmatch(vpa) is None:
        # Template 27 has the same identifier and a reference only.
        raise Malformed("no UPI address")
    return Account(Scheme.BHARAT, vpa, least=plain.amount(template["02"]) if "02" in template else None)


def _pix(template: Mapping[str, str]) -> Account:
    key, url = template.get(ADDRESS, ""), template.get("25", "")
    if bool(key) == bool(url):
        raise Malformed("Pix has a key or a location, not both")
    if url and (len(url) > LONGEST_PIX_URL or PIX_URL.fullmatch(url) is None):
        raise Malformed("a location of Pix is host and path, 77 characters at most")
    details = {"text": template["02"]} if "02" in template else {}
    return Account(Scheme.PIX, key or url, details=details | ({"location": url} if url else {}))


def _promptpay(template: Mapping[str, str]) -> Account:
    found = [value for tag, value in template.items() if tag in THAI and THAI[tag].fullmatch(value)]
    if len(found) != 1 or len(template) != 2:  # noqa: PLR2004 # the identifier and one address
        raise Malformed("PromptPay has one phone number, tax number, wallet or account")
    return Account(Scheme.PROMPTPAY, found[0])


def _promptpay_bill(template: Mapping[str, str]) -> Account:
    biller = template.get(ADDRESS, "")
    if not (biller.isascii() and biller.isdigit()):
        raise Malformed("a biller is digits")
    details = {f"reference {number}": template[tag] for number, tag in ((1, "02"), (2, "03")) if tag in template}
    return Account(Scheme.PROMPTPAY, biller, details=details)


# In the order in which they are looked for.
READERS: Final = {
    OURS.upper(): _ours,
    UPI: _upi,
    PIX: _pix,
    PROMPTPAY: _promptpay,
    PROMPTPAY_BILL: _promptpay_bill,
}
