"""Amounts of any currency measured in paise, for limits and fraud rules."""

from decimal import ROUND_CEILING

from payments.constants import REFERENCE_CURRENCY, REFERENCE_RATES
from securebank.kernel.money import Money


def reference_minor(amount: Money) -> int:
    """Return the amount in paise at the bank's reference rate, rounded up.

    >>> reference_minor(Money(150_00, "INR")), reference_minor(Money(100, "JPY")), reference_minor(Money(1, "USD"))
    (15000, 6000, 85)
    """
    rupees = amount.decimal * REFERENCE_RATES[amount.currency]
    return int((rupees * 100).to_integral_value(ROUND_CEILING))


def reference_money(minor: int) -> Money:
    """Return an amount in paise as money.

    >>> str(reference_money(15000))
    '150.00'
    """
    return Money(minor, REFERENCE_CURRENCY)
