"""Card payments of the Sparkov generator: customer, merchant, category, place."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ml.fraud.schemas.frame import Column, Frame, codes, days, numbers, seconds
from ml.fraud.schemas.past import DAY, HOUR, Past, amount_bin, evidence
from ml.fraud.schemas.schema import Features, TableSchema

# A card holder reads the month's statement, or the bank calls: a week, as the Handbook's authors assume too.
LABEL_DELAY: Final = 7 * DAY

# Hours of the day between which few people shop.
LATE, EARLY = 22, 4
# Steps of amount a category may have.
BINS: Final = 1_000

# In this order the categories are numbered; an unknown one gets the next number.
CATEGORIES: Final = (
    "entertainment", "food_dining", "gas_transport", "grocery_net", "grocery_pos", "health_fitness", "home",
    "kids_pets", "misc_net", "misc_pos", "personal_care", "shopping_net", "shopping_pos", "travel",
)  # fmt: skip


def arrange(table: pa.Table) -> tuple[Column, Column, dict[str, Column]]:
    """Return moments, labels and columns."""
    at = seconds(table["trans_dt"])
    known = {name: number for number, name in enumerate(CATEGORIES)}
    category = np.array([known.get(name, len(CATEGORIES)) for name in table["category"].to_pylist()], np.int64)
    born = days(table["dob"])
    columns: dict[str, Column] = {
        "card": codes(table["cc_num"])[0],
        "category": category,
        "amount": numbers(table, "amt"),
        "age": (at - born) / (365.25 * DAY),
        "population": numbers(table, "city_pop"),
        "distance": np.hypot(
            numbers(table, "lat") - numbers(table, "merch_lat"), numbers(table, "long") - numbers(table, "merch_long")
        ),
    }
    return at, numbers(table, "is_fraud"), columns


def compute(frame: Frame, delay: int) -> Features:
    """Return what a model is told."""
    amount = frame["amount"]
    hour = frame.at % DAY / HOUR
    is_late = (hour >= LATE) | (hour < EARLY)
    card = Past.of(frame["card"], frame.at)
    kind = Past.of(frame["card"] * (len(CATEGORIES) + 1) + frame["category"], frame.at)
    found: Features = {
        "amount": amount,
        "hour": hour,
        "is_late": is_late,
        "category": frame["category"],
        "age": frame["age"],
        "population_log": np.log1p(frame["population"]),
        "distance": frame["distance"],
    }
    found |= _usual(card, kind, amount)
    coarse = (frame["category"] * BINS + amount_bin(amount, 4)) * 2 + is_late
    fine = frame["category"] * BINS + amount_bin(amount, 10)
    for name, cell in (("cell", coarse), ("fine_cell", fine)):
        found[name] = evidence(cell, frame.at, frame.label, delay)
        found |= _summed(card, name, found[name])
    found["cell_last"] = card.in_rows(
        card.value_at(found["cell"], card.last(np.ones(len(frame), bool), card.earlier(7 * DAY)), missing=0.0)
    )
    return found | _recent(card, kind, found, amount) | _confirmed(card, frame, delay)


def _usual(card: Past, kind: Past, amount: Column) -> Features:
    """Compare the amount with what the card spends, in all and in the category."""
    log = np.log1p(amount)
    lately, long = card.earlier(60 * DAY), kind.earlier(180 * DAY)
    mean = kind.mean(log, long, prior=3.0, weight=0.5)
    deviation = np.sqrt(np.maximum(kind.mean(log**2, long, prior=10.0, weight=0.5) - mean**2, 0.01))
    gap = card.since_last(np.ones(len(amount), bool), card.earlier())
    return {
        "card_payments": card.in_rows(lately.count),
        "to_card_mean": amount / np.maximum(card.in_rows(card.mean(amount, lately, prior=70.0, weight=1.0)), 1.0),
        "to_kind_mean": log - kind.in_rows(mean),
        "kind_deviations": (log - kind.in_rows(mean)) / kind.in_rows(deviation),
        "kind_spread": kind.in_rows(deviation),
        "kind_payments": kind.in_rows(long.count),
        "gap": card.in_rows(gap) / HOUR,
    }


def _summed(card: Past, name: str, cell: npt.NDArray[np.float64]) -> Features:
    """Add up what the card's last hours say."""
    found: Features = {}
    for hours in (2, 6, 24, 48, 72):
        over = card.earlier(hours * HOUR)
        found[f"{name}_for_{hours}h"] = card.in_rows(card.total(np.maximum(cell, 0.0), over))
        found[f"{name}_against_{hours}h"] = card.in_rows(card.total(np.minimum(cell, 0.0), over))
    return found


def _recent(card: Past, kind: Past, found: Features, amount: Column) -> Features:
    log, more = np.log1p(amount), {}
    for hours in (1, 6, 24, 48, 168):
        over, same = card.earlier(hours * HOUR), kind.earlier(hours * HOUR)
        more[f"count_{hours}h"] = card.in_rows(over.count)
        more[f"spent_{hours}h"] = card.in_rows(card.total(amount, over))
        more[f"late_{hours}h"] = card.in_rows(card.total(found["is_late"], over))
        more[f"deviations_{hours}h"] = card.in_rows(card.mean(np.abs(found["kind_deviations"]), over))
        more[f"kind_count_{hours}h"] = kind.in_rows(same.count)
        more[f"kind_mean_{hours}h"] = kind.in_rows(kind.mean(log, same, weight=0.01))
    return more


def _confirmed(card: Past, frame: Frame, delay: int) -> Features:
    known = card.known(delay)
    return {
        "card_frauds": card.in_rows(card.total(frame.label, known)),
        "card_frauds_month": card.in_rows(card.total(frame.label, card.known(delay, 30 * DAY))),
        "card_fraud_age": card.in_rows(card.since_last(frame.label, known)) / DAY,
    }


SPARKOV: Final = TableSchema(
    name="sparkov",
    columns={
        "trans_dt": ("trans_date_trans_time",),
        "cc_num": (),
        "category": (),
        "amt": (),
        "city_pop": (),
        "dob": (),
        "lat": (),
        "long": (),
        "merch_lat": (),
        "merch_long": (),
        "is_fraud": (),
    },
    arrange=arrange,
    compute=compute,
    label_delay=LABEL_DELAY,
    card="card",
    most_rows=300_000,
)
