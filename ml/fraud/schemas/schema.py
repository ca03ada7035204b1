"""What the adapters of all schemas have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ml.fraud.schemas.frame import Column, Frame, read_table, sorted_frame

Features = dict[str, npt.NDArray[Any]]


class LeakRefused(ValueError):
    """Columns that are only known after the payment were asked for; the text names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(ABC):
    """How files of one origin are read, and what a model is told of their payments.

    Attributes:
        name: as on the command line.
        compute: makes the features of all rows; of a row only from what is known when it is paid.
        label_delay: seconds after which it is known of a payment whether it was a fraud.
        card: the column that tells cards or accounts apart, for the precision of a day's hundred; "" without one.
        leaks: columns that are only known after the payment, used by nothing unless they are asked for.
        amount: the column of amounts, by which missed frauds are weighed.
        learnt_share: the part of the time, without gaps, from which models learn.
        validated_share: up to this part of it thresholds are chosen; what follows is held out.
        most_rows: as many rows as any model needs to learn from; of the good ones beyond it each stands for several.
        card_schema: what a model's card calls the schema; its name where None.
    """

    name: str
    compute: Callable[[Frame, int], Features]
    label_delay: int
    card: str = ""
    leaks: tuple[str, ...] = ()
    amount: str = "amount"
    learnt_share: float = 0.65
    validated_share: float = 0.75
    most_rows: int = 1_000_000
    card_schema: int | None = None

    @abstractmethod
    def read(self, data: Path, *, history: Path | None = None) -> tuple[Frame, npt.NDArray[np.bool_]]:
        """Return the payments of both files in the order of time, and which of them are the data's own."""

    def inputs(
        self, frame: Frame, names: Sequence[str] | None = None, *, allow_leaks: bool = False
    ) -> tuple[npt.NDArray[np.float32], list[str]]:
        """Return the model's inputs, one row a payment, and their names.

        Raises:
            LeakRefused: a named feature is a leak, and leaks are not allowed.
        """
        leaking = sorted(set(names or ()) & set(self.leaks))
        if leaking and not allow_leaks:
            raise LeakRefused(f"known only after the payment: {', '.join(leaking)}")
        found = self.compute(frame, self.label_delay)
        if allow_leaks:
            found |= {name: frame[name] for name in self.leaks if name in frame.columns}
        chosen = list(found if names is None else names)
        return np.column_stack([found[name].astype(np.float32) for name in chosen]), chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema(Schema):
    """A schema whose files are one table each.

    Attributes:
        columns: needed columns and their other names in files.
        arrange: makes a table to moments, labels and columns of numbers.
        optional: columns that a file may lack.
    """

    columns: Mapping[str, Sequence[str]]
    arrange: Callable[[pa.Table], tuple[Column, Column, dict[str, Column]]]
    optional: tuple[str, ...] = ()

    def read(self, data: Path, *, history: Path | None = None) -> tuple[Frame, npt.NDArray[np.bool_]]:
        """Return the payments of both files in the order of time, and which of them are the data's own."""
        wanted = {**self.columns, **dict.fromkeys(self.leaks, ())}
        tables = [
            read_table(path, wanted, (*self.optional, *self.leaks)) for path in (history, data) if path is not None
        ]
        shared = [name for name in tables[-1].column_names if all(name in table.column_names for table in tables)]
        table = pa.concat_tables([table.select(shared) for table in tables], promote_options="permissive")
        at, label, columns = self.arrange(table)
        frame, order = sorted_frame(at, label, columns)
        return frame, order >= (len(table) - len(tables[-1]))
