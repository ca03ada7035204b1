"""Who there is: customers with habits, friends and a file at the bank, and the shops that they pay."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.fraud.generate.calendar import DAY, START, Calendar
from ml.fraud.generate.rows import Array, chance

# Country, latitude, longitude; the first ones are where customers live.
CITIES: Final = (
    ("IN", 19.08, 72.88), ("IN", 28.61, 77.21), ("IN", 12.97, 77.59), ("IN", 13.08, 80.27), ("IN", 22.57, 88.36),
    ("IN", 17.39, 78.49), ("IN", 18.52, 73.86), ("IN", 23.02, 72.57), ("IN", 26.91, 75.79), ("IN", 9.93, 76.27),
    ("AE", 25.20, 55.27), ("GB", 51.51, -0.13), ("US", 40.71, -74.01), ("SG", 1.35, 103.82), ("TH", 13.76, 100.50),
    ("NP", 27.72, 85.32), ("NG", 6.52, 3.38), ("RU", 55.76, 37.62), ("RO", 44.43, 26.10), ("KH", 11.56, 104.92),
)  # fmt: skip
HOME_CITIES: Final = 10
COUNTRIES: Final = tuple(dict.fromkeys(country for country, _, _ in CITIES))
COUNTRY_OF: Final = np.array([COUNTRIES.index(country) for country, _, _ in CITIES])

# A merchant category and what a payment there costs beside the customer's own level.
CATEGORIES: Final = (
    ("", 1.0), ("5411", 0.5), ("5812", 0.4), ("4121", 0.2), ("5732", 4.0), ("4900", 1.2), ("5651", 1.5),
)  # fmt: skip

OCCUPATIONS: Final = ("salaried", "self-employed", "student", "homemaker", "retired", "business")
KYC_LEVELS: Final = ("minimum", "full", "video")

SHOPS_A_CUSTOMER: Final = 12
FRIENDS: Final = 8
# A phone, the next phone, something else.
DEVICES_A_CUSTOMER: Final = 4
# Networks of phones on the way, shared by a city.
MOBILE_NETWORKS: Final = 64

BUSINESS: Final = 0.03
POOR: Final = 0.15
NIGHT_OWL: Final = 0.07
# Accounts opened to take stolen money, and honest people who rent theirs out.
MULE: Final = 0.08
RENTS_OUT: Final = 0.06
# Nobody pays more than this often as much as most do: a step of the books is a payment of everybody.
MOST_PACE: Final = 25.0
# Friends from elsewhere; the others live around the corner (Watts and Strogatz, 1998).
DISTANT_FRIEND: Final = 0.15


@dataclass(frozen=True, slots=True)
class People:
    """Customers by number, each with what makes their payments theirs.

    Attributes:
        joined: when the account was opened; some join while payments run.
        level: what an ordinary payment costs them, in paise.
        pace: payments a day, relative to others.
        income: paise a month; payday: the day of the month on which it comes, from 0.
        hour, spread: middle and spread of the hours at which they pay.
        weekender: part of working days' payments that they put off to the weekend.
        city: where they live; home: network address, shared by a household.
        tells_place, tells_device: whether their phone says so.
        new_phone: when they change it.
        shops, friends: whom they pay again and again, by number; shops come after customers.
        landlord: whom they pay each month.
        is_business: pays many, all day.
        is_mule, rents_out: takes stolen money for a living, or lets somebody do so from ``rented_from`` on.
        born, occupation, kyc_level: from their file.
        shop_category: by shop.
    """

    joined: Array
    level: Array
    pace: Array
    income: Array
    payday: Array
    hour: Array
    spread: Array
    weekender: Array
    city: Array
    home: Array
    tells_place: Array
    tells_device: Array
    new_phone: Array
    shops: Array
    friends: Array
    landlord: Array
    is_business: Array
    is_mule: Array
    rents_out: Array
    rented_from: Array
    born: Array
    occupation: Array
    kyc_level: Array
    shop_category: Array

    @property
    def size(self) -> int:
        """Return how many customers there are."""
        return len(self.joined)


def settle(dice: np.random.Generator, users: int, calendar: Calendar, *, newcomers: float) -> People:
    """Make customers and shops up; a share of the customers joins while payments run, more the later it is."""
    shops = max(60, users // 4)
    is_business = chance(dice, BUSINESS, users)
    occupation = np.where(
        is_business, OCCUPATIONS.index("business"), dice.choice(5, users, p=(0.5, 0.2, 0.13, 0.1, 0.07))
    )
    level = np.exp(dice.normal(np.log(600_00), 0.8, users)) * np.where(is_business, 5, 1)
    level *= np.where(occupation == OCCUPATIONS.index("student"), 0.6, 1.0)
    city = dice.integers(0, HOME_CITIES, users)
    months = np.exp(dice.normal(np.where(chance(dice, POOR, users), 2.6, 4.2), 0.4)) * np.where(is_business, 8, 1)
    pace = np.exp(dice.normal(0, 0.8, users)) * np.where(is_business, 12, 1)
    is_owl = chance(dice, NIGHT_OWL, users)
    is_mule = ~is_business & chance(dice, MULE, users)
    pace *= np.where(is_mule, 0.3, 1.0)
    friends = _friends(dice, city)
    joined = _joined(dice, calendar, is_mule | chance(dice, newcomers, users), is_mule)
    return People(
        joined=joined,
        level=level,
        pace=np.minimum(pace, MOST_PACE),
        income=level * months,
        payday=dice.choice([0, 0, 0, 4, 6, 24, 27], users),
        hour=np.where(is_owl, dice.normal(0.5, 1.5, users), dice.normal(15, 2.2, users)),
        spread=dice.uniform(1.5, 4.5, users),
        weekender=dice.choice([0.0, 0.3, 0.6], users, p=(0.5, 0.3, 0.2)),
        city=city,
        home=np.arange(users) // 2 * 2 + 1,
        tells_place=chance(dice, 0.6, users),
        tells_device=chance(dice, 0.8, users),
        new_phone=START + DAY * dice.uniform(0, 2.2 * calendar.days, users),
        shops=users + np.floor(shops * dice.random((users, SHOPS_A_CUSTOMER)) ** 3).astype(np.int32),
        friends=friends,
        landlord=friends[:, -1],
        is_business=is_business,
        is_mule=is_mule,
        rents_out=~is_mule & ~is_business & chance(dice, RENTS_OUT, users),
        rented_from=np.maximum(joined, START + DAY * dice.uniform(-10, calendar.days, users)),
        born=2025 - np.clip(dice.normal(38, 13, users), 18, 90).astype(np.int16),
        occupation=occupation,
        kyc_level=dice.choice(len(KYC_LEVELS), users, p=(0.2, 0.65, 0.15)),
        shop_category=dice.integers(1, len(CATEGORIES), shops),
    )


def _joined(dice: np.random.Generator, calendar: Calendar, is_newcomer: Array, is_mule: Array) -> Array:
    users = len(is_newcomer)
    before = START - DAY * (dice.exponential(500, users) + 5)
    lately = START + DAY * calendar.days * dice.random(users) ** 0.8
    # Thieves have prepared before the first month.
    return np.where(is_newcomer, lately - np.where(is_mule, 20 * DAY, 0.0), before)


def _friends(dice: np.random.Generator, city: Array) -> Array:
    """Return a small world: neighbours within the city, and a few from far away."""
    size = len(city)
    round_table = np.argsort(city, kind="stable")
    seat = np.empty(size, np.int64)
    seat[round_table] = np.arange(size)
    away = dice.geometric(0.15, (size, FRIENDS)) * dice.choice([-1, 1], (size, FRIENDS))
    near = round_table[(seat[:, None] + away) % size]
    return np.where(chance(dice, DISTANT_FRIEND, (size, FRIENDS)), dice.integers(0, size, (size, FRIENDS)), near)


def device_of(people: People, payer: Array, at: Array, second: Array) -> Array:
    """Return the device that a customer would use: the phone, after a while the new one, now and then a second one."""
    own = DEVICES_A_CUSTOMER * payer + 1 + np.where(second, 2, (at > people.new_phone[payer]).astype(int))
    return np.where(people.tells_device[payer], own, 0)


def address_of(dice: np.random.Generator, people: People, payer: Array, city: Array) -> Array:
    """Return a network address: at home, or one of the phone networks of where the customer is."""
    moving = (
        2 * people.size + MOBILE_NETWORKS * (city.astype(np.int64) + 1) + dice.integers(0, MOBILE_NETWORKS, len(payer))
    )
    at_home = chance(dice, 0.55, len(payer)) & ((city < 0) | (city == people.city[payer]))
    return np.where(at_home, people.home[payer], moving)
