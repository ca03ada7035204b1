"""Made-up payments with labels, to train on. Never imported by the bank.

Customers with habits, and thieves in campaigns. Meant to be as hard as life: honest people travel, change phones, buy
kitchens and empty accounts, thieves copy their victims, and some labels are wrong. Nothing here knows what features a
model will look at.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from ml.fraud.generate import book, calendar, crimes, honest, people, rows
from ml.fraud.generate.people import People
from ml.fraud.generate.rows import Rows

FRAUD_RATE: Final = 0.04
RARE: Final = 0.0015
NEWCOMERS: Final = 0.3

# More than are asked for, because some can't be paid or lie before their payer joined.
SPARE: Final = 1.08


# How often ``generate`` tells that it came on.
PARTS: Final = 7


def generate(
    *,
    users: int,
    transactions: int,
    months: int,
    fraud_rate: float,
    newcomers: float = NEWCOMERS,
    seed: int,
    tell: Callable[[], object] = bool,
) -> tuple[People, Rows]:
    """Return customers, and so many payments in the order of time, one array a column.

    The same arguments give the same payments. Where everyday payments are too few beside rents, salaries and first
    steps, there are more payments than were asked for. ``newcomers`` is the share of customers who join while payments
    run. ``tell`` is called as each of ``PARTS`` parts is done.
    """
    dice = np.random.default_rng(seed)
    days = calendar.months(months)
    everybody = people.settle(dice, users, days, newcomers=newcomers)
    parts = []
    for make in (honest.monthly, honest.salaries, honest.first_steps):
        parts.append(make(dice, everybody, days))
        tell()
    parts.append(honest.bursts(dice, everybody, days, number=max(8, transactions // 80)))
    tell()
    parts.extend(crimes.all_of(dice, everybody, days, frauds=round(transactions * fraud_rate)))
    tell()
    missing = max(0, transactions - sum(len(part["at"]) for part in parts))
    parts.append(honest.everyday(dice, everybody, days, number=int(SPARE * missing)))
    tell()
    made = book.keep(dice, everybody, rows.together(parts), number=transactions)
    tell()
    return everybody, made
