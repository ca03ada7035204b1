"""Phone numbers, kept as E.164."""

from typing import Final

import phonenumbers

# A number without a country code is one of the bank's own country.
HOME_REGION: Final = "IN"
LONGEST_WRITTEN: Final = 40


class NotAPhoneNumber(ValueError):
    """The text is no possible phone number."""


def e164(written: str) -> str:
    """Return a phone number in E.164.

    Raises:
        NotAPhoneNumber: no such number can exist.

    >>> e164("098765 43210"), e164("+1 202-555-0143")
    ('+919876543210', '+12025550143')
    """
    if len(written) > LONGEST_WRITTEN or not written.isascii():
        raise NotAPhoneNumber(written[:LONGEST_WRITTEN])
    try:
        number = phonenumbers.parse(written, HOME_REGION)
    except phonenumbers.NumberParseException as refusal:
        raise NotAPhoneNumber(written) from refusal
    if number.extension or not phonenumbers.is_possible_number(number):
        raise NotAPhoneNumber(written)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
