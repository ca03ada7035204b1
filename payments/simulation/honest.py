"""What honest customers pay."""

import math
from random import Random
from typing import Any, Final

from payments.simulation.acts import Pay, Payee
from payments.simulation.people import Person
from payments.simulation.places import somewhere_in

# Shares of ordinary payments.
TO_SHOPS: Final = 0.4
TO_LISTED: Final = 0.15
BIG_PURCHASE: Final = 0.03
BY_APP: Final = 0.7
HAS_NOTE: Final = 0.6

# Rupees. The least that anybody pays, and what nobody passes without thinking twice.
LEAST: Final = 10.0
MOST: Final = 9_500.0
MOST_AT_ONCE: Final = 60_000.0
SALARY: Final = (18_000, 90_000)

# Demo customers by handle, and why one pays them.
SHOPS: Final = {
    "freshbasket": ("Groceries", "Vegetables", "Milk and bread", "Fruit", ""),
    "metropower": ("Electricity", "Water bill", "Meter 4471", ""),
}
LISTED: Final = {
    "asha": ("Train tickets", "Lunch", "For the gift", "Cricket tickets"),
    "rohan": ("Dinner", "Cab share", "Football"),
    "meera": ("Music lesson", "संगीत की कक्षा", "Books"),
    "sunita": ("Tuition", "Cake"),
    "kabir": ("Rent share", "Deposit for the room"),
    "zoe": ("Concert", "Language lesson"),
    "farah": ("Coffee", "Flowers"),
    "himalaya": ("Two shawls", "Curtains"),
}
FRIENDLY: Final = ("Lunch", "Cab", "Movie", "Thank you!", "Birthday gift", "Trip to Goa", "Half of the bill", "Chai")


def everyday(dice: Random, payer: Person, friend: Person, *, at: float) -> Pay:
    """Return an ordinary payment: to a shop, to a demo customer, or to a friend."""
    payee, note = _whom(dice, friend)
    return Pay(
        at=at,
        payer=payer,
        payee=payee,
        amount=amount_of(dice, payer.level),
        note=note if dice.random() < HAS_NOTE else "",
        channel="api" if dice.random() < BY_APP else "site",
        **whereabouts(dice, payer),
    )


def salary(dice: Random, employer: Person, employee: Person, *, at: float) -> Pay:
    """Return a month's pay."""
    amount = f"{dice.randint(*SALARY) // 500 * 500}.00"
    return Pay(at=at, payer=employer, payee=employee, amount=amount, note="Salary", **whereabouts(dice, employer))


def amount_of(dice: Random, level: float, *, times: float = 1.0) -> str:
    """Return what somebody at this level pays, in rupees; a big purchase now and then."""
    amount = level * times * math.exp(dice.gauss(0, 0.7))
    most = MOST
    if dice.random() < BIG_PURCHASE:
        amount, most = amount * math.exp(dice.uniform(1.2, 3.4)), MOST_AT_ONCE
    amount = min(max(amount, LEAST), most)
    return f"{amount:.0f}.00" if dice.random() < 0.6 else f"{amount:.2f}"  # noqa: PLR2004 - most prices are whole


def whereabouts(dice: Random, payer: Person) -> dict[str, Any]:
    """Return the payer's own phone, its network, and where it is, as far as it tells."""
    device = {"device_id": payer.device_id, "device_type": "phone"}
    location = somewhere_in(payer.home, dice) if payer.tells_place else None
    return {"device": device, "location": location, "ip_address": payer.ip_address}


def _whom(dice: Random, friend: Person) -> tuple[Payee, str]:
    chance = dice.random()
    if chance < TO_SHOPS + TO_LISTED:
        known = SHOPS if chance < TO_SHOPS else LISTED
        handle = dice.choice(sorted(known))
        return handle, dice.choice(known[handle])
    return friend, dice.choice(FRIENDLY)
