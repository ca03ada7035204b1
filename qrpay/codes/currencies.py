"""Numbers and decimals of currencies that codes of the bank and of others name. Imports no Django."""

from decimal import Decimal
from typing import Final

# ISO 4217 list one: letters, number, minor-unit digits.
NUMBERS: Final = {
    "AED": 784, "AUD": 36, "BHD": 48, "BRL": 986, "CAD": 124, "CHF": 756, "EUR": 978, "GBP": 826,
    "INR": 356, "JPY": 392, "KWD": 414, "MXN": 484, "SAR": 682, "SGD": 702, "THB": 764, "USD": 840,
}  # fmt: skip
LETTERS: Final = {number: letters for letters, number in NUMBERS.items()}
DIGITS: Final = dict.fromkeys(NUMBERS, 2) | {"BHD": 3, "JPY": 0, "KWD": 3}


def letters(number: str) -> str:
    """Return the letters of a currency that is named by three digits, or the digits when it is none of ours.

    >>> letters("356"), letters("036"), letters("999")
    ('INR', 'AUD', '999')
    """
    return LETTERS.get(int(number), number)


def major(minor: int, currency: str) -> Decimal:
    """Return minor units as an amount in major units.

    >>> major(150000, "INR"), major(7, "JPY")
    (Decimal('1500.00'), Decimal('7'))
    """
    return Decimal(minor).scaleb(-DIGITS[currency])
