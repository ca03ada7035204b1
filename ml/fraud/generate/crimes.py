"""What thieves do, kind by kind: how often, how fast, how much, and from where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.fraud.generate import thieves
from ml.fraud.generate.calendar import DAY, START, Calendar
from ml.fraud.generate.people import People, address_of, device_of
from ml.fraud.generate.rows import Array, Rows, chance, only, rows, steps
from ml.fraud.generate.thieves import MULES, Strikes
from ml.fraud.kinds import KINDS

# Structuring happens at the tax number, seldom at the next limit.
LIMITS: Final = (50_000_00, 200_000_00)
# Chains take what looks like a round sum, paise.
CHAIN_FROM: Final = 5_000_00
# Storms of payments that a program sends, seconds apart at most.
BY_PROGRAM: Final = 0.5
# The most that one new payee may get.
MOST_TO_NEW_PAYEE: Final = 95_000_00


@dataclass(frozen=True, slots=True)
class Crime:
    """How one kind is done.

    Attributes:
        share: of all fraudulent payments.
        payments: of one strike, on average.
        victims: of one campaign.
        wealth: how many customers they look at to take the richest.
        act: makes the payments.
    """

    share: float
    payments: float
    victims: int
    wealth: int
    act: Callable[[np.random.Generator, People, Strikes], Rows]


def all_of(dice: np.random.Generator, people: People, calendar: Calendar, *, frauds: int) -> list[Rows]:
    """Return about so many fraudulent payments; every kind has its share of them at any time."""
    found = []
    for code, (name, crime) in enumerate(CRIMES.items()):
        number = max(8, round(frauds * crime.share / crime.payments))
        strikes = thieves.plan(
            dice, people, calendar, strikes=number, victims=crime.victims, wealth=crime.wealth, code=code
        )
        made = crime.act(dice, people, strikes)
        made["kind"][:] = KINDS.index(name)
        found.append(only(made, (made["at"] >= START) & (made["at"] < calendar.end)))
    return found


def _high_velocity(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Pay again and again, by a program or by hand, each as little as the skill bids."""
    length = dice.integers(8, 37, by.size)
    who = np.repeat(np.arange(by.size), length)
    slowest = np.where(chance(dice, BY_PROGRAM, by.size), 3.0, 60 + 240 * by.skill)
    pause = np.exp(dice.uniform(np.log(0.05), np.log(slowest)))
    at = by.first[who] + steps(dice.exponential(1.0, len(who)) * pause[who], length)
    amount = people.level[by.victim[who]] * np.exp(dice.normal(1.1 - by.skill[who], 0.65))
    return _stolen(dice, people, by, who, rows(len(who), at=at, amount=_whole(amount)), own_device=0.75)


