"""Account numbers: twelve digits that catch typing mistakes and give no order away."""

import secrets

from stdnum.iso7064 import mod_97_10

from accounts.constants import NUMBER_LENGTH


def new_number() -> str:
    """Return a random number with its two check digits; never one with a leading zero.

    Source: ISO 7064, MOD 97-10, the scheme of the IBAN: every single wrong digit and
    every swap of two neighbours is found.
    """
    body_length = NUMBER_LENGTH - 2
    lowest = 10 ** (body_length - 1)
    body = str(lowest + secrets.randbelow(9 * lowest))
    return body + str(mod_97_10.calc_check_digits(body))


def is_well_formed(number: str) -> bool:
    """Tell whether a number can be one of ours, without looking it up.

    >>> is_well_formed("100000000093"), is_well_formed("100000000094"), is_well_formed("１２")
    (True, False, False)
    """
    return len(number) == NUMBER_LENGTH and number.isascii() and number.isdigit() and bool(mod_97_10.is_valid(number))
