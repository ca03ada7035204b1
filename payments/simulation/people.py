"""Who takes part: customers, employers and mules, each the same person in every run."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from random import Random
from typing import Final

from payments.simulation.places import HOMES, City

DOMAIN: Final = "people.example"
# Of customers, the share whose app tells where it is.
TELLS_PLACE: Final = 0.6
# Rupees of an ordinary payment: median and spread (of the logarithm) over customers.
LEVEL: Final = 6.2
LEVEL_SPREAD: Final = 0.6

FIRST_NAMES: Final = (
    "Aarav", "Ananya", "Arjun", "Bhavna", "Chirag", "Deepa", "Devika", "Farhan", "Gauri", "Harsh", "Ishaan", "Jyoti",
    "Karan", "Kavya", "Lakshmi", "Manish", "Nandini", "Naveen", "Neha", "Omkar", "Pooja", "Pranav", "Priya", "Rahul",
    "Riya", "Sameer", "Sanjana", "Shreya", "Tarun", "Uma", "Varun", "Vidya", "Yash", "Zara",
)  # fmt: skip
LAST_NAMES: Final = (
    "Agarwal", "Bhatt", "Chandra", "Das", "Desai", "Fernandes", "Ghosh", "Gupta", "Hegde", "Jain", "Joshi", "Khan",
    "Kulkarni", "Malhotra", "Menon", "Mishra", "Nair", "Naidu", "Pandey", "Patel", "Reddy", "Saxena", "Sethi", "Shah",
    "Sinha", "Thomas", "Trivedi", "Varma", "Yadav",
)  # fmt: skip
TRADES: Final = ("Foods", "Logistics", "Motors", "Pharma", "Software", "Steel", "Tea Estates", "Textiles")


class Role(StrEnum):
    """What somebody does here."""

    CUSTOMER = "customer"
    EMPLOYER = "employer"
    MULE = "mule"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is invented.

    Attributes:
        level: rupees of an ordinary payment.
        tells_place: whether the app says where it is.
        ip_address: at home, from the range for examples (RFC 3849).
    """

    role: Role
    number: int
    name: str
    handle: str
    level: float
    home: City
    tells_place: bool
    ip_address: str

    @property
    def email(self) -> str:
        """An address that can't receive mail, and by which simulated people are told from others."""
        return f"{self.handle}@{DOMAIN}"

    @property
    def device_id(self) -> str:
        """What the person's own phone is known by."""
        return f"phone-{self.handle}"


@cache
def person(role: Role, number: int) -> Person:
    """Return the same person for the same role and number, whatever the run.

    >>> person(Role.CUSTOMER, 7).handle, person(Role.MULE, 7).handle
    ('pooja.chandra21', 'chirag.ghosh23')
    """
    # Not for secrets: what it chooses has to be the same again.
    dice = Random(f"{role}-{number}")  # noqa: S311 - see above
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    # Nobody but us can tell a mule by it.
    code = number * len(Role) + list(Role).index(role)
    is_business = role is Role.EMPLOYER
    return Person(
        role=role,
        number=number,
        name=f"{last} {dice.choice(TRADES)}" if is_business else f"{first} {last}",
        handle=f"{first}.{last}{code}".lower(),
        level=round(dice.lognormvariate(LEVEL, LEVEL_SPREAD), 2),
        home=dice.choice(HOMES),
        tells_place=not is_business and dice.random() < TELLS_PLACE,
        ip_address=f"2001:db8:{code >> 16:x}:{code & 0xFFFF:x}::1",
    )
