"""Amounts and dates in the reader's language.

Digits stay ASCII in every language: an amount must look the same on the page, in the statement, and on the phone.
"""

import re
from datetime import date, datetime, tzinfo
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_currency, format_currency

from securebank.kernel.money import EXPONENTS, Money

# English groups lakhs and crores here, because the bank's home is India.
LOCALE_OF: Final = {"en": "en_IN", "hi": "hi_IN", "es": "es_ES", "ar": "ar_AE"}
FALLBACK_LOCALE: Final = "en_IN"

# CLDR parts a code written in letters from its amount; Babel's patterns leave the space out.
CODE_BEFORE_DIGIT: Final = re.compile(r"([A-Z]{3})(?=[0-9])")


def locale_of(language: str | None) -> str:
    """Return the CLDR locale in which a reader of ``language`` expects numbers and dates.

    >>> locale_of("hi"), locale_of("en-gb"), locale_of(None)
    ('hi_IN', 'en_IN', 'en_IN')
    """
    return LOCALE_OF.get((language or "").partition("-")[0].lower(), FALLBACK_LOCALE)


def format_money(money: Money, language: str | None = "en") -> str:
    """Return the amount with its currency sign, grouped as the language groups.

    >>> format_money(Money(123456750, "INR"), "en")
    '₹12,34,567.50'
    >>> format_money(Money(-500, "JPY"), "en")
    '-JP¥500'
    """
    return _in_currency(money, locale_of(language))


def format_amount(money: Money, language: str | None = "en") -> str:
    """Return the amount alone, for a column whose heading names the currency.

    >>> format_amount(Money(123456750, "INR"), "en")
    '12,34,567.50'
    """
    pattern = "#,##,##0" if locale_of(language).endswith("_IN") else "#,##0"
    digits = EXPONENTS[money.currency]
    shape = f"{pattern}.{'0' * digits}" if digits else pattern
    return str(
        format_currency(money.decimal, money.currency, format=shape, locale=locale_of(language), currency_digits=False)
    )


def format_short(money: Money, language: str | None = "en") -> str:
    """Return an amount as an axis of a chart shows it: a few digits and a magnitude.

    >>> format_short(Money(25_000_000, "INR"), "en"), format_short(Money(-95_000, "INR"), "en")
    ('₹2.5L', '-₹950')
    """
    locale = locale_of(language)
    written = str(format_compact_currency(money.decimal, money.currency, locale=locale, fraction_digits=2))
    return written.replace("INR", "₹")


def format_day(day: date, language: str | None = "en") -> str:
    """Return a date as one reads it.

    >>> format_day(date(2026, 3, 9), "en")
    '9 Mar 2026'
    """
    return str(format_date(day, "d MMM y", locale=locale_of(language)))


def format_moment(at: datetime, language: str | None, zone: tzinfo) -> str:
    """Return date and time of day in the reader's zone.

    >>> from datetime import UTC
    >>> format_moment(datetime(2026, 3, 9, 18, 5, tzinfo=UTC), "en", UTC)
    '9 Mar 2026, 18:05'
    """
    return str(format_datetime(at.astimezone(zone), "d MMM y, HH:mm", locale=locale_of(language)))


def _in_currency(money: Money, locale: str) -> str:
    written = str(format_currency(money.decimal, money.currency, locale=locale))
    return CODE_BEFORE_DIGIT.sub("\\1\u00a0", written.replace("INR", "₹"))
