"""Keep the books: who could pay, what the bank knew at that moment, and what it learnt later."""

from typing import Final

import numpy as np

from ml.fraud.generate.calendar import DAY, START, local_hour, weekday
from ml.fraud.generate.people import CITIES, COUNTRY_OF, People
from ml.fraud.generate.rows import Array, Rows, chance, only

# Days until a fraud is found out: soon when the victim looks, late when a statement comes.
FOUND_SOON_DAYS: Final = 4.0
FOUND_LATE_DAYS: Final = 14.0
LOOKS: Final = 0.5
# Wrong labels: frauds that are never found out, and honest payments that a customer calls fraud, beside all frauds.
NOISE: Final = 0.015
# Payments that today's bank stops at once: honest ones, frauds.
STOPPED: Final = (0.0005, 0.03)

COOLING_OFF: Final = DAY
LEAST: Final = 1_00
TRUST_LOST: Final = 20.0
# Of collecting accounts, how many other banks have complained about before.
KNOWN_BEFORE: Final = 0.3

# Who has too little pays some in first, honest people mostly, victims who are talked into it now and then.
TOPS_UP: Final = (0.85, 0.4)
# Months' incomes; half of what is more is put aside.
ENOUGH_MONTHS: Final = 3.0
PUT_ASIDE: Final = 0.5
SOUND_MONTHS: Final = 1.5
MONTH_DAYS: Final = 30.4
MONTH: Final = MONTH_DAYS * DAY

SPREAD_DEGREES: Final = 0.08
BLACKLISTED: Final = 5


def keep(dice: np.random.Generator, people: People, wanted: Rows, *, number: int) -> Rows:
    """Return at most so many payments that could be made, as the bank saw them, with labels as it learnt them."""
    wanted["at"] = np.round(wanted["at"], 3)
    opened = np.append(people.joined, np.full(len(people.shop_category), -np.inf))
    is_open = (opened[wanted["payer"]] < wanted["at"]) & (opened[wanted["payee"]] < wanted["at"])
    made = only(wanted, is_open & ((wanted["payer"] != wanted["payee"]) | wanted["is_own"]))
    size = len(made["at"])
    made["stopped"] = chance(dice, np.where(made["kind"] > 0, STOPPED[1], STOPPED[0]), size)
    made["available"], made["amount"], could = _balances(dice, people, made)
    made = only(made, could & _spared(dice, made["is_spare"], could, number))
    made.pop("share")
    made.pop("is_spare")
    _label(dice, made)
    _know(dice, people, made)
    return _describe(dice, made)


def _spared(dice: np.random.Generator, is_spare: Array, could: Array, number: int) -> Array:
    """Choose which everyday payments are left out, where there are more than were asked for."""
    spare = np.flatnonzero(is_spare & could)
    stays = np.ones(len(could), bool)
    stays[dice.choice(spare, min(len(spare), max(0, int(could.sum()) - number)), replace=False, shuffle=False)] = False
    return stays


def _balances(dice: np.random.Generator, people: People, made: Rows) -> tuple[Array, Array, Array]:
    """Return what each payer had, what was asked for, and whether it could be paid.

    All first payments are booked together, then all second ones: what somebody sends depends on no other payer, but
    for what was received, and that is known before.
    """
    order, sizes = _stepwise(made["payer"])
    payer, at = made["payer"][order], made["at"][order]
    came_in = _earned(dice, people, payer, at) + _credits(people, made)[order]
    amount, share = made["amount"][order], made["share"][order].astype(np.float64)
    tops_up = chance(dice, np.where(made["kind"][order] > 0, TOPS_UP[1], TOPS_UP[0]), len(order))
    more = dice.uniform(1.2, 4.0, len(order))
    enough = people.income[payer] * ENOUGH_MONTHS
    has, asked, stays = np.empty(len(order)), np.empty(len(order)), ~made["stopped"][order]
    spent = np.zeros(sizes[0])
    start = 0
    for size in sizes.tolist():
        here = slice(start, start + size)
        holds = came_in[here] - spent[:size]
        holds -= np.maximum(holds - enough[here], 0.0) * PUT_ASIDE
        wants = np.where(share[here] > 0, share[here] * holds, amount[here])
        holds += np.where(tops_up[here] & (holds < wants), wants * more[here] - np.minimum(holds, 0), 0.0)
        goes = stays[here] & (wants <= holds)
        spent[:size] = came_in[here] - holds + np.where(goes, np.maximum(wants, 0), 0.0)
        has[here], asked[here] = holds, wants
        start += size
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    held, paid = (np.floor(column[back]).clip(0).astype(np.int64) for column in (has, asked))
    return held, paid, (paid >= LEAST) & (paid <= held)


