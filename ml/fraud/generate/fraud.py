"""What thieves do: campaigns, each with its own skill, its own mules and a few victims."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.fraud.generate.honest import place_in
from ml.fraud.generate.people import CITIES, DAY, DEVICES_A_CUSTOMER, HOME_CITIES, OFFSET, START, People, device_of
from ml.fraud.generate.rows import Array, Rows, chance, rows

# By number in the column ``kind``; 0 is honest.
KINDS: Final = ("honest", "velocity", "spike", "takeover", "structuring", "blacklisted", "mule_chain", "probing")
# Parts of all fraudulent payments.
SHARES: Final = (0.0, 0.20, 0.17, 0.20, 0.12, 0.10, 0.12, 0.09)

# Victims who opened their account within the week.
NEW_TO_THE_BANK: Final = 0.15

# A month's income, paise.
RICH_MINOR: Final = 80_000_00

# Steps of this part of the whole spread evenly over it, however many there are.
GOLDEN: Final = 0.618033988749895


@dataclass(frozen=True, slots=True)
class Campaign:
    """Thieves at work.

    Attributes:
        skill: 0 for crude to 1 for thieves who know how the victim usually pays.
        mules: accounts that take the money.
        device, city: the thieves' own.
    """

    kind: int
    start: float
    end: float
    skill: float
    mules: Array
    device: int
    city: int


def campaigns(dice: np.random.Generator, people: People, *, frauds: int, days: int) -> list[Rows]:
    """Return about so many fraudulent payments; every kind has its share of them at any time."""
    found: list[Rows] = []
    made = np.zeros(len(KINDS))
    turn = np.zeros(len(KINDS))
    while made.sum() < frauds:
        kind = int(np.argmax(np.array(SHARES) * frauds - made))
        turn[kind] = (turn[kind] + GOLDEN) % 1
        campaign = _campaign(dice, people, kind, START + DAY * days * turn[kind], START + DAY * days)
        for victim in _victims(dice, people, campaign):
            one = _strike(dice, people, campaign, int(victim))
            found.append(one)
            made[kind] += len(one["at"])
    return found


def _campaign(dice: np.random.Generator, people: People, kind: int, start: float, latest: float) -> Campaign:
    # Accounts opened for it, and honest people's that were rented.
    fresh = np.flatnonzero((people.joined < start) & (people.joined > start - 40 * DAY))
    mules = dice.choice(np.flatnonzero(people.joined < start), 3)
    if len(fresh) > 1:
        mules[:2] = dice.choice(fresh, 2)
    return Campaign(
        kind=kind,
        start=start,
        end=min(start + DAY * dice.uniform(2, 20), latest),
        skill=float(dice.beta(1.6, 1.4)),
        mules=mules,
        device=int(DEVICES_A_CUSTOMER * people.size * 2 + dice.integers(1, 10**9)),
        city=int(dice.integers(0, len(CITIES)) if chance(dice, 0.5) else dice.integers(0, HOME_CITIES)),
    )


def _victims(dice: np.random.Generator, people: People, by: Campaign) -> Array:
    """Return whose money they are after; some thieves wait for people who are new to the bank."""
    # One storm of payments is many; a few victims are enough.
    number = int(dice.integers(1, 4) if KINDS[by.kind] == "velocity" else dice.integers(3, 12))
    # To stay just under a limit again and again, there must be that much.
    has_enough = people.income > (RICH_MINOR if KINDS[by.kind] == "structuring" else 0)
    known = np.flatnonzero((people.joined < by.start) & has_enough)
    fresh = np.flatnonzero((people.joined < by.start) & (people.joined > by.start - 7 * DAY))
    wants_fresh = chance(dice, NEW_TO_THE_BANK, number) & bool(len(fresh))
    return np.where(wants_fresh, dice.choice(fresh if len(fresh) else known, number), dice.choice(known, number))


def _strike(dice: np.random.Generator, people: People, campaign: Campaign, victim: int) -> Rows:
    start = dice.uniform(campaign.start, campaign.end)
    # The skilled ones come while the victim is usually awake.
    hour = people.hour[victim] + people.spread[victim] * dice.standard_normal()
    if dice.random() > campaign.skill:
        hour = dice.choice([dice.uniform(0, 6), dice.uniform(0, 24)])
    midnight = (start + OFFSET) // DAY * DAY - OFFSET
    first = max(midnight + 3600 * (hour % 24), campaign.start)
    return ACTS[KINDS[campaign.kind]](dice, people, campaign, victim, first)


def _velocity(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Many payments within an hour or so, each as small as the skill bids."""
    number = int(dice.integers(6, 30))
    at = first + np.cumsum(dice.exponential(60 + 240 * by.skill, number))
    amount = people.level[victim] * np.exp(dice.normal(1.2 - by.skill, 0.5, number))
    return _stolen(dice, people, by, victim, rows(number, at=at, amount=amount), own_device=0.5)


