"""Made-up payments with labels, to train on. Never imported by the bank.

Customers with habits, and thieves in campaigns. Meant to be as hard as life: honest people travel, change phones, buy
kitchens and empty accounts, thieves copy their victims, and some labels are wrong. Nothing here knows what features a
model will look at.
"""

from typing import Any

import numpy as np

from ml.fraud.generate import book, fraud, honest, people, rows


def generate(*, users: int, transactions: int, days: int, fraud_rate: float, seed: int) -> dict[str, Any]:
    """Return about so many payments in the order of time, one array a column. The same arguments, the same payments."""
    dice = np.random.default_rng(seed)
    everybody = people.settle(dice, users, days)
    number = int(transactions * 0.95)
    parts = [
        honest.everyday(dice, everybody, number=number, days=days),
        honest.rents(dice, everybody, days=days),
        honest.bursts(dice, everybody, number=max(8, number // 60), days=days),
        honest.first_steps(dice, everybody, days=days),
        *fraud.campaigns(dice, everybody, frauds=int(transactions * fraud_rate), days=days),
    ]
    return book.keep(dice, everybody, rows.together(parts))
