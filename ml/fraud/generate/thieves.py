"""Who steals: campaigns, each with its own skill, its own mules and a few victims.

Every campaign has fresh accounts, devices and networks, so that nobody is found out by a name. In the last part of the
time thieves have learnt: more of them rent accounts with a past, hide their device, and know their victims.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.fraud.generate.calendar import DAY, START, Calendar, midnight
from ml.fraud.generate.people import CITIES, DEVICES_A_CUSTOMER, HOME_CITIES, MOBILE_NETWORKS, People
from ml.fraud.generate.rows import Array, chance

# Victims who opened their account within the week.
NEW_TO_THE_BANK: Final = 0.45
MULES: Final = 3
# Accounts are opened or rented for it, this long before at most: who was complained about is of no use.
FRESH_DAYS: Final = 10
# From this part of the time on they have learnt, and how much.
LATE: Final = 0.7
LEARNT: Final = 0.2
# Accounts of honest people that were rented, before and after.
RENTED: Final = (0.35, 0.7)
HIDES_DEVICE: Final = (0.15, 0.5)


@dataclass(frozen=True, slots=True)
class Strikes:
    """What thieves do to one victim each, one array a column.

    Attributes:
        victim: whose money they are after.
        first: when they begin.
        skill: 0 for crude to 1 for thieves who know how the victim usually pays.
        mules: accounts that take the money [strikes, 3].
        device, address, city: the thieves' own; device 0 for none told.
    """

    victim: Array
    first: Array
    skill: Array
    mules: Array
    device: Array
    address: Array
    city: Array

    @property
    def size(self) -> int:
        """Return how many there are."""
        return len(self.victim)


def plan(
    dice: np.random.Generator, people: People, calendar: Calendar, *, strikes: int, victims: int, wealth: int, code: int
) -> Strikes:
    """Return strikes of one kind, of campaigns that begin evenly over the time.

    Args:
        dice: where chance comes from.
        people: who can be robbed.
        calendar: when.
        strikes: how many.
        victims: of a campaign, on average.
        wealth: how many customers they look at to take the richest.
        code: tells this kind's devices from those of others.
    """
    campaigns = -(-strikes // victims)
    begins = (np.arange(campaigns) + dice.random(campaigns)) / campaigns
    by = dice.integers(0, campaigns, strikes)
    start = START + DAY * calendar.days * np.minimum(begins, 1 - 1 / calendar.days)
    end = np.minimum(start + DAY * np.exp(dice.uniform(-1, np.log(15), campaigns)), calendar.end)
    late = begins > LATE
    skill = np.minimum(dice.beta(1.6, 1.4, campaigns) + LEARNT * late, 1.0)
    hides = chance(dice, np.where(late, *reversed(HIDES_DEVICE)), campaigns)
    own = np.arange(campaigns) * 8 + code
    device = np.where(hides, 0, DEVICES_A_CUSTOMER * people.size * 2 + own)
    address = 2 * people.size + MOBILE_NETWORKS * (len(CITIES) + 2) + own
    city = np.where(chance(dice, 0.5, campaigns), dice.integers(0, len(CITIES), campaigns), HOME_CITIES - 1 - own % 3)
    at = start[by] + (end - start)[by] * dice.random(strikes)
    victim, first = _victims(dice, people, at, skill[by], wealth=wealth)
    return Strikes(
        victim=victim,
        first=np.where(first < calendar.end, first, at),
        skill=skill[by],
        mules=_mules(dice, people, start, late)[by],
        device=device[by],
        address=address[by],
        city=city[by],
    )


def _mules(dice: np.random.Generator, people: People, start: Array, late: Array) -> Array:
    """Return three accounts for each campaign: opened for it, or rented; neither is of use for long."""
    opened = _for_sale(dice, people, people.is_mule, people.joined, start)
    rented = _for_sale(dice, people, people.rents_out, people.rented_from, start)
    return np.where(chance(dice, np.where(late, *reversed(RENTED))[:, None], (len(start), MULES)), rented, opened)


def _for_sale(dice: np.random.Generator, people: People, chosen: Array, since: Array, start: Array) -> Array:
    """Return three of the chosen for each start, from among those to be had since lately."""
    who = np.flatnonzero(chosen) if chosen.sum() >= MULES else np.arange(people.size)
    by_time = who[np.argsort(since[who], kind="stable")]
    there = np.maximum(np.searchsorted(since[by_time], start), MULES)
    first = np.minimum(np.searchsorted(since[by_time], start - FRESH_DAYS * DAY), there - MULES)[:, None]
    return np.asarray(
        by_time[(first + np.floor((there[:, None] - first) * dice.random((len(start), MULES)))).astype(int)]
    )


def _victims(dice: np.random.Generator, people: People, at: Array, skill: Array, *, wealth: int) -> tuple[Array, Array]:
    """Return whom they rob and when; some thieves wait for people who are new to the bank."""
    by_age = np.argsort(people.joined, kind="stable")
    joined = people.joined[by_age]
    there = np.maximum(np.searchsorted(joined, at), 1)
    looked_at = by_age[np.floor(there[:, None] * dice.random((len(at), wealth))).astype(int)]
    victim = looked_at[np.arange(len(at)), people.income[looked_at].argmax(axis=1)]
    since = np.searchsorted(joined, at - 7 * DAY)
    fresh = chance(dice, NEW_TO_THE_BANK, len(at)) & (since < there)
    newcomer = by_age[np.minimum(since + np.floor((there - since) * dice.random(len(at))), there - 1).astype(int)]
    victim = np.where(fresh, newcomer, victim)
    # The skilled ones come while the victim is usually awake.
    usual = people.hour[victim] + people.spread[victim] * dice.standard_normal(len(at))
    odd = np.where(chance(dice, 0.5, len(at)), dice.uniform(0, 6, len(at)), dice.uniform(0, 24, len(at)))
    by_day = midnight(at) + 3600 * (np.where(dice.random(len(at)) > skill, odd, usual) % 24)
    # Newcomers are robbed when they have paid a few times: minutes, hours, days after they came.
    soon = people.joined[victim] + np.exp(dice.normal(np.log(3600), 2.2, len(at)))
    return victim, np.where(fresh, soon, np.maximum(by_day, people.joined[victim] + 600))