def _spike(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Talk the victim into one large payment, from the victim's own phone."""
    amount = people.level[victim] * np.exp(dice.normal(3.2 - 1.2 * by.skill, 0.7))
    return _stolen(dice, people, by, victim, rows(1, at=first, amount=amount), own_device=0.97)


def _takeover(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Sign in elsewhere and take most of what there is, in a few payments."""
    number = int(dice.integers(1, 5))
    at = first + np.cumsum(dice.exponential(400, number))
    made = rows(number, at=at, share=dice.uniform(0.15 + 0.4 * (1 - by.skill), 0.95, number))
    made["failures"] = np.where(chance(dice, 0.4 * (1 - by.skill), number), dice.integers(1, 6, number), 0)
    return _stolen(dice, people, by, victim, made, own_device=0.25 * by.skill)


def _structuring(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Stay just under a limit, again and again over a few days."""
    number = int(dice.integers(3, 9))
    at = first + np.cumsum(dice.exponential(3600 * (2 + 10 * by.skill), number))
    limit = dice.choice([50_000_00, 200_000_00], p=[0.8, 0.2])
    return _stolen(
        dice, people, by, victim, rows(number, at=at, amount=limit * dice.uniform(0.88, 0.9999, number)), 0.9
    )


def _blacklisted(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Ordinary amounts to accounts of which others have already complained, or will."""
    number = int(dice.integers(1, 4))
    at = first + np.cumsum(dice.exponential(DAY, number))
    amount = people.level[victim] * np.exp(dice.normal(0.9, 0.7, number))
    return _stolen(dice, people, by, victim, rows(number, at=at, amount=amount), own_device=0.95)


def _mule_chain(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Send what came in on to the next account within the hour, three times."""
    number = len(by.mules)
    at = first + np.cumsum(dice.exponential(900 + 3600 * by.skill, number + 1))
    taken = _stolen(dice, people, by, victim, rows(1, at=at[0], share=dice.uniform(0.3, 0.95)), own_device=0.4)
    taken["payee"][:] = by.mules[0]
    sent = rows(number, at=at[1:], share=dice.uniform(0.7, 0.99, number), kind=by.kind)
    sent["payer"], sent["payee"] = by.mules, np.append(by.mules[1:], dice.integers(0, people.size))
    sent["device"] = device_of(people, sent["payer"], sent["at"], np.zeros(number, bool))
    place_in(dice, sent, np.where(people.tells_place[sent["payer"]], people.city[sent["payer"]], -1))
    return {name: np.concatenate([taken[name], sent[name]]) for name in taken}


def _probing(dice: np.random.Generator, people: People, by: Campaign, victim: int, first: float) -> Rows:
    """Try with a few rupees whether the door is open, then carry out the furniture."""
    tries = int(dice.integers(1, 4))
    at = first + np.cumsum(dice.exponential(500, tries + 1))
    made = rows(tries + 1, at=at, amount=dice.integers(1, 20, tries + 1) * 1_00)
    made["share"][-1] = dice.uniform(0.3, 0.9)
    return _stolen(dice, people, by, victim, made, own_device=0.3)


def _stolen(
    dice: np.random.Generator, people: People, by: Campaign, victim: int, made: Rows, own_device: float
) -> Rows:
    """Say whom it goes to and where it comes from."""
    size = len(made["at"])
    made["kind"][:] = by.kind
    made["payer"][:] = victim
    made["payee"] = dice.choice(by.mules, size)
    made["amount"] = np.where(chance(dice, 0.4, size), np.round(made["amount"], -4), np.round(made["amount"], -2))
    is_own = chance(dice, own_device)
    device = device_of(people, made["payer"], made["at"], np.zeros(size, bool))
    # Who tells the bank no device is not found out by it.
    made["device"] = device if is_own else np.full(size, by.device if chance(dice, 0.85) else 0)
    near = is_own or chance(dice, by.skill)
    city = int(people.city[victim]) if near else by.city
    place_in(dice, made, np.full(size, city if people.tells_place[victim] and chance(dice, 0.9) else -1))
    return made


ACTS: Final[dict[str, Callable[[np.random.Generator, People, Campaign, int, float], Rows]]] = {
    "velocity": _velocity,
    "spike": _spike,
    "takeover": _takeover,
    "structuring": _structuring,
    "blacklisted": _blacklisted,
    "mule_chain": _mule_chain,
    "probing": _probing,
}
