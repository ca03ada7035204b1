"""Money as integer minor units with a currency."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from securebank.kernel.errors import Invalid

# Minor-unit digits, ISO 4217 list one.
EXPONENTS: Final = {
    "AED": 2, "AUD": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "EUR": 2, "GBP": 2,
    "INR": 2, "JPY": 0, "KWD": 3, "MXN": 2, "SAR": 2, "SGD": 2, "THB": 2, "USD": 2,
}  # fmt: skip

# Above any payment this bank makes, far below the 63 bits of a bigint column, so sums can't overflow.
MAX_MINOR: Final = 10**14

# ASCII digits on purpose: \d also matches digits of other scripts.
AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,3})?")

LONGEST_AMOUNT: Final = 16


class InvalidAmount(Invalid):
    """The text is no positive amount of that currency."""

    code = "invalid_amount"
    title = "Not a valid amount"


class CurrencyMismatch(Invalid):
    """Two amounts or accounts of different currencies met."""

    code = "currency_mismatch"
    title = "The currencies differ"


class UnknownCurrency(Invalid):
    """The bank keeps no accounts in that currency."""

    code = "unknown_currency"
    title = "This currency is not offered"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency.

    Attributes:
        minor: integer minor units (paise, cents); may be zero or negative in sums.
        currency: ISO 4217 code, one of ``EXPONENTS``.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            raise UnknownCurrency(_("This currency is not offered."))

    @classmethod
    def parse(cls, text: Any, currency: str) -> Self:
        """Return the positive amount that a client wrote.

        Accepts ``"1500.00"``, ``"1500"``, and JSON numbers; nothing signed, grouped,
        exponential, or finer than the currency's minor unit. Never rounds.

        Raises:
            InvalidAmount: anything else.
            UnknownCurrency: the currency isn't offered.

        >>> Money.parse("12.5", "INR")
        Money(minor=1250, currency='INR')
        """
        if currency not in EXPONENTS:
            raise UnknownCurrency(_("This currency is not offered."))
        if isinstance(text, bool) or not isinstance(text, str | int | float | Decimal):
            raise InvalidAmount(_("Write the amount as digits, such as 1500.00."))
        if isinstance(text, int) and abs(text) > MAX_MINOR:
            raise InvalidAmount(_("The amount is too large."))
        written = text if isinstance(text, str) else str(text)
        if isinstance(text, float) and written.endswith(".0"):
            written = written[:-2]
        if len(written) > LONGEST_AMOUNT or AMOUNT.fullmatch(written) is None:
            raise InvalidAmount(_("Write the amount as digits, such as 1500.00."))
        digits = EXPONENTS[currency]
        whole, _point, fraction = written.partition(".")
        if len(fraction) > digits:
            raise InvalidAmount(_too_fine(currency, digits))
        minor = int(whole + fraction.ljust(digits, "0"))
        if not 0 < minor <= MAX_MINOR:
            raise InvalidAmount(
                _("The amount must be more than zero.") if minor == 0 else _("The amount is too large.")
            )
        return cls(minor, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with the currency's decimals."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency])

    def __str__(self) -> str:
        """Major units as the API writes them.

        >>> str(Money(150000, "INR")), str(Money(7, "JPY"))
        ('1500.00', '7')
        """
        return f"{self.decimal:.{EXPONENTS[self.currency]}f}"

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(_("The currencies differ."))

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor <= other.minor


def _too_fine(currency: str, digits: int) -> str:
    if not digits:
        return _("%(currency)s has no decimals.") % {"currency": currency}
    return _("%(currency)s has %(digits)s decimals at most.") % {"currency": currency, "digits": digits}
