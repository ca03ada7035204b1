"""What honest customers do, the odd things included that look like fraud and are none."""

from typing import Final

import numpy as np

from ml.fraud.generate.calendar import DAY, SATURDAY, START, Calendar, weekday
from ml.fraud.generate.people import (
    CATEGORIES,
    CITIES,
    FRIENDS,
    HOME_CITIES,
    SHOPS_A_CUSTOMER,
    People,
    address_of,
    device_of,
)
from ml.fraud.generate.rows import Array, Rows, chance, only, rows, steps

# Odd but honest: parts of all ordinary payments.
BIG_PURCHASE: Final = 0.03
NEW_PAYEE: Final = 0.13
FRIEND: Final = 0.25
PRICED_UNDER_LIMIT: Final = 0.004
EMPTIES_ACCOUNT: Final = 0.004
WRONG_PLACE: Final = 0.006
FORGETS_PIN: Final = 0.03
OTHER_DEVICE: Final = 0.05
# In a stretch of forty days.
STRETCH: Final = 40
TRAVELS: Final = 0.3
TRAVELS_ABROAD: Final = 0.1

# Whose ordinary payment costs more buys what is priced just under a limit.
WELL_OFF_MINOR: Final = 500_00
PRICES_UNDER_LIMITS: Final = np.array([49_999_00, 49_500_00, 49_900_00, 48_000_00, 199_000_00, 190_000_00])
# A month's pay, in paise.
SALARY: Final = (15_000_00, 95_000_00)

# Favourites are paid so much more often than the next ones.
SHOP_PART: Final = np.cumsum(1 / np.arange(1, SHOPS_A_CUSTOMER + 1) ** 1.2)
FRIEND_PART: Final = np.cumsum(1 / np.arange(1, FRIENDS + 1))


def everyday(dice: np.random.Generator, people: People, calendar: Calendar, *, number: int) -> Rows:
    """Return ordinary payments at each customer's own hours, from the day on which they joined."""
    joined_day = np.clip(np.ceil((people.joined - START) / DAY), 0, calendar.days).astype(int)
    begins = calendar.passed[joined_day]
    pace = np.cumsum(people.pace * (1 - begins))
    payer = np.searchsorted(pace, pace[-1] * np.sort(dice.random(number)), side="right").astype(np.int32)
    point = begins[payer] + (1 - begins[payer]) * dice.random(number)
    day = np.minimum(np.searchsorted(calendar.passed, point, side="right") - 1, calendar.days - 1)
    waits = (SATURDAY - weekday(START + day * DAY)).clip(0) * chance(dice, people.weekender[payer], number)
    day = np.where(day + waits < calendar.days, day + waits, day)
    hour = (people.hour[payer] + people.spread[payer] * dice.standard_normal(number)) % 24
    at = START + DAY * day + 3600 * hour
    made = _paid(dice, people, payer, at)
    made["is_spare"][:] = True
    return only(made, at > people.joined[payer])


def monthly(dice: np.random.Generator, people: People, calendar: Calendar) -> Rows:
    """Return rents, bills and savings: the same payee each month, large beside everything else."""
    months = len(calendar.borders) - 1
    payer = np.repeat(np.arange(people.size), months)
    first = np.tile(calendar.borders[:-1], people.size)
    at = first + DAY * (people.payday[payer] + dice.uniform(0.3, 2, len(payer)))
    made = _paid(dice, people, payer, at)
    saves = payer % 5 == 0
    made["payee"] = np.where(saves, payer, people.landlord[payer]).astype(np.int32)
    made["is_own"] = saves
    made["share"] = np.where(saves, dice.uniform(0.1, 0.8, len(payer)), 0.0).astype(np.float32)
    made["amount"] = np.round(people.income[payer] * 0.2 / 500_00 + 1) * 500_00
    made["category"][:] = 0
    return only(made, (at > people.joined[payer]) & (at < calendar.end))


