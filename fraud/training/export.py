"""Write stored decisions with their labels as the Parquet files that ``ml.fraud.train`` reads.

Learnt from are payments that somebody labelled, and those that were let through and that nobody has complained of for
as long as complaints take. What the bank stopped and nobody looked at says nothing: the bank's own suspicion must not
become its model's truth. The newest quarter of the labelled payments stays out: on it the new model is compared with
the champion.
"""

import importlib.util
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from fraud.stored_features import again, row_of
from fraud.training.corrections import less_for

if TYPE_CHECKING:
    import pyarrow as pa

# A payment that nobody complained of for so long is honest, but for the few that nobody ever notices.
COMPLAINT: Final = timedelta(days=7)
# Of the labelled payments; the newest part is for the comparison.
LEARNT: Final = 0.75
PAGE: Final = 5_000
# Rows at most, the newest ones: what a training of minutes on one machine gets through.
MOST: Final = 2_000_000

BORDER: Final = """
SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY decision.decided_at)
FROM fraud_countedlabel AS label JOIN fraud_decision AS decision ON decision.id = label.decision_id
"""
FIRST: Final = """
SELECT min(decided_at) FROM (
    SELECT decided_at FROM fraud_decision WHERE decided_at < %s ORDER BY decided_at DESC LIMIT %s) AS newest
"""
ROWS: Final = """
SELECT decision.id, decision.decided_at, decision.customer_id, (decision.facts->>'reference_minor')::bigint,
       decision.facts->>'payee_customer_id', coalesce(label.is_fraud, false), label.at,
       decision.features, decision.facts, decision.signals
FROM fraud_decision AS decision LEFT JOIN LATERAL (
    SELECT counted.* FROM fraud_countedlabel AS counted WHERE counted.decision_id = decision.id) AS label ON true
WHERE (decision.decided_at, decision.id) > (%s, %s) AND decision.decided_at < %s
  AND (label.id IS NOT NULL OR decision.recommendation = 'APPROVE' AND decision.decided_at < %s)
ORDER BY decision.decided_at, decision.id LIMIT %s
"""
LOWEST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        until: payments from here on were left out.
        unreadable: decisions that hold too little.
    """

    rows: int
    frauds: int
    until: datetime
    unreadable: int


class NothingToLearn(Exception):
    """There are no labelled payments."""


def is_possible() -> bool:
    """Tell whether what training needs is installed here; web processes don't have it."""
    return all(importlib.util.find_spec(name) for name in ("pyarrow", "xgboost", "sklearn", "onnx"))


def write(folder: Path, *, now: datetime, tell: Callable[[int], bool]) -> Exported | None:
    """Write what there is to learn from into a folder, oldest first, in constant memory.

    Args:
        folder: gets one file.
        now: complaints that have not come by now are none.
        tell: is given the number of rows after each page; answers whether to go on.

    Returns:
        None where it was told to stop.

    Raises:
        NothingToLearn: see the class.
    """
    # Part of the training extra, which only the workers that train have.
    import pyarrow.parquet as pq  # noqa: PLC0415

    from ml.fraud.bank import INPUTS  # noqa: PLC0415 -- likewise

    until = _border()
    if until is None:
        raise NothingToLearn
    payers: dict[UUID, int] = defaultdict(lambda: len(payers))
    rows = frauds = unreadable = 0
    shape = _shape(INPUTS)
    with pq.ParquetWriter(folder / "payments-stored.parquet", shape) as file:
        for page in _pages(until, now):
            columns, skipped = _columns(page, payers, INPUTS)
            file.write_table(_table(columns, shape))
            unreadable += skipped
            rows, frauds = rows + len(columns["label"]), frauds + sum(columns["label"])
            if not tell(rows):
                return None
    return Exported(rows, frauds, until, unreadable)


def _border() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(BORDER, [LEARNT])
        found: datetime | None = cursor.fetchone()[0]
    return found


def _pages(until: datetime, now: datetime) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST, [until, MOST])
        place = ((cursor.fetchone()[0] or until) - timedelta(microseconds=1), LOWEST)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [*place, until, now - COMPLAINT, PAGE])
            rows = cursor.fetchall()
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        place = (rows[-1][1], rows[-1][0])


def _columns(
    rows: list[tuple[Any, ...]], payers: dict[UUID, int], names: Sequence[str]
) -> tuple[dict[str, list[Any]], int]:
    """Return the rows as columns, the model's inputs under these names; and how many hold too little."""
    columns: dict[str, list[Any]] = defaultdict(list)
    less = less_for([(row[1], row[4]) for row in rows])
    for row, payee_frauds_less in zip(rows, less, strict=True):
        inputs = _inputs(row, payee_frauds_less)
        if inputs is None:
            continue
        _id, at, customer_id, amount, _payee, is_fraud, label_at, *_stored = row
        told = (at, payers[customer_id], amount or 0, is_fraud, label_at if is_fraud else None, 0)
        for name, value in zip(("at", "payer", "amount", "label", "label_at", "kind"), told, strict=True):
            columns[name].append(value)
        for name, number in zip(names, inputs, strict=True):
            columns[name].append(number)
    return columns, len(rows) - len(columns["label"])


def _inputs(row: tuple[Any, ...], payee_frauds_less: int) -> list[float] | None:
    if not payee_frauds_less:
        return row_of(*row[-3:])
    return again(json.loads(row[-2]), json.loads(row[-1]), payee_frauds_less=payee_frauds_less)


def _table(columns: dict[str, list[Any]], shape: "pa.Schema") -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415

    return pa.table({name: columns[name] for name in shape.names}, schema=shape)


def _shape(names: Sequence[str]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415

    moment = pa.timestamp("ms", tz="UTC")
    facts = {
        "at": moment, "payer": pa.int32(), "amount": pa.int64(), "label": pa.bool_(), "label_at": moment,
        "kind": pa.int8(),
    }  # fmt: skip
    return pa.schema([*facts.items(), *((name, pa.float32()) for name in names)])
