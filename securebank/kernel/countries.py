"""The countries of ISO 3166-1."""

import re
from functools import cache
from typing import Final

from babel import Locale

# Two-letter codes that the Unicode data names beside the countries: groups of them, islands, tests, and Kosovo, which
# has no code of its own yet.
NO_COUNTRIES: Final = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)


def is_country(code: str) -> bool:
    """Tell whether a text is the two-letter code of a country.

    >>> is_country("IN"), is_country("EU"), is_country("in"), is_country("XX")
    (True, False, False, False)
    """
    return code in countries()


@cache
def countries() -> frozenset[str]:
    """Return all codes.

    >>> len(countries())
    249
    """
    named = Locale("en").territories
    return frozenset(code for code in named if re.fullmatch("[A-Z]{2}", code)) - NO_COUNTRIES
