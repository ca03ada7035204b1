"""Kinds of fraud, by the number that data files carry; 0 is honest."""

from typing import Final

KINDS: Final = (
    "honest",
    "high_velocity",
    "amount_spike",
    "account_takeover",
    "structuring",
    "blacklisted_party",
    "mule_chain",
    "card_testing",
)
