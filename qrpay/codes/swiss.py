"""Swiss QR bills, read.

Source: Swiss Implementation Guidelines QR-bill (SIX), version 2.3. Combined addresses, which banks took until September
2026, are read for the sake of bills that were printed earlier. Imports no Django.
"""

import re
from decimal import Decimal
from typing import Final

from qrpay.codes import bank_numbers, plain
from qrpay.codes.errors import Malformed
from qrpay.codes.facts import CodeFacts, Scheme

START: Final = "SPC"
FEWEST_LINES, MOST_LINES = 31, 34
LONGEST: Final = 997
# Lines, counted from 0.
IBAN, CREDITOR, ULTIMATE, AMOUNT, CURRENCY, DEBTOR, KIND, REFERENCE, MESSAGE, END, BILL = (
    3, 4, 11, 18, 19, 20, 27, 28, 29, 30, 31,
)  # fmt: skip
ADDRESS_LINES: Final = 7
LONGEST_ADDRESS: Final = (1, 70, 70, 16, 16, 35, 2)
LONGEST_MESSAGE: Final = 140
# Numbers of banks in IBANs that are kept for bills with a QR reference.
QR_BANKS: Final = range(30000, 32000)
AMOUNT_SHAPE: Final = re.compile(r"(?:0|[1-9][0-9]{0,8})\.[0-9]{2}")
COUNTRY: Final = re.compile(r"[A-Z]{2}")


def read(text: str) -> CodeFacts:
    """Return what a bill says.

    Raises:
        Malformed: it isn't written as the guidelines ask.
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not FEWEST_LINES <= len(lines) <= MOST_LINES or len(text) > LONGEST:
        raise Malformed("too few or too many lines or characters")
    if lines[1:3] != ["0200", "1"] or lines[END] != "EPD" or any(lines[ULTIMATE:AMOUNT]):
        raise Malformed("an unknown version, no end, or lines that are kept for later use")
    if lines[CURRENCY] not in {"CHF", "EUR"}:
        raise Malformed("bills are in francs or euros")
    creditor = _address(lines[CREDITOR:ULTIMATE])
    debtor = _address(lines[DEBTOR:KIND]) if any(lines[DEBTOR:KIND]) else ""
    bill = lines[BILL] if len(lines) > BILL else ""
    if len(lines[MESSAGE]) + len(bill) > LONGEST_MESSAGE:
        raise Malformed("message and bill information have 140 characters at most")
    iban = bank_numbers.checked_iban(lines[IBAN])
    _check_reference(iban, lines[KIND], lines[REFERENCE])
    told = {"debtor": debtor, "reference type": lines[KIND], "bill": plain.shown(bill, longest=LONGEST_MESSAGE)}
    return CodeFacts(
        scheme=Scheme.SWISS,
        payee_name=creditor,
        payee_address=iban,
        amount=_amount(lines[AMOUNT]),
        currency=lines[CURRENCY],
        reference=lines[REFERENCE],
        note=plain.shown(lines[MESSAGE], longest=LONGEST_MESSAGE),
        details={key: value for key, value in told.items() if value},
    )


def _address(lines: list[str]) -> str:
    """Return the name in an address once the address is well formed."""
    kind, name, _street, _house, place, town, country = (
        plain.shown(line, longest=longest) for line, longest in zip(lines, LONGEST_ADDRESS, strict=True)
    )
    # Structured addresses have place and town in lines of their own, combined ones in the second line.
    is_whole = (place and town) if kind == "S" else (kind == "K" and not (place or town))
    if not name or not is_whole or COUNTRY.fullmatch(country) is None:
        raise Malformed("an address is not whole")
    return name


def _check_reference(iban: str, kind: str, reference: str) -> None:
    if not iban.startswith(("CH", "LI")):
        raise Malformed("bills are paid to accounts in Switzerland and Liechtenstein")
    if (kind == "QRR") != (iban[4:9].isdigit() and int(iban[4:9]) in QR_BANKS):
        raise Malformed("kind of reference and kind of account don't fit")
    if kind == "QRR":
        bank_numbers.checked_swiss_reference(reference)
    elif kind == "SCOR":
        bank_numbers.checked_creditor_reference(reference)
    elif kind != "NON" or reference:
        raise Malformed("an unknown kind of reference")


def _amount(written: str) -> Decimal | None:
    if not written:
        return None
    if AMOUNT_SHAPE.fullmatch(written) is None:
        raise Malformed("an amount has two decimals")
    return plain.amount(written)