def bursts(dice: np.random.Generator, people: People, calendar: Calendar, *, number: int) -> Rows:
    """Return shared bills, shopping tours and bill days: many payments within minutes or an hour."""
    whose = dice.integers(0, people.size, number)
    length = dice.integers(3, 13, number)
    day = np.searchsorted(calendar.passed, dice.random(number), side="right") - 1
    hour = (people.hour[whose] + people.spread[whose] * dice.standard_normal(number)) % 24
    start, pause = START + DAY * day + 3600 * hour, dice.choice([6.0, 40.0, 240.0, 900.0], number)
    payer = np.repeat(whose, length)
    waits = dice.exponential(1.0, len(payer)) * np.repeat(pause, length)
    at = np.repeat(start, length) + steps(waits, length)
    made = _paid(dice, people, payer, at)
    # Who splits a bill pays friends the same amount each.
    splits = np.repeat(chance(dice, 0.4, number), length)
    friend = people.friends[payer, dice.integers(0, FRIENDS, len(payer))]
    first = np.repeat(np.cumsum(length) - length, length)
    made["payee"] = np.where(splits, friend, made["payee"]).astype(np.int32)
    made["amount"] = np.where(splits, made["amount"][first], made["amount"])
    made["category"] = np.where(splits, 0, made["category"]).astype(np.int8)
    return only(made, (at > people.joined[payer]) & (at < calendar.end))