def _earned(dice: np.random.Generator, people: People, payer: Array, at: Array) -> Array:
    """Return what each payer had from the beginning and has earned by then."""
    months = np.floor((at - START) / MONTH - people.payday[payer] / MONTH_DAYS) + 1
    first = np.maximum(np.floor((people.joined[payer] - START) / MONTH) + 1, 0)
    brings = np.where(people.is_mule, dice.uniform(0.2, 2, people.size), dice.uniform(20, 80, people.size))
    opening = np.where(people.joined > START, people.level * brings, people.income * SOUND_MONTHS)
    earns = np.where(people.is_mule, 0.05, 1.0) * people.income
    return np.asarray(opening[payer] + earns[payer] * np.maximum(months - first, 0))


def _stepwise(payer: Array) -> tuple[Array, Array]:
    """Return rows so that all first payments of payers come first, then all second ones, and how many there are."""
    _, whose, counts = np.unique(payer, return_inverse=True, return_counts=True)
    place = np.argsort(np.argsort(-counts, kind="stable"), kind="stable")[whose]
    by_payer = np.argsort(place, kind="stable")
    counts = np.sort(counts)[::-1]
    rank = np.arange(len(payer)) - np.repeat(np.cumsum(counts) - counts, counts)
    sizes = np.cumsum(np.bincount(counts)[::-1])[::-1][1:]
    return by_payer[np.argsort(rank, kind="stable")], sizes


def _credits(people: People, made: Rows) -> Array:
    """Return what each payer had received from others by then, as far as amounts were known before."""
    counts = (made["payee"] < people.size) & (made["share"] == 0) & (made["payee"] != made["payer"]) & ~made["stopped"]
    line = _line(made["payee"][counts], made["at"][counts])
    order = np.argsort(line, kind="stable")
    line, total = line[order], np.concatenate([[0.0], np.cumsum(made["amount"][counts][order])])
    until = np.searchsorted(line, _line(made["payer"], made["at"]))
    since = np.searchsorted(line, _line(made["payer"], np.full(1, START)))
    return np.asarray(total[until] - total[since])


def _line(who: Array, at: Array) -> Array:
    """Put everybody's time on one line, milliseconds."""
    return who.astype(np.int64) * 10**12 + np.clip((at - START) * 1000, 0, 10**12 - 1).astype(np.int64)


def _label(dice: np.random.Generator, made: Rows) -> None:
    """Say what the bank came to believe, and when; it believes some wrong things."""
    size, is_fraud = len(made["at"]), made["kind"] > 0
    denied = NOISE * is_fraud.sum() / max(1, size - is_fraud.sum())
    made["label"] = chance(dice, np.where(is_fraud, 1 - NOISE, denied), size)
    after = dice.exponential(np.where(chance(dice, LOOKS, size), FOUND_SOON_DAYS, FOUND_LATE_DAYS), size)
    made["label_at"] = np.where(made["label"], np.round(made["at"] + DAY * after, 3), np.inf)


def _know(dice: np.random.Generator, people: People, made: Rows) -> None:
    """Say what the bank knew of the payee: paid before, and complained about before; shops answer for themselves."""
    pair = made["payer"].astype(np.int64) * 2**31 + made["payee"]
    _, first, whose = np.unique(pair, return_index=True, return_inverse=True)
    made["is_new_payee"] = made["at"] < made["at"][first][whose] + COOLING_OFF
    told = np.flatnonzero(made["label"] & (made["payee"] < people.size))
    collects = np.unique(made["payee"][made["kind"] == BLACKLISTED])
    collects = collects[chance(dice, KNOWN_BEFORE, len(collects))]
    reports = [_line(made["payee"][told], made["label_at"][told]), _line(collects, np.full(1, START))]
    line = np.sort(np.concatenate(reports))
    until = np.searchsorted(line, _line(made["payee"], made["at"]), side="right")
    since = np.searchsorted(line, _line(made["payee"], np.full(1, START)))
    made["payee_confirmed_frauds"] = np.where(made["is_own"], 0, until - since).astype(np.int32)
    made["payee_trust"] = np.maximum(0.0, 100.0 - TRUST_LOST * made["payee_confirmed_frauds"]).astype(np.float32)
    made["account_age_days"] = ((made["at"] - people.joined[made["payer"]]) / DAY).astype(np.float32)


def _describe(dice: np.random.Generator, made: Rows) -> Rows:
    """Say where and when in the customers' own words."""
    middle = np.array([[latitude, longitude] for _, latitude, longitude in CITIES], np.float32)
    somewhere = middle[np.maximum(made["city"], 0)]
    somewhere += dice.standard_normal((len(somewhere), 2), dtype=np.float32) * np.float32(SPREAD_DEGREES)
    somewhere[made["city"] < 0] = np.nan
    made["latitude"], made["longitude"] = np.ascontiguousarray(somewhere.T)
    made["country"] = np.where(made["city"] < 0, -1, COUNTRY_OF[made["city"]]).astype(np.int8)
    made["local_hour"] = local_hour(made["at"]).astype(np.float32)
    made["local_weekday"] = weekday(made["at"])
    return made
