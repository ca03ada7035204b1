"""Codes for a SEPA credit transfer (GiroCode), read and written.

Source: EPC069-12, Quick Response Code: Guidelines to Enable Data Capture for the Initiation of a SEPA Credit Transfer
(European Payments Council). Imports no Django.
"""

import re
from decimal import Decimal
from typing import Final

from qrpay.codes import bank_numbers, plain
from qrpay.codes.errors import Malformed
from qrpay.codes.facts import CodeFacts, Scheme

START: Final = "BCD"
VERSIONS: Final = frozenset({"001", "002"})
# By number, 1 to 8: UTF-8 and parts of ISO 8859.
CHARACTER_SETS: Final = frozenset("12345678")
ORDERS: Final = frozenset({"SCT", "INST"})
FEWEST_LINES, MOST_LINES = 7, 12
MOST_BYTES: Final = 331
AMOUNT: Final = re.compile(r"EUR[0-9]{1,9}(?:\.[0-9]{1,2})?")
LONGEST_NAME, LONGEST_REFERENCE, LONGEST_TEXT, LONGEST_INFORMATION = 70, 35, 140, 70
PURPOSE: Final = re.compile(r"[A-Z0-9]{0,4}")


def read(text: str) -> CodeFacts:
    """Return what a code says.

    Raises:
        Malformed: it isn't written as the guidelines ask.
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not FEWEST_LINES <= len(lines) <= MOST_LINES or len(text.encode(errors="surrogatepass")) > MOST_BYTES:
        raise Malformed("too few or too many lines or bytes")
    # Lines at the end may be missing when they would be empty.
    lines += [""] * (MOST_LINES - len(lines))
    _mark, version, character_set, order, bic, name, iban, amount, purpose, reference, note, information = lines
    _check_head(version, character_set, order, bic)
    if not name or (reference and note) or PURPOSE.fullmatch(purpose) is None:
        raise Malformed("no name, a wrong purpose, or two references")
    if reference.startswith("RF"):
        bank_numbers.checked_creditor_reference(reference)
    return CodeFacts(
        scheme=Scheme.EPC,
        payee_name=plain.shown(name, longest=LONGEST_NAME),
        payee_address=bank_numbers.checked_iban(iban),
        amount=_amount(amount),
        currency="EUR",
        reference=plain.shown(reference, longest=LONGEST_REFERENCE),
        note=plain.shown(note, longest=LONGEST_TEXT),
        code_id=plain.our_id(information),
        details={
            key: value
            for key, value in (
                ("bic", bic),
                ("purpose", purpose),
                ("information", plain.shown(information, longest=LONGEST_INFORMATION)),
            )
            if value
        },
    )


def write(*, name: str, iban: str, amount: str, note: str, information: str) -> str:
    """Return the text of a code in UTF-8; the caller sees to it that it has 331 bytes at most."""
    return "\n".join([START, "002", "1", "SCT", "", name, iban, amount and f"EUR{amount}", "", "", note, information])


def _check_head(version: str, character_set: str, order: str, bic: str) -> None:
    if version not in VERSIONS or character_set not in CHARACTER_SETS or order not in ORDERS:
        raise Malformed("an unknown version, character set or order")
    if bic or version == "001":
        bank_numbers.checked_bic(bic)


def _amount(written: str) -> Decimal | None:
    if not written:
        return None
    if AMOUNT.fullmatch(written) is None:
        raise Malformed("an amount is EUR and digits, with two decimals at most")
    amount = plain.amount(written.removeprefix("EUR"))
    if amount is None:
        raise Malformed("an amount is a cent at least")
    return amount