def salaries(dice: np.random.Generator, people: People, calendar: Calendar) -> Rows:
    """Return what businesses pay out each month, to the same people, one after the other as fast as a list is read."""
    months = len(calendar.borders) - 1
    whose = np.repeat(np.flatnonzero(people.is_business), months)
    length = 3 + (whose * 7919) % 24
    first = np.tile(calendar.borders[:-1], len(whose) // months)
    start = first + DAY * people.payday[whose] + 3600 * dice.uniform(8, 19, len(whose))
    # Who has just joined pays the first list soon.
    is_young = (people.joined[whose] > start) & (people.joined[whose] < start + 28 * DAY)
    start = np.where(is_young, people.joined[whose] + dice.exponential(3600, len(whose)) + 30, start)
    payer, nth = np.repeat(whose, length), steps(np.ones(int(length.sum())), length).astype(int)
    pause = np.repeat(dice.choice([0.4, 3.0, 60.0], len(whose)), length)
    at = np.repeat(start, length) + steps(dice.exponential(1.0, len(payer)) * pause, length)
    made = _paid(dice, people, payer, at)
    worker = (payer * 31 + nth * 104_729) % people.size
    made["payee"], made["category"] = worker.astype(np.int32), np.zeros(len(payer), np.int8)
    pay = SALARY[0] + (worker * 2_654_435_761 % 1000) / 1000 * (SALARY[1] - SALARY[0])
    made["amount"], made["share"] = np.floor(pay / 500_00) * 500_00, np.zeros(len(payer), np.float32)
    return only(made, (at > people.joined[payer]) & (at < calendar.end) & (worker != payer))


# Of newcomers: those who begin as they will go on, those who try everything out at once, and those who send little
# sums to the same one or two people to see what happens.
BEGINNERS: Final = (0.45, 0.35, 0.2)
AT_ONCE, TRIES_OUT = 1, 2


def first_steps(dice: np.random.Generator, people: People, calendar: Calendar) -> Rows:
    """Return what newcomers do: try the bank at any hour, pay whom they never paid, move money in and out."""
    whose = np.flatnonzero(people.joined > START)
    number = len(whose)
    manner = dice.choice(3, number, p=BEGINNERS)
    most = np.where(manner == TRIES_OUT, 40, 8)
    length = np.minimum(dice.geometric(np.where(manner == TRIES_OUT, 0.06, 0.22)), most)
    pause = np.choose(
        manner,
        [
            dice.choice([3600.0, 14400.0], number),
            np.exp(dice.uniform(np.log(0.05), np.log(300.0), number)),
            np.exp(dice.uniform(np.log(2.0), np.log(120.0), number)),
        ],
    )
    payer, tries_out = np.repeat(whose, length), np.repeat(manner == TRIES_OUT, length)
    size = len(payer)
    waits = dice.exponential(1.0, size) * np.repeat(pause, length)
    at = people.joined[payer] + np.repeat(np.exp(dice.normal(5, 1, number)), length) + steps(waits, length)
    made = _paid(dice, people, payer, at)
    few = np.repeat(dice.choice([1, 1, 2, 3, 4], number), length)
    tried = people.friends[payer, dice.integers(0, 4, size) % few]
    anybody = np.where(chance(dice, 0.6, size), dice.integers(0, people.size, size), made["payee"])
    made["payee"] = np.where(tries_out, tried, anybody).astype(np.int32)
    # Whoever tries a bank puts little into it, and soon takes some of that out again.
    takes_out = ~tries_out & chance(dice, 0.12, size)
    made["share"] = np.where(takes_out, dice.uniform(0.02, 0.8, size), 0.0).astype(np.float32)
    little = np.repeat(people.level[whose] * np.exp(dice.uniform(-3, 0.2, number)), length)
    made["amount"] = np.where(tries_out, np.maximum(100, np.round(little / 100) * 100), made["amount"])
    return only(made, at < calendar.end)


def _paid(dice: np.random.Generator, people: People, payer: Array, at: Array) -> Rows:
    """Return payments of these customers at these times, with whom, how much and where from by their habits."""
    size = len(payer)
    payee = _whom(dice, people, payer, at)
    category = np.where(payee >= people.size, people.shop_category[np.maximum(payee - people.size, 0)], 0)
    made = rows(
        size, at=at, payer=payer, payee=payee, category=category, amount=_amounts(dice, people, payer, category)
    )
    made["share"] = np.where(chance(dice, EMPTIES_ACCOUNT, size), dice.uniform(0.6, 1.0, size), 0.0).astype(np.float32)
    made["failures"] = np.where(chance(dice, FORGETS_PIN, size), dice.geometric(0.6, size), 0).astype(np.int8)
    made["device"] = device_of(people, payer, at, chance(dice, OTHER_DEVICE, size)).astype(np.int32)
    made["city"] = _city(dice, people, payer, at).astype(np.int8)
    made["address"] = address_of(dice, people, payer, made["city"]).astype(np.int32)
    return made


def _whom(dice: np.random.Generator, people: People, payer: Array, at: Array) -> Array:
    size = len(payer)
    luck = dice.random(size)
    pick = dice.random(size)
    shop = people.shops[payer, np.searchsorted(SHOP_PART, pick * SHOP_PART[-1])]
    friend = people.friends[payer, np.searchsorted(FRIEND_PART, pick * FRIEND_PART[-1])]
    stranger = dice.integers(0, people.size + len(people.shop_category), size)
    chosen = np.where(luck < NEW_PAYEE, stranger, np.where(luck < NEW_PAYEE + FRIEND, friend, shop))
    # Who is not here yet is not paid yet.
    is_there = (chosen >= people.size) | (people.joined[np.minimum(chosen, people.size - 1)] < at)
    return np.where(is_there, chosen, shop)


def _amounts(dice: np.random.Generator, people: People, payer: Array, category: Array) -> Array:
    size = len(payer)
    costs = np.array([cost for _, cost in CATEGORIES])
    amount = people.level[payer] * costs[category] * np.exp(dice.normal(0, 0.7, size))
    big = np.flatnonzero(chance(dice, BIG_PURCHASE, size))
    amount[big] *= np.exp(dice.uniform(1.2, 3.4, len(big)))
    unit = np.where(chance(dice, 0.35, size), 100_00, 1_00)
    amount = np.maximum(unit, np.round(amount / unit) * unit)
    under = np.flatnonzero(chance(dice, PRICED_UNDER_LIMIT, size) & (people.level[payer] > WELL_OFF_MINOR))
    amount[under] = dice.choice(PRICES_UNDER_LIMITS, len(under))
    return np.asarray(amount)


def _city(dice: np.random.Generator, people: People, payer: Array, at: Array) -> Array:
    """Say where the payments come from: home, on a journey, or where the network is thought to be; -1 for nowhere."""
    size = len(payer)
    # In each stretch of days a customer may have one journey; where to and when follows from both numbers.
    stretch = np.maximum((at - START) // (STRETCH * DAY), 0).astype(np.int64)
    key = payer.astype(np.int64) * 1_000_003 + stretch * 7_919
    when, where, whether = (((key * prime) % 1_000_033) / 1_000_033 for prime in (48_271, 69_621, 16_807))
    begins = START + STRETCH * DAY * stretch + DAY * 33 * when
    travels = (whether < TRAVELS) & (at > begins) & (at < begins + DAY * (2 + 5 * where))
    abroad = whether < TRAVELS_ABROAD
    far = np.where(abroad, HOME_CITIES + (where * (len(CITIES) - HOME_CITIES)), where * HOME_CITIES).astype(int)
    city = np.where(travels, far, people.city[payer])
    city = np.where(chance(dice, WRONG_PLACE, size), dice.integers(0, len(CITIES), size), city)
    return np.where(people.tells_place[payer] & chance(dice, 0.9, size), city, -1)
