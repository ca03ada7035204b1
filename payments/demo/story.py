"""What the demo customers paid each other, asked of each other, and saved."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment; ``to`` is a handle, or the nickname of the payer's own account after ``own:``."""

    payer: str
    to: str
    amount: str
    note: str
    currency: str = "INR"


@dataclass(frozen=True, slots=True)
class Request:
    """Money that one customer asks of another."""

    requester: str
    payer: str
    amount: str
    note: str


TRANSFERS: Final = (
    Transfer("himalaya", "asha", "85000.00", "Salary"),
    Transfer("himalaya", "rohan", "92000.00", "Salary"),
    Transfer("himalaya", "meera", "64000.00", "वेतन"),
    Transfer("asha", "kabir", "28000.00", "Rent"),
    Transfer("asha", "own:Rainy days", "15000.00", "For the rainy days"),
    Transfer("asha", "freshbasket", "1846.50", "Groceries"),
    Transfer("asha", "metropower", "2310.00", "Electricity, flat 4B"),
    Transfer("asha", "rohan", "650.00", "Dinner at Saravana's"),
    Transfer("rohan", "asha", "1200.00", "Train tickets to Pune"),
    Transfer("rohan", "kabir", "24500.00", "Rent"),
    Transfer("rohan", "freshbasket", "932.00", "Vegetables and milk"),
    Transfer("rohan", "own:New bicycle", "10000.00", "One wheel nearer"),
    Transfer("meera", "freshbasket", "2140.75", "किराना"),
    Transfer("meera", "sunita", "3500.00", "संगीत की कक्षा"),
    Transfer("meera", "own:दिवाली", "5000.00", "त्योहार के लिए"),
    Transfer("meera", "metropower", "1785.00", "बिजली का बिल"),
    Transfer("farah", "freshbasket", "1120.00", "بقالة"),
    Transfer("farah", "asha", "800.00", "شكرا على القهوة"),
    Transfer("sunita", "asha", "450.00", "Your half of the cake"),
    Transfer("zoe", "kabir", "9800.00", "Room for two weeks"),
    Transfer("david", "zoe", "2500.00", "Concert tickets"),
    Transfer("lucia", "asha", "75.50", "Libros", "EUR"),
    Transfer("asha", "freshbasket", "764.25", "Fruit for the weekend"),
    # Large enough that a colleague looks at them before they leave.
    Transfer("rohan", "himalaya", "240000.00", "Looms, first instalment"),
    Transfer("himalaya", "metropower", "310000.00", "Connection of the new hall"),
)

REQUESTS: Final = (
    Request("rohan", "asha", "350.00", "Half of the taxi"),
    Request("asha", "meera", "500.00", "जन्मदिन का उपहार"),
)

# Customer, payee's handle, nickname.
PAYEES: Final = (
    ("asha", "kabir", "Landlord"),
    ("asha", "rohan", "Rohan"),
    ("asha", "freshbasket", "Corner shop"),
    ("rohan", "asha", "Asha"),
    ("meera", "sunita", "सुनीता जी"),
)

# They pay large sums to people they have not paid before, and have raised the limit for that.
LARGE_PAYERS: Final = ("rohan", "himalaya")
LARGE_LIMIT: Final = "500000"
