"""Keep the books: who could pay, what the bank knew at that moment, and what it learnt later."""

import heapq
from collections import defaultdict
from typing import Any, Final

import numpy as np

from ml.fraud.generate.honest import local_hour
from ml.fraud.generate.people import CITIES, DAY, OFFSET, People
from ml.fraud.generate.rows import Rows

# Days until a fraud is found out, on average, and how many never are.
FOUND_AFTER_DAYS: Final = 5.0
NEVER_FOUND: Final = 0.03
# Honest payments that the customer later calls fraud.
DENIED: Final = 0.0003
# Frauds that today's bank stops at once.
STOPPED: Final = 0.1

COOLING_OFF: Final = DAY
LEAST: Final = 1_00
TRUST_LOST: Final = 20.0


def keep(dice: np.random.Generator, people: People, wanted: Rows) -> dict[str, Any]:
    """Return the payments that could be made, as the bank saw them, with labels as it learnt them."""
    size = len(wanted["at"])
    is_fraud = wanted["kind"] > 0
    found = np.where(is_fraud, dice.random(size) > NEVER_FOUND, dice.random(size) < DENIED)
    after = DAY * dice.exponential(FOUND_AFTER_DAYS, size)
    stopped = is_fraud & (dice.random(size) < STOPPED)
    seen = _one_by_one(people, wanted, found, after, stopped)
    kept = seen.pop("kept")
    weekday = ((wanted["at"] + OFFSET) // DAY + 3) % 7
    columns = {name: wanted[name] for name in ("at", "payer", "payee", "device", "city", "latitude", "longitude")}
    columns |= {name: wanted[name] for name in ("category", "failures", "is_own", "kind")}
    columns |= seen | {"label": found, "stopped": stopped, "local_hour": local_hour(wanted["at"])}
    columns |= {"local_weekday": weekday.astype(np.int64)}
    columns["country"] = np.array([country for country, _, _ in CITIES])[np.maximum(wanted["city"], 0)]
    columns["account_age_days"] = (wanted["at"] - people.joined[wanted["payer"]]) / DAY
    return {name: column[kept] for name, column in columns.items()}


def _one_by_one(
    people: People, wanted: Rows, found: np.ndarray, after: np.ndarray, stopped: np.ndarray
) -> dict[str, Any]:
    """Go through the payments in the order of time; only here do balances and reports exist."""
    size = len(wanted["at"])
    opened = np.append(people.joined, np.full(len(people.shop_category), -np.inf))
    is_open = (opened[wanted["payer"]] < wanted["at"]) & (opened[wanted["payee"]] < wanted["at"])
    balance: dict[int, float] = {}
    first_paid: dict[tuple[int, int], float] = {}
    reports: list[tuple[float, int]] = []
    confirmed: dict[int, int] = defaultdict(int)
    paid_months = np.zeros(people.size)
    seen = {
        "amount": np.zeros(size, np.int64),
        "available": np.zeros(size, np.int64),
        "is_new_payee": np.zeros(size, bool),
        "payee_confirmed_frauds": np.zeros(size, np.int64),
        "payee_trust": np.full(size, 100.0),
        "kept": np.zeros(size, bool),
    }
    columns = zip(*(wanted[name].tolist() for name in ("at", "payer", "payee", "amount", "share")), strict=True)
    for index, (at, payer, payee, amount, share) in enumerate(columns):
        while reports and reports[0][0] <= at:
            confirmed[heapq.heappop(reports)[1]] += 1
        has = balance.get(payer, people.income[payer] * 1.5)
        months = max(0.0, (at - max(people.payday[payer], people.joined[payer])) // (30 * DAY) + 1)
        has += float(people.income[payer] * max(0.0, months - paid_months[payer]))
        paid_months[payer] = max(months, paid_months[payer])
        balance[payer] = has
        paise = int(share * has if share > 0 else amount)
        if not is_open[index] or paise < LEAST or paise > has or (payer == payee and not wanted["is_own"][index]):
            continue
        since = first_paid.setdefault((payer, payee), at)
        seen["kept"][index] = True
        seen["amount"][index], seen["available"][index] = paise, int(has)
        seen["is_new_payee"][index] = at < since + COOLING_OFF
        seen["payee_confirmed_frauds"][index] = confirmed[payee]
        seen["payee_trust"][index] = max(0.0, 100.0 - TRUST_LOST * confirmed[payee])
        if found[index]:
            heapq.heappush(reports, (at + after[index], payee))
        if not stopped[index] and payer != payee:
            balance[payer] = has - paise
            if payee < people.size:
                balance[payee] = balance.get(payee, people.income[payee] * 1.5) + paise
    return seen
