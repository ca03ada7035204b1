"""Who there is: customers with habits, and the shops that they pay."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.fraud.generate.rows import Array, chance

DAY: Final = 86400.0
# Wednesday, 1 January 2025, midnight in India.
START: Final = 1_735_669_800.0
# All customers keep Indian time.
OFFSET: Final = 19_800.0

# Country, latitude, longitude; the first ones are where customers live.
CITIES: Final = (
    ("IN", 19.08, 72.88), ("IN", 28.61, 77.21), ("IN", 12.97, 77.59), ("IN", 13.08, 80.27), ("IN", 22.57, 88.36),
    ("IN", 17.39, 78.49), ("IN", 18.52, 73.86), ("IN", 23.02, 72.57), ("IN", 26.91, 75.79), ("IN", 9.93, 76.27),
    ("AE", 25.20, 55.27), ("GB", 51.51, -0.13), ("US", 40.71, -74.01), ("SG", 1.35, 103.82), ("TH", 13.76, 100.50),
    ("NP", 27.72, 85.32), ("NG", 6.52, 3.38), ("RU", 55.76, 37.62), ("RO", 44.43, 26.10), ("KH", 11.56, 104.92),
)  # fmt: skip
HOME_CITIES: Final = 10

# A merchant category and what a payment there costs beside the customer's own level.
CATEGORIES: Final = (
    ("", 1.0),
    ("5411", 0.5),
    ("5812", 0.4),
    ("4121", 0.2),
    ("5732", 4.0),
    ("4900", 1.2),
    ("5651", 1.5),
)

SHOPS_A_CUSTOMER: Final = 12
FRIENDS: Final = 6
DEVICES_A_CUSTOMER: Final = 4


@dataclass(frozen=True, slots=True)
class People:
    """Customers by number, each with what makes their payments theirs.

    Attributes:
        joined: when the account was opened; some join while payments run.
        level: what an ordinary payment costs them, in paise.
        pace: payments a day, relative to others.
        income: paise a month; payday: when the first one comes.
        hour, spread: middle and spread of the hours at which they pay.
        city: where they live; tells_place, tells_device: whether their phone says so.
        new_phone: when they change it.
        shops, friends: whom they pay again and again.
        is_business: pays many, all day.
    """

    joined: Array
    level: Array
    pace: Array
    income: Array
    payday: Array
    hour: Array
    spread: Array
    city: Array
    tells_place: Array
    tells_device: Array
    new_phone: Array
    shops: Array
    friends: Array
    is_business: Array
    shop_category: Array

    @property
    def size(self) -> int:
        """Return how many customers there are."""
        return len(self.joined)


def settle(dice: np.random.Generator, users: int, days: int) -> People:
    """Make customers and shops up."""
    shops = max(60, users // 4)
    is_business = chance(dice, 0.03, users)
    is_owl = chance(dice, 0.07, users)
    is_poor = chance(dice, 0.15, users)
    level = np.exp(dice.normal(np.log(600_00), 0.8, users)) * np.where(is_business, 5, 1)
    popular = dice.zipf(1.5, (users, SHOPS_A_CUSTOMER)) % shops
    is_newcomer = chance(dice, 0.25, users)
    before = -dice.exponential(500, users) - 5
    return People(
        joined=START + DAY * np.where(is_newcomer, dice.uniform(0, days, users), before),
        level=level,
        pace=np.exp(dice.normal(0, 0.8, users)) * np.where(is_business, 12, 1),
        income=level * np.exp(dice.normal(np.where(is_poor, 2.6, 4.2), 0.4)) * np.where(is_business, 8, 1),
        payday=START + DAY * dice.integers(0, 30, users),
        hour=np.where(is_owl, dice.normal(0.5, 1.5, users), dice.normal(15, 2.2, users)),
        spread=dice.uniform(1.5, 4.5, users),
        city=dice.integers(0, HOME_CITIES, users),
        tells_place=chance(dice, 0.6, users),
        tells_device=chance(dice, 0.8, users),
        new_phone=START + DAY * dice.uniform(0, 2.2 * days, users),
        shops=users + popular,
        friends=dice.integers(0, users, (users, FRIENDS)),
        is_business=is_business,
        shop_category=dice.integers(1, len(CATEGORIES), shops),
    )


def device_of(people: People, payer: Array, at: Array, second: Array) -> Array:
    """Return the device that a customer would use: the phone, after a while the new one, now and then a second one."""
    own = DEVICES_A_CUSTOMER * payer + 1 + np.where(second, 2, (at > people.new_phone[payer]).astype(int))
    return np.where(people.tells_device[payer], own, 0)
