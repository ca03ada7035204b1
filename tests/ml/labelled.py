"""Small labelled files in the columns of each schema, made up here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Columns = dict[str, npt.NDArray[Any]]
BEGIN = np.datetime64("2024-01-01T00:00:00")


def handbook(rows: int = 3_000, days: int = 60, seed: int = 1) -> Columns:
    """Cards at terminals; some terminals are bad for three weeks, and large amounts are fraud."""
    dice = np.random.default_rng(seed)
    at = np.sort(dice.integers(0, days * 86_400, rows))
    terminal, amount = dice.integers(0, 30, rows), dice.gamma(2.0, 25.0, rows).round(2)
    turned = dice.integers(0, days, 30) * 86_400
    is_bad = (at >= turned[terminal]) & (at < turned[terminal] + 21 * 86_400) & (terminal % 5 == 0)
    return {
        "TX_DATETIME": BEGIN + at.astype("timedelta64[s]"),
        "CUSTOMER_ID": dice.integers(0, 60, rows),
        "TERMINAL_ID": terminal,
        "TX_AMOUNT": amount,
        "TX_FRAUD": (is_bad | (amount > 220)).astype(np.int8),
    }


def paysim(rows: int = 3_000, seed: int = 2) -> Columns:
    """Mobile money in which some receivers are bad, whatever the type."""
    dice = np.random.default_rng(seed)
    payee, amount = dice.integers(0, 80, rows), dice.gamma(2.0, 500.0, rows).round(2)
    is_fraud = (payee % 11 == 0) & (dice.random(rows) < 0.7)
    before = amount * np.where(is_fraud, 1.0, 1 + dice.random(rows))
    return {
        "step": np.sort(dice.integers(0, 24 * 12, rows)),
        "type": dice.choice(["CASH_IN", "CASH_OUT", "PAYMENT", "TRANSFER"], rows),
        "amount": amount,
        "nameOrig": np.char.add("C", dice.integers(0, 200, rows).astype(str)),
        "oldbalanceOrg": before,
        "newbalanceOrig": before - amount,
        "nameDest": np.char.add("M", payee.astype(str)),
        "oldbalanceDest": np.zeros(rows),
        "newbalanceDest": amount,
        "isFraud": is_fraud.astype(np.int8),
        "isFlaggedFraud": np.zeros(rows, np.int8),
    }


def sparkov(rows: int = 3_000, days: int = 60, seed: int = 3) -> Columns:
    """Cards with categories; a high amount on the internet is fraud."""
    dice = np.random.default_rng(seed)
    category, amount = dice.choice(["shopping_net", "travel", "home"], rows), dice.gamma(1.5, 60.0, rows).round(2)
    place = dice.normal(0, 1, (4, rows))
    return {
        "trans_dt": BEGIN + np.sort(dice.integers(0, days * 86_400, rows)).astype("timedelta64[s]"),
        "cc_num": dice.integers(0, 40, rows).astype(str),
        "category": category,
        "amt": amount,
        "city_pop": dice.integers(100, 10_000, rows),
        "dob": np.full(rows, "1980-02-03"),
        "lat": place[0],
        "long": place[1],
        "merch_lat": place[2],
        "merch_long": place[3],
        "is_fraud": ((category == "shopping_net") & (amount > 200)).astype(np.int8),
    }


def cards(rows: int = 3_000, seed: int = 4, *, first: int = 1, is_timed: bool = True) -> Columns:
    """Components without names, counted from 1 as in the public file or from 0 as in a sample."""
    dice = np.random.default_rng(seed)
    components = dice.normal(0, 1, (28, rows))
    is_fraud = components[3] + components[9] > 3
    found: Columns = {"Time": np.sort(dice.integers(0, 172_800, rows))} if is_timed else {}
    found |= {f"V{number + first}": column for number, column in enumerate(components)}
    return found | {"Amount": dice.gamma(1.0, 80.0, rows), "Class" if is_timed else "label": is_fraud.astype(np.int8)}


MADE: dict[str, Callable[[], Columns]] = {"handbook": handbook, "paysim": paysim, "sparkov": sparkov, "cards": cards}


def write(path: Path, columns: Columns, rows: slice | npt.NDArray[Any] = slice(None)) -> Path:
    """Write some of the rows as Parquet."""
    pq.write_table(pa.table({name: column[rows] for name, column in columns.items()}), path)
    return path