def _amount_spike(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Talk the victim into one or two large payments, from the victim's own phone."""
    length = dice.integers(1, 3, by.size)
    who = np.repeat(np.arange(by.size), length)
    at = by.first[who] + steps(dice.exponential(900.0, len(who)), length)
    amount = people.level[by.victim[who]] * np.exp(dice.normal(4.1 - 1.7 * by.skill[who], 0.6))
    amount = np.minimum(np.ceil(amount / 1000_00) * 1000_00, MOST_TO_NEW_PAYEE * np.where(by.skill[who] < 0.9, 1, 4))  # noqa: PLR2004
    return _stolen(dice, people, by, who, rows(len(who), at=at, amount=amount), own_device=0.97)


def _account_takeover(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Sign in elsewhere and take most of what there is, in a few payments."""
    length = dice.integers(1, 5, by.size)
    who = np.repeat(np.arange(by.size), length)
    at = by.first[who] + steps(dice.exponential(400.0, len(who)), length)
    made = rows(len(who), at=at, share=dice.uniform(0.15 + 0.4 * (1 - by.skill[who]), 0.95))
    fails = chance(dice, 0.4 * (1 - by.skill[who]), len(who))
    made["failures"] = np.where(fails, dice.integers(1, 6, len(who)), 0).astype(np.int8)
    return _stolen(dice, people, by, who, made, own_device=0.25 * by.skill)


def _structuring(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Stay just under a limit, again and again within the hour or over a few days."""
    length = dice.integers(3, 9, by.size)
    who = np.repeat(np.arange(by.size), length)
    pause = np.exp(dice.uniform(np.log(1.0), np.log(3600 * (2 + 10 * by.skill))))
    at = by.first[who] + steps(dice.exponential(1.0, len(who)) * pause[who], length)
    limit = dice.choice(LIMITS, by.size, p=(0.85, 0.15))[who]
    amount = np.floor(limit * dice.uniform(0.88, 0.9999, len(who)) / 1_00) * 1_00
    return _stolen(dice, people, by, who, rows(len(who), at=at, amount=amount), own_device=0.9)


def _blacklisted_party(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Ordinary amounts to accounts of which others have already complained, or will."""
    length = dice.integers(1, 4, by.size)
    who = np.repeat(np.arange(by.size), length)
    at = by.first[who] + steps(dice.exponential(DAY, len(who)), length)
    amount = people.level[by.victim[who]] * np.exp(dice.normal(0.8, 0.7, len(who)))
    made = _stolen(dice, people, by, who, rows(len(who), at=at, amount=_whole(amount)), own_device=0.95)
    # They collect on one account until it is closed.
    made["payee"] = by.mules[who, 0].astype(np.int32)
    return made


def _mule_chain(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Send what came in on to the next account within minutes or hours, three times."""
    who = np.arange(by.size)
    waits = dice.exponential(1.0, (MULES + 1, by.size)) * np.exp(dice.uniform(0, np.log(900 + 3600 * by.skill)))
    at = by.first + np.cumsum(waits, axis=0)
    taken = people.income[by.victim] * dice.uniform(0.1, 1.2 - 0.6 * by.skill)
    taken = np.round(np.clip(taken, CHAIN_FROM, MOST_TO_NEW_PAYEE) / 1000_00) * 1000_00
    made = _stolen(dice, people, by, who, rows(by.size, at=at[0], amount=taken), own_device=0.4)
    made["payee"] = by.mules[:, 0].astype(np.int32)
    parts = [made]
    onwards = np.append(by.mules, dice.integers(0, people.size, (by.size, 1)), axis=1)
    for place in range(MULES):
        taken = np.floor(taken * dice.uniform(0.8, 0.99, by.size) / 1_00) * 1_00
        payer = by.mules[:, place]
        sent = rows(by.size, at=at[place + 1], payer=payer, payee=onwards[:, place + 1], amount=taken)
        sent["device"] = device_of(people, payer, sent["at"], np.zeros(by.size, bool)).astype(np.int32)
        sent["city"] = np.where(people.tells_place[payer], people.city[payer], -1).astype(np.int8)
        sent["address"] = address_of(dice, people, payer, sent["city"]).astype(np.int32)
        parts.append(sent)
    return {name: np.concatenate([part[name] for part in parts]) for name in made}


def _card_testing(dice: np.random.Generator, people: People, by: Strikes) -> Rows:
    """Try with a few rupees whether the door is open, then carry out the furniture."""
    length = dice.integers(3, 9, by.size)
    who = np.repeat(np.arange(by.size), length)
    pause = np.exp(dice.uniform(np.log(1.0), np.log(60 + 1800 * by.skill)))
    at = by.first[who] + steps(dice.exponential(1.0, len(who)) * pause[who], length)
    is_last = np.zeros(len(who), bool)
    is_last[np.cumsum(length) - 1] = True
    made = rows(len(who), at=at, amount=100 * dice.integers(1, 100, len(who)))
    made["share"] = np.where(is_last, dice.uniform(0.4, 0.98, len(who)), 0.0).astype(np.float32)
    stolen = _stolen(dice, people, by, who, made, own_device=0.2)
    # Some try at shops, which everybody pays.
    shop = people.size + dice.integers(0, len(people.shop_category), len(who))
    at_shop = chance(dice, 0.4, by.size)[who] & ~is_last
    stolen["payee"] = np.where(at_shop, shop, stolen["payee"]).astype(np.int32)
    return stolen


CRIMES: Final = {
    "high_velocity": Crime(0.28, 22.0, 5, 1, _high_velocity),
    "amount_spike": Crime(0.12, 1.5, 14, 1, _amount_spike),
    "account_takeover": Crime(0.16, 2.5, 12, 1, _account_takeover),
    "structuring": Crime(0.12, 5.5, 8, 12, _structuring),
    "blacklisted_party": Crime(0.10, 2.0, 20, 1, _blacklisted_party),
    "mule_chain": Crime(0.12, 4.0, 8, 2, _mule_chain),
    "card_testing": Crime(0.10, 5.5, 8, 1, _card_testing),
}


def _stolen(
    dice: np.random.Generator, people: People, by: Strikes, who: Array, made: Rows, *, own_device: float | Array
) -> Rows:
    """Say whose money goes to which mule, and from where: the victim's own phone, or the thieves'."""
    victim = by.victim[who]
    turn = (np.arange(len(who)) + dice.integers(0, MULES, by.size)[who]) % np.minimum(
        dice.choice([1, 2, 3, 3], by.size), MULES
    )[who]
    is_own = chance(dice, own_device, by.size)
    near = (is_own | chance(dice, by.skill, by.size))[who]
    tells = people.tells_place[victim] & chance(dice, 0.9, len(who))
    made["payer"], made["payee"] = victim.astype(np.int32), by.mules[who, turn].astype(np.int32)
    own = device_of(people, victim, made["at"], np.zeros(len(who), bool))
    made["device"] = np.where(is_own[who], own, by.device[who]).astype(np.int32)
    made["city"] = np.where(tells, np.where(near, people.city[victim], by.city[who]), -1).astype(np.int8)
    at_home = address_of(dice, people, victim, made["city"])
    made["address"] = np.where(is_own[who], at_home, by.address[who]).astype(np.int32)
    return made


def _whole(amount: Array) -> Array:
    """Return what people would type: whole rupees, now and then hundreds."""
    return np.asarray(np.maximum(1_00, np.round(amount / 1_00) * 1_00))
