"""Read labelled payments in the bank's own schema: the Parquet files that ``ml.fraud.generate`` writes.

A data set is a folder with one file a month, or one such file. Only the columns that are asked for are read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ml.fraud.features import FEATURES

NAME: Final = "payments-*.parquet"
SECOND: Final = 1000

# What is read beside the features.
FACTS: Final = ("at", "payer", "amount", "label", "label_at", "kind")
# Columns of features begin with this: what the bank is told and what a model is told share some names.
INPUTS: Final = tuple(f"feature_{name}" for name in FEATURES)


class NotBankData(ValueError):
    """There is no such data set, or its columns are others."""


@dataclass(frozen=True, slots=True)
class BankData:
    """Payments in the order of time, one array a column.

    Attributes:
        inputs: the model's inputs, float32 [rows, features], in the order of ``FEATURES``.
        label: what the bank believes by now: True for fraud. Some are wrong.
        at: when it was asked for, seconds since 1970.
        label_at: when the bank learnt that it was fraud, seconds since 1970; infinity where it never did.
        kind: what it really was, by its place in ``ml.fraud.kinds.KINDS``. To group by, never to learn from.
        payer: whose payment it was.
        amount: paise.
    """

    inputs: npt.NDArray[np.float32]
    label: npt.NDArray[np.bool_]
    at: npt.NDArray[np.float64]
    label_at: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int8]
    payer: npt.NDArray[np.int32]
    amount: npt.NDArray[np.int64]

    def known_by(self, moment: float) -> npt.NDArray[np.bool_]:
        """Return the labels that the bank had at a moment: what was reported later counts as honest still."""
        return self.label & (self.label_at <= moment)


def files_of(path: Path) -> list[Path]:
    """Return the months of a data set in their order.

    Raises:
        NotBankData: there are none.
    """
    found = sorted(path.glob(NAME)) if path.is_dir() else [path] * path.is_file()
    if not found:
        raise NotBankData(f"no {NAME} in {path}")
    return found


def read(path: Path) -> BankData:
    """Return a data set, month after month.

    Raises:
        NotBankData: see the class.
    """
    months = [_month(file) for file in files_of(path)]
    return BankData(*(np.concatenate(columns) for columns in zip(*months, strict=True)))


def _month(file: Path) -> tuple[npt.NDArray[Any], ...]:
    try:
        table = pq.read_table(file, columns=[*FACTS, *INPUTS], use_threads=False)
    except pa.ArrowInvalid as fault:
        raise NotBankData(f"{file.name}: {fault}") from fault
    if set(table.column_names) != {*FACTS, *INPUTS}:
        missing = {*FACTS, *INPUTS} - set(table.column_names)
        raise NotBankData(f"{file.name} has no column {', '.join(sorted(missing))}")
    inputs = np.empty((table.num_rows, len(FEATURES)), np.float32)
    for place, name in enumerate(INPUTS):
        inputs[:, place] = table[name].to_numpy()
    at, label_at = (_seconds(table[name]) for name in ("at", "label_at"))
    facts = {name: table[name].to_numpy() for name in ("label", "kind", "payer", "amount")}
    never = np.where(np.isnan(label_at), np.inf, label_at)
    return inputs, facts["label"], at, never, facts["kind"], facts["payer"], facts["amount"]


def _seconds(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Return moments as seconds; not a number where there is none."""
    whole = column.cast(pa.int64())
    return np.asarray(whole.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) / SECOND)


def day_of(moment: float) -> str:
    """Return the day of a moment in UTC.

    >>> day_of(1_735_689_600.0)
    '2025-01-01'
    """
    return f"{datetime.fromtimestamp(moment, tz=UTC):%Y-%m-%d}"
