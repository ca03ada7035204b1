"""Which PINs are no secret."""

from datetime import date
from typing import Final

SHORTEST: Final = 4
LONGEST: Final = 6

ASCENDING: Final = "01234567890"
DESCENDING: Final = ASCENDING[::-1]

# The most used four-digit PINs that no rule below finds: middle column of the keypad, its corners, years and bonds.
# Source: DataGenetics, "PIN analysis" (2012); Markert et al., "This PIN can be easily guessed" (IEEE S&P 2020).
COMMON: Final = frozenset(
    {"0007", "0852", "1004", "1379", "2580", "2512", "2468", "1590", "147258", "159753", "789456"}
)


def is_well_formed(pin: str) -> bool:
    """Tell whether the text is four to six ASCII digits."""
    return SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()


def is_weak(pin: str, *, date_of_birth: date | None = None) -> bool:
    """Tell whether a PIN is malformed or among the first that a thief tries.

    >>> is_weak("4826"), is_weak("1234"), is_weak("7777"), is_weak("1212"), is_weak("12345678")
    (False, True, True, True, True)
    """
    return (
        not is_well_formed(pin)
        or pin in ASCENDING
        or pin in DESCENDING
        or _repeats(pin)
        or pin in COMMON
        or _is_year(pin)
        or (date_of_birth is not None and pin in _ways_to_write(date_of_birth))
    )


def _repeats(pin: str) -> bool:
    """Tell whether a shorter piece makes up the whole: 7777, 1212, 123123."""
    return any(
        pin == pin[:length] * (len(pin) // length) for length in range(1, len(pin) // 2 + 1) if len(pin) % length == 0
    )


def _is_year(pin: str) -> bool:
    return len(pin) == SHORTEST and pin[:2] in {"19", "20"}


def _ways_to_write(day: date) -> set[str]:
    return {day.strftime(form) for form in ("%d%m", "%m%d", "%d%m%y", "%m%d%y", "%y%m%d", "%m%Y", "%Y%m", "%Y")}
