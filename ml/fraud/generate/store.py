"""Write a made-up bank as Parquet: payments with their features, one file a month, and who its customers are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ml.fraud.bank import INPUTS
from ml.fraud.generate.calendar import START, Calendar
from ml.fraud.generate.people import (
    CATEGORIES,
    COUNTRIES,
    DEVICES_A_CUSTOMER,
    KYC_LEVELS,
    OCCUPATIONS,
    People,
)
from ml.fraud.generate.rows import Array, Rows

MOMENT: Final = pa.timestamp("ms", tz="UTC")
MILLISECONDS: Final = 1000

# As ``PaymentEvent`` names them, in this order.
EVENT: Final = (
    "at", "payer", "payee", "amount", "local_hour", "local_weekday", "device", "address", "country", "latitude",
    "longitude", "category", "available", "account_age_days", "is_new_payee", "is_own_account", "payee_trust",
    "payee_confirmed_frauds", "failures",
)  # fmt: skip
# Beside the payments, not among them: every Parquet file of a data set is a month.
PEOPLE: Final = "people"
OUTCOME: Final = ("stopped", "label", "label_at", "kind")


def write_payments(
    folder: Path, calendar: Calendar, made: Rows, inputs: Array, *, tell: Callable[[int], object] = bool
) -> None:
    """Write ``payments-YYYY-MM.parquet`` for each month; months are those of the customers' own clock."""
    borders = np.searchsorted(made["at"], calendar.borders)
    first = np.datetime64("2025-01")
    for month, (start, end) in enumerate(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)):
        table = _month({name: column[start:end] for name, column in made.items()}, inputs[start:end], start)
        pq.write_table(table, folder / f"payments-{first + month}.parquet", compression="zstd", compression_level=1)
        tell(end - start)


def write_people(folder: Path, people: People) -> None:
    """Write ``people/customers.parquet``, ``accounts.parquet`` and ``devices.parquet``."""
    folder = folder / PEOPLE
    folder.mkdir(exist_ok=True)
    number = np.arange(people.size, dtype=np.int32)
    opened = _moments(people.joined)
    customers = {
        "customer": pa.array(number),
        "joined": opened,
        "born": pa.array(people.born.astype(np.int16)),
        "occupation": _named(people.occupation, OCCUPATIONS),
        "kyc_level": _named(people.kyc_level, KYC_LEVELS),
        "monthly_income": pa.array(people.income.astype(np.int64)),
        "city": pa.array(people.city.astype(np.int8)),
        "is_business": pa.array(people.is_business),
        "home_address": pa.array(people.home.astype(np.int32)),
    }
    _write(folder / "customers.parquet", customers)
    kinds = np.where(people.is_business, 1, 0)
    savers = number[number % 5 == 0]
    accounts = {
        "account": pa.array(np.arange(people.size + len(savers), dtype=np.int32)),
        "customer": pa.array(np.append(number, savers)),
        "kind": _named(np.append(kinds, np.full(len(savers), 2)), ("current", "business", "savings")),
        "opened": _moments(np.append(people.joined, people.joined[savers])),
    }
    _write(folder / "accounts.parquet", accounts)
    owners = np.flatnonzero(people.tells_device)
    devices = {
        "device": pa.array(
            np.concatenate([DEVICES_A_CUSTOMER * owners + place for place in (1, 2, 3)]).astype(np.int32)
        ),
        "customer": pa.array(np.tile(owners, 3).astype(np.int32)),
        "since": _moments(np.concatenate([people.joined[owners], people.new_phone[owners], people.joined[owners]])),
        "what": _named(np.repeat([0, 0, 1], len(owners)), ("phone", "computer")),
    }
    _write(folder / "devices.parquet", devices)


def _month(made: Rows, inputs: Array, first: int) -> pa.Table:
    named = {
        "at": _moments(made["at"]),
        "country": _named(made["country"], COUNTRIES),
        "category": _named(made["category"], [code for code, _ in CATEGORIES]),
        "is_own_account": pa.array(made["is_own"]),
        "label_at": _moments(made["label_at"]),
    }
    columns: dict[str, Any] = {"id": pa.array(np.arange(first, first + len(made["at"]), dtype=np.int64))}
    for name in (*EVENT, *OUTCOME):
        columns[name] = named[name] if name in named else pa.array(made[name], from_pandas=name.endswith("itude"))
    columns |= {name: pa.array(np.ascontiguousarray(inputs[:, place])) for place, name in enumerate(INPUTS)}
    return pa.table(columns)


def _write(path: Path, columns: dict[str, Any]) -> None:
    pq.write_table(pa.table(columns), path, compression="zstd")


def _moments(at: Array) -> pa.Array:
    """Return seconds as moments; null for never."""
    never = ~np.isfinite(at)
    return pa.array(np.round(np.where(never, START, at) * MILLISECONDS).astype(np.int64), mask=never).cast(MOMENT)


def _named(number: Array, names: Any) -> pa.Array:
    """Return names by their number; null for a negative one."""
    return pa.DictionaryArray.from_arrays(
        pa.array(np.maximum(number, 0).astype(np.int8), mask=number < 0), pa.array(list(names))
    )
