"""Codes that a merchant shows, by EMVCo: read with the templates of Bharat QR, Pix, PromptPay and our own, and written.

The check sum says that a code was copied without a fault, and nothing about who made it.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, version 1.1 (November 2020).
Imports no Django.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from qrpay.codes import emv_templates, plain, tlv
from qrpay.codes.currencies import letters
from qrpay.codes.errors import Malformed
from qrpay.codes.facts import CodeFacts, Scheme

START: Final = "000201"
CHECK_SUM: Final = re.compile(r"6304[0-9A-Fa-f]{4}")
CHECK_SUM_LENGTH: Final = 8
COUNTRY: Final = re.compile(r"[A-Z]{2}")
NUMBER: Final = re.compile(r"[0-9]{3}")
CATEGORY: Final = re.compile(r"[0-9]{4}")
STATIC, DYNAMIC = "11", "12"
LONGEST_NAME: Final = 25
# PromptPay's own profile leaves category, name and city out.
NEEDED: Final = ("52", "59", "60")
TOLD: Final = {"52": "category", "55": "tip", "56": "fixed fee", "57": "fee in percent", "58": "country", "60": "city"}
TOLD_IN_LANGUAGE: Final = {"00": "language", "01": "name in it", "02": "city in it"}
# 16 bytes in base64url without its padding: a reference label has 25 characters at most.
ID_LENGTH: Final = 22
ADDITIONAL, REFERENCE, PURPOSE = "62", "05", "08"


def read(text: str) -> CodeFacts:
    """Return what a merchant's code says.

    Raises:
        Malformed: it isn't written as the specification asks, or its check sum differs.
    """
    if CHECK_SUM.fullmatch(text[-CHECK_SUM_LENGTH:]) is None or check_sum(text[:-4]) != text[-4:].upper():
        raise Malformed("the check sum differs, or isn't at the end")
    values = tlv.read(text)
    _check(values)
    account = emv_templates.account_of(values)
    if account.scheme is not Scheme.PROMPTPAY and not all(values.get(tag) for tag in NEEDED):
        raise Malformed("category, name and city are needed")
    additional = tlv.read(values.get(ADDITIONAL, ""))
    reference = plain.shown(additional.get(REFERENCE, ""), longest=25)
    currency = letters(values["53"])
    emv_templates.check(account, values, reference)
    return CodeFacts(
        scheme=account.scheme,
        payee_name=plain.shown(values.get("59", ""), longest=LONGEST_NAME),
        payee_address=account.address,
        amount=plain.amount(values["54"]) if "54" in values else None,
        least=account.least,
        currency=currency,
        reference=reference,
        note=plain.shown(additional.get(PURPOSE, ""), longest=25),
        code_id=_our_id(reference) if account.scheme is Scheme.EMV else None,
        is_static=values.get("01", STATIC) == STATIC,
        details=_told(values) | account.details,
    )


@dataclass(frozen=True, slots=True)
class MerchantCode:
    """What a merchant's code is made of.

    Attributes:
        templates: account templates by tag, their application identifier under "00".
        currency: three digits.
        amount: in major units, or "" when the payer chooses; the code is dynamic exactly when it has one.
        country: two letters.
        name: 25 characters at most.
        city: 15 characters at most.
        purpose: 25 characters at most.
    """

    templates: Mapping[str, Mapping[str, str]]
    currency: str
    amount: str
    country: str
    name: str
    city: str
    code_id: UUID
    purpose: str = ""

    def written(self) -> str:
        """Return the text of the code."""
        values = (
            {"00": "01", "01": DYNAMIC if self.amount else STATIC}
            | {tag: tlv.written(template) for tag, template in sorted(self.templates.items())}
            | {"52": "0000", "53": self.currency, "54": self.amount, "58": self.country}
            | {"59": self.name, "60": self.city}
            | {ADDITIONAL: tlv.written({REFERENCE: _written_id(self.code_id), PURPOSE: self.purpose})}
        )
        text = tlv.written(values) + "6304"
        return text + check_sum(text)


def check_sum(text: str) -> str:
    """Return four hexadecimal digits over everything up to and with ``6304``.

    CRC-16 with polynomial 0x1021 and 0xFFFF before the first bit, over UTF-8 bytes.

    >>> check_sum("123456789")
    '29B1'
    """
    return f"{binascii.crc_hqx(text.encode(errors='surrogatepass'), 0xFFFF):04X}"


def _check(values: Mapping[str, str]) -> None:
    """Refuse a code without what every one has, or with values of another kind than they should be."""
    rules = (
        next(iter(values)) == "00" and values["00"] == "01",
        list(values)[-1] == "63",
        values.get("01", STATIC) in {STATIC, DYNAMIC},
        NUMBER.fullmatch(values.get("53", "")),
        COUNTRY.fullmatch(values.get("58", "")),
        "52" not in values or CATEGORY.fullmatch(values["52"]),
    )
    if not all(rules):
        raise Malformed("a value is missing or of another kind than it should be")


def _told(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is only shown, by names: category, tip, country, city, and the names in the other language."""
    language = tlv.read(values.get("64", ""))
    said = {name: values.get(tag, "") for tag, name in TOLD.items()}
    said |= {name: language.get(tag, "") for tag, name in TOLD_IN_LANGUAGE.items()}
    return {name: plain.shown(value, longest=tlv.LONGEST) for name, value in said.items() if value}


def _written_id(code_id: UUID) -> str:
    return base64.urlsafe_b64encode(code_id.bytes).decode("ascii").rstrip("=")


def _our_id(reference: str) -> UUID | None:
    if len(reference) != ID_LENGTH or not reference.isascii():
        return None
    try:
        found = UUID(bytes=base64.b64decode(reference + "==", altchars=b"-_", validate=True))
    except ValueError:
        return None
    return found if _written_id(found) == reference else None
