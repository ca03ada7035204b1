"""What honest customers do, the odd things included that look like fraud and are none."""

from typing import Final

import numpy as np

from ml.fraud.generate.people import (
    CATEGORIES,
    CITIES,
    DAY,
    FRIENDS,
    HOME_CITIES,
    OFFSET,
    SHOPS_A_CUSTOMER,
    START,
    People,
    device_of,
)
from ml.fraud.generate.rows import Array, Rows, chance, rows

# Odd but honest: parts of all ordinary payments.
BIG_PURCHASE: Final = 0.03
NEW_PAYEE: Final = 0.15
FRIEND: Final = 0.25
PRICED_UNDER_LIMIT: Final = 0.004
EMPTIES_ACCOUNT: Final = 0.004
WRONG_PLACE: Final = 0.006
FORGETS_PIN: Final = 0.03
# In forty days.
TRAVELS: Final = 0.3
TRAVELS_ABROAD: Final = 0.1

# Whose ordinary payment costs more buys what is priced just under a limit.
WELL_OFF_MINOR: Final = 500_00

PRICES_UNDER_LIMITS: Final = np.array([49_999_00, 49_500_00, 49_900_00, 48_000_00, 199_000_00, 190_000_00])


def everyday(dice: np.random.Generator, people: People, *, number: int, days: int) -> Rows:
    """Return ordinary payments at each customer's own hours."""
    payer = dice.choice(people.size, number, p=people.pace / people.pace.sum())
    hour = (people.hour[payer] + people.spread[payer] * dice.standard_normal(number)) % 24
    at = START + DAY * dice.integers(0, days, number) + 3600 * hour
    made = _paid(dice, people, payer, at)
    return {name: column[at > people.joined[payer]] for name, column in made.items()}


