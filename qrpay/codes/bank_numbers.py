"""Account numbers and references of banks elsewhere, checked by their own rules. Imports no Django."""

import re
from typing import Final

from stdnum import bic, iban, iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from qrpay.codes.errors import Malformed

# Before a library looks, which forgives spaces and small letters: codes are written without.
IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
CREDITOR: Final = re.compile(r"RF[0-9]{2}[A-Za-z0-9]{1,21}")
SWISS_REFERENCE: Final = re.compile(r"[0-9]{27}")


def checked_iban(text: str) -> str:
    """Return an IBAN.

    Raises:
        Malformed: it is none of its country.
    """
    return _checked(text, IBAN, iban.validate)


def checked_bic(text: str) -> str:
    """Return a BIC; raises as ``checked_iban``."""
    return _checked(text, BIC, bic.validate)


def checked_creditor_reference(text: str) -> str:
    """Return a creditor reference (ISO 11649); raises as ``checked_iban``."""
    return _checked(text, CREDITOR, iso11649.validate)


def checked_swiss_reference(text: str) -> str:
    """Return a QR reference with its check digit; raises as ``checked_iban``."""
    return _checked(text, SWISS_REFERENCE, esr.validate)


def own_iban(*, country: str, bank: str, account: str) -> str:
    """Return the IBAN of an account of ours.

    >>> own_iban(country="LI", bank="99999", account="100000000093")
    'LI5599999100000000093'
    """
    return country + mod_97_10.calc_check_digits(bank + account + country) + bank + account


def _checked(text: str, shape: re.Pattern[str], validate: object) -> str:
    if shape.fullmatch(text) is None or not callable(validate):
        raise Malformed("a number is not written as it should be")
    try:
        validate(text)
    except ValidationError:
        raise Malformed("a number's check digits or country don't fit") from None
    return text
