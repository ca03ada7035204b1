"""Card payments of the Fraud Detection Handbook's simulator: customer, terminal, amount, time."""

from typing import Final

import numpy as np
import pyarrow as pa

from ml.fraud.schemas.frame import Column, Frame, codes, numbers, seconds
from ml.fraud.schemas.past import DAY, HOUR, Past
from ml.fraud.schemas.schema import Features, TableSchema

# The Handbook's own assumption: a fraud is known a week later.
LABEL_DELAY: Final = 7 * DAY

# Amounts beyond this multiple of what a card usually spends tell of the card, smaller ones of the terminal.
HIGH: Final = 2.5
# From this amount on, a fraud needs no bad terminal to explain it; the Handbook's book names the figure.
LARGE: Final = 220.0
# What a card without a past is taken to spend, and the mean of its square.
USUAL, USUAL_SQUARE = 45.0, 2_600.0


def arrange(table: pa.Table) -> tuple[Column, Column, dict[str, Column]]:
    """Return moments, labels and columns."""
    columns = {
        "card": codes(table["CUSTOMER_ID"])[0],
        "terminal": codes(table["TERMINAL_ID"])[0],
        "amount": numbers(table, "TX_AMOUNT"),
    }
    return seconds(table["TX_DATETIME"]), numbers(table, "TX_FRAUD"), columns


def compute(frame: Frame, delay: int) -> Features:
    """Return what a model is told."""
    amount = frame["amount"]
    card, terminal = Past.of(frame["card"], frame.at), Past.of(frame["terminal"], frame.at)
    mean, deviation = _profile(card, amount)
    ratio = amount / np.maximum(mean, 1.0)
    is_large = (amount > LARGE) | (ratio > HIGH)
    of_card, of_terminal = frame.label & (ratio > HIGH) & (amount <= LARGE), frame.label & ~is_large
    found: Features = {
        "amount": amount,
        "hour": frame.at % DAY / HOUR,
        "card_mean": mean,
        "to_card_mean": ratio,
        "card_deviations": (amount - mean) / deviation,
        "card_payments": card.in_rows(card.earlier(60 * DAY).count),
        "card_gap": card.in_rows(card.since_last(np.ones(len(frame), bool), card.earlier())) / HOUR,
        "card_high_age": card.in_rows(card.since_last(ratio > HIGH, card.earlier(30 * DAY))) / DAY,
    }
    for days in (1, 7, 14):
        over = card.earlier(days * DAY)
        found[f"card_count_{days}d"] = card.in_rows(over.count)
        found[f"card_mean_{days}d"] = card.in_rows(card.mean(amount, over)) / np.maximum(mean, 1.0)
        found[f"card_high_{days}d"] = card.in_rows(card.total(ratio > HIGH, over))
    found |= _confirmed(terminal, "terminal", of_terminal, delay) | _confirmed(card, "card", of_card, delay)
    for days in (1, 7, 30):
        found[f"terminal_count_{days}d"] = terminal.in_rows(terminal.earlier(days * DAY).count)
    return found


def _profile(card: Past, amount: Column) -> tuple[Column, Column]:
    """Return the mean and deviation of what the card usually spends, outliers cut, twice over."""
    over = card.earlier(60 * DAY)

    def mean_of(values: Column, prior: float) -> Column:
        return card.in_rows(card.mean(values, over, prior=prior, weight=0.5))

    rough = mean_of(np.minimum(amount, mean_of(amount, USUAL) * HIGH), USUAL)
    cut = np.minimum(amount, np.maximum(rough, 3.0) * HIGH)
    mean = mean_of(cut, USUAL)
    return mean, np.sqrt(np.maximum(mean_of(cut**2, USUAL_SQUARE) - mean**2, 1.0))


def _confirmed(past: Past, of: str, frauds: Column, delay: int) -> Features:
    """Describe the frauds of an entity that are known by then."""
    found = {f"{of}_{name}": values for name, values in past.campaign(frauds, delay).items()}
    for days in (1, 7, 14, 30):
        known = past.known(delay, days * DAY)
        found[f"{of}_frauds_{days}d"] = past.in_rows(past.total(frauds, known))
        found[f"{of}_rate_{days}d"] = past.in_rows(past.mean(frauds, known, prior=0.005, weight=2.0))
    return found


HANDBOOK: Final = TableSchema(
    name="handbook",
    columns={"TX_DATETIME": (), "CUSTOMER_ID": (), "TERMINAL_ID": (), "TX_AMOUNT": (), "TX_FRAUD": ()},
    arrange=arrange,
    compute=compute,
    label_delay=LABEL_DELAY,
    card="card",
)