def rents(dice: np.random.Generator, people: People, *, days: int) -> Rows:
    """Return rents and savings: the same payee each month, large beside everything else."""
    payer = np.repeat(np.arange(people.size), days // 30)
    month = np.tile(np.arange(days // 30), people.size)
    at = people.payday[payer] + DAY * (30 * month + dice.uniform(0, 2, len(payer)))
    made = _paid(dice, people, payer, at)
    saves = payer % 5 == 0
    made["payee"] = np.where(saves, payer, people.friends[payer, 0])
    made["is_own"] = saves
    made["share"] = np.where(saves, dice.uniform(0.1, 0.8, len(payer)), 0.0)
    made["amount"] = people.income[payer] * 0.2
    made["category"][:] = 0
    kept = (at > people.joined[payer]) & (at < START + days * DAY)
    return {name: column[kept] for name, column in made.items()}


def bursts(dice: np.random.Generator, people: People, *, number: int, days: int) -> Rows:
    """Return shared bills, shopping tours and pay runs: many payments within an hour or two."""
    whose = dice.integers(0, people.size, number)
    business = np.flatnonzero(people.is_business)
    if len(business):
        whose[: number // 8] = dice.choice(business, number // 8)
    length = np.where(people.is_business[whose], dice.integers(10, 40, number), dice.integers(3, 13, number))
    start = START + DAY * dice.uniform(0, days, number)
    payer = np.repeat(whose, length)
    at = np.repeat(start, length) + _steps(dice, length, mean=240.0)
    made = _paid(dice, people, payer, at)
    friend = people.friends[payer, dice.integers(0, FRIENDS, len(payer))]
    made["payee"] = np.where(chance(dice, 0.5, len(payer)), friend, made["payee"])
    kept = at > people.joined[payer]
    return {name: column[kept] for name, column in made.items()}


def first_steps(dice: np.random.Generator, people: People, *, days: int) -> Rows:
    """Return what newcomers do: try the bank at any hour, pay a few people, move money in and out."""
    whose = np.flatnonzero(people.joined > START)
    length = np.minimum(dice.geometric(0.15, len(whose)), 40)
    payer = np.repeat(whose, length)
    pause = np.repeat(dice.choice([60.0, 600.0, 7200.0], len(whose)), length)
    at = people.joined[payer] + 120 + _steps(dice, length, mean=1.0) * pause
    made = _paid(dice, people, payer, at)
    size = len(payer)
    anybody = dice.integers(0, people.size, size)
    made["payee"] = np.where(chance(dice, 0.6, size), anybody, made["payee"])
    # Whoever tries a bank puts little into it, and soon takes much of that out again.
    made["share"] = np.where(chance(dice, 0.25, size), dice.uniform(0.02, 0.95, size), 0.0)
    kept = at < START + days * DAY
    return {name: column[kept] for name, column in made.items()}


def _paid(dice: np.random.Generator, people: People, payer: Array, at: Array) -> Rows:
    """Return payments of these customers at these times, with whom, how much and where from by their habits."""
    size = len(payer)
    luck = dice.random(size)
    shop = people.shops[payer, np.minimum(dice.zipf(1.4, size) - 1, SHOPS_A_CUSTOMER - 1)]
    friend = people.friends[payer, np.minimum(dice.zipf(1.6, size) - 1, FRIENDS - 1)]
    stranger = dice.integers(0, people.size + len(people.shop_category), size)
    payee = np.where(luck < NEW_PAYEE, stranger, np.where(luck < NEW_PAYEE + FRIEND, friend, shop))
    category = np.where(payee >= people.size, people.shop_category[np.maximum(payee - people.size, 0)], 0)
    made = rows(
        size, at=at, payer=payer, payee=payee, category=category, amount=_amounts(dice, people, payer, category)
    )
    made["share"] = np.where(chance(dice, EMPTIES_ACCOUNT, size), dice.uniform(0.6, 1.0, size), 0.0)
    made["failures"] = np.where(chance(dice, FORGETS_PIN, size), dice.geometric(0.6, size), 0)
    made["device"] = device_of(people, payer, at, chance(dice, 0.05, size))
    _locate(dice, people, made)
    return made


def _amounts(dice: np.random.Generator, people: People, payer: Array, category: Array) -> Array:
    size = len(payer)
    costs = np.array([cost for _, cost in CATEGORIES])
    amount = people.level[payer] * costs[category] * np.exp(dice.normal(0, 0.7, size))
    amount *= np.where(chance(dice, BIG_PURCHASE, size), np.exp(dice.uniform(1.2, 3.4, size)), 1.0)
    under = chance(dice, PRICED_UNDER_LIMIT, size) & (people.level[payer] > WELL_OFF_MINOR)
    amount = np.where(under, dice.choice(PRICES_UNDER_LIMITS, size), amount)
    unit = np.where(chance(dice, 0.35, size), 100_00, 1_00)
    return np.where(under, amount, np.maximum(unit, np.round(amount / unit) * unit))


def _locate(dice: np.random.Generator, people: People, made: Rows) -> None:
    """Say where the payments come from: home, on a journey, or where the network is thought to be."""
    payer, at, size = made["payer"], made["at"], len(made["at"])
    # Each customer has a journey of a few days in every forty; where to and when follows from both numbers.
    stretch = ((at - START) // (40 * DAY)).astype(int)
    luck = np.random.default_rng(int(dice.integers(2**31))).random((people.size, int(stretch.max(initial=0)) + 1, 3))
    when, where, whether = (luck[payer, np.maximum(stretch, 0), index] for index in range(3))
    begins = START + 40 * DAY * stretch + DAY * 33 * when
    travels = (whether < TRAVELS) & (at > begins) & (at < begins + DAY * (2 + 5 * where))
    abroad = whether < TRAVELS_ABROAD
    far = np.where(abroad, HOME_CITIES + (where * (len(CITIES) - HOME_CITIES)), where * HOME_CITIES).astype(int)
    city = np.where(travels, far, people.city[payer])
    city = np.where(chance(dice, WRONG_PLACE, size), dice.integers(0, len(CITIES), size), city)
    tells = people.tells_place[payer] & chance(dice, 0.9, size)
    place_in(dice, made, np.where(tells, city, -1))


def place_in(dice: np.random.Generator, made: Rows, city: Array) -> None:
    """Put payments somewhere in these cities; -1 is nowhere known."""
    middle = np.array([[latitude, longitude] for _, latitude, longitude in CITIES])
    around = middle[np.maximum(city, 0)] + dice.normal(0, 0.08, (len(city), 2))
    made["city"] = city
    made["latitude"], made["longitude"] = np.where(city[:, None] < 0, np.nan, around).T


def _steps(dice: np.random.Generator, length: Array, *, mean: float) -> Array:
    """Return waiting times that add up within each of several runs of these lengths."""
    waits = dice.exponential(mean, int(length.sum()))
    total = np.cumsum(waits)
    before = np.concatenate([[0.0], total])[np.cumsum(length) - length]
    return np.asarray(total - np.repeat(before, length))


def local_hour(at: Array) -> Array:
    """Return the hour at the customers' own clock."""
    return np.asarray((at + OFFSET) % DAY / 3600)
