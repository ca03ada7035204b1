"""Who lives in the demo bank. All of it invented; the addresses are on a domain that can't receive mail."""

from dataclasses import dataclass
from typing import Final

from accounts.models import BankAccount
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR

SAVINGS: Final = BankAccount.Kind.SAVINGS
CURRENT: Final = BankAccount.Kind.CURRENT


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer; the first account is a current account in ``currency``.

    Attributes:
        further: kind, currency and nickname of the accounts opened after it.
        deposits: opening deposit in major units, an account each, in the same order.
        has_pin: whether they pay amounts that need one.
    """

    handle: str
    name: str
    phone: str
    deposits: tuple[str, ...]
    language: str = "en"
    currency: str = "INR"
    further: tuple[tuple[BankAccount.Kind, str, str], ...] = ()
    has_pin: bool = False

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.handle}@example.com"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One member of staff; without a role, the administrator."""

    handle: str
    name: str
    role: str | None

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.handle}@securebank.example"


CUSTOMERS: Final = (
    Customer(
        "asha",
        "Asha Rao",
        "+91 90000 00001",
        ("125000.00", "340000.00", "1800.00"),
        further=((SAVINGS, "INR", "Rainy days"), (CURRENT, "EUR", "Travel")),
        has_pin=True,
    ),
    Customer(
        "rohan",
        "Rohan Mehta",
        "+91 90000 00002",
        ("480000.00", "75000.00"),
        further=((SAVINGS, "INR", "New bicycle"),),
        has_pin=True,
    ),
    Customer(
        "meera",
        "मीरा शर्मा",
        "+91 90000 00003",
        ("62000.00", "20000.00"),
        "hi",
        further=((SAVINGS, "INR", "दिवाली"),),
        has_pin=True,
    ),
    Customer("farah", "فرح حداد", "+971 50 000 0004", ("54000.00",), "ar"),
    Customer(
        "lucia",
        "Lucía Fernández",
        "+34 600 000 005",
        ("2600.00", "40000.00"),
        "es",
        "EUR",
        ((CURRENT, "INR", "India"),),
    ),
    Customer(
        "david",
        "David Chen",
        "+1 202 555 0106",
        ("4100.00", "36000.00"),
        currency="USD",
        further=((CURRENT, "INR", ""),),
    ),
    Customer("kabir", "Kabir Singh", "+91 90000 00007", ("210000.00",)),
    Customer("sunita", "Sunita Iyer", "+91 90000 00008", ("38000.00",)),
    Customer("zoe", "Zoë Kowalska", "+48 500 000 009", ("27000.00",)),
    Customer("freshbasket", "Fresh Basket Grocers", "+91 90000 00010", ("15000.00",)),
    Customer("metropower", "Metro Power and Water", "+91 90000 00011", ("90000.00",)),
    Customer("himalaya", "Himalaya Textiles", "+91 90000 00012", ("900000.00",), has_pin=True),
)

STAFF: Final = (
    Colleague("analyst", "Nisha Kapoor", ANALYST),
    Colleague("supervisor", "Arjun Pillai", SUPERVISOR),
    Colleague("auditor", "Tara Bose", AUDITOR),
    Colleague("admin", "Vikram Das", None),
)
