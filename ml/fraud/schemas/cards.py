"""European card payments: 28 components without names, and the amount.

The public file (Time, V1 to V28, Amount, Class) and samples that count from V0 and know no time are both read.
"""

from typing import Final

import numpy as np
import pyarrow as pa

from ml.fraud.schemas.frame import Column, Frame, numbers
from ml.fraud.schemas.schema import Features, TableSchema

COMPONENTS: Final = 28
# Without a time, rows are taken to be a second apart. No feature looks at time or at other rows.
LABEL_DELAY: Final = 0


def arrange(table: pa.Table) -> tuple[Column, Column, dict[str, Column]]:
    """Return moments, labels and columns. Components that count from 0 get the public file's numbers."""
    first = 0 if "V0" in table.column_names else 1
    columns = {f"V{number + 1}": numbers(table, f"V{number + first}") for number in range(COMPONENTS)}
    columns["Amount"] = numbers(table, "Amount")
    at = numbers(table, "Time") if "Time" in table.column_names else np.arange(len(table))
    return at, numbers(table, "Class"), columns


def compute(frame: Frame, _delay: int) -> Features:
    """Return what a model is told: the payment alone."""
    return {name: frame[name] for name in (*(f"V{number}" for number in range(1, COMPONENTS + 1)), "Amount")}


CARDS: Final = TableSchema(
    name="cards",
    columns={
        "Time": (),
        **{f"V{number}": () for number in range(COMPONENTS + 1)},
        "Amount": (),
        "Class": ("label",),
    },
    optional=("Time", "V0", f"V{COMPONENTS}"),
    arrange=arrange,
    compute=compute,
    label_delay=LABEL_DELAY,
    amount="Amount",
    learnt_share=0.6,
    validated_share=0.75,
)
