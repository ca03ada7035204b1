"""Labelled payments of any origin as columns of numbers, in the order of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

Column = npt.NDArray[Any]
FEWEST_ROWS: Final = 1


class UnknownFile(ValueError):
    """A file that is not of the schema; the text names what is missing."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Payments in the order of time.

    Attributes:
        at: seconds, whole, ascending; from an arbitrary beginning where the file has no dates.
        label: which are frauds.
        columns: what else is known of each; texts as numbers that only say "the same" or "another".
    """

    at: npt.NDArray[np.int64]
    label: npt.NDArray[np.bool_]
    columns: Mapping[str, Column]

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.at)

    def rows(self, chosen: Column) -> Self:
        """Return some of the rows: a mask, or row numbers in ascending order."""
        return type(self)(
            self.at[chosen], self.label[chosen], {name: column[chosen] for name, column in self.columns.items()}
        )


def sorted_frame(at: Column, label: Column, columns: Mapping[str, Column]) -> tuple[Frame, npt.NDArray[np.int64]]:
    """Return the rows in the order of time, those of one second in the file's order, and where each came from."""
    order = np.argsort(at, kind="stable")
    sorted_columns = {name: column[order] for name, column in columns.items()}
    return Frame(at[order].astype(np.int64), label[order].astype(bool), sorted_columns), order


def read_table(path: Path, wanted: Mapping[str, Sequence[str]], optional: Sequence[str] = ()) -> pa.Table:
    """Return the wanted columns of a Parquet or CSV file, or of a folder of Parquet files in the order of names.

    Args:
        path: the file or the folder.
        wanted: for each column its names in files, the first of which it gets.
        optional: columns that may be absent.

    Raises:
        UnknownFile: a column is missing, or there are no rows.
    """
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise UnknownFile(f"{path.name}: no Parquet files")
    table = pa.concat_tables([_read_file(file, wanted, optional) for file in files], promote_options="permissive")
    if table.num_rows < FEWEST_ROWS:
        raise UnknownFile(f"{path.name}: no rows")
    return table


def _read_file(path: Path, wanted: Mapping[str, Sequence[str]], optional: Sequence[str]) -> pa.Table:
    is_csv = path.name.endswith((".csv", ".csv.gz"))
    present = _csv_header(path) if is_csv else pq.read_schema(path).names
    found = {
        name: next((alias for alias in (name, *aliases) if alias in present), None) for name, aliases in wanted.items()
    }
    missing = sorted(name for name, alias in found.items() if alias is None and name not in optional)
    if missing:
        raise UnknownFile(f"{path.name}: no column {', '.join(missing)}")
    chosen = {alias: name for name, alias in found.items() if alias is not None}
    if is_csv:
        table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(include_columns=list(chosen)))
    else:
        table = pq.read_table(path, columns=list(chosen))
    return _plain(table.rename_columns([chosen[name] for name in table.column_names]))


def _csv_header(path: Path) -> list[str]:
    with pa.csv.open_csv(path) as reader:
        return list(reader.schema.names)


def _plain(table: pa.Table) -> pa.Table:
    """Write dictionaries out: those of two files number the same words differently."""
    for number, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(number, field.name, table.column(number).cast(pa.string()))
    return table


def numbers(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    """Return a column of numbers."""
    return np.asarray(table[name].to_numpy(), np.float64)


def codes(*columns: pa.ChunkedArray) -> list[npt.NDArray[np.int64]]:
    """Return columns of texts or ids as numbers, the same for the same text in any of them.

    >>> [found.tolist() for found in codes(pa.chunked_array([["a", "b"]]), pa.chunked_array([["b", "c"]]))]
    [[0, 1], [1, 2]]
    """
    together = pa.chunked_array([chunk.cast(pa.string()) for column in columns for chunk in column.chunks])
    encoded = pc.dictionary_encode(together.combine_chunks()).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return np.split(encoded, np.cumsum([len(column) for column in columns])[:-1])


def seconds(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return moments, as timestamps or as text, in seconds since 1970."""
    if not pa.types.is_timestamp(column.type):
        column = pc.strptime(column.cast(pa.string()), format="%Y-%m-%d %H:%M:%S", unit="s")
    return np.asarray(column.cast(pa.timestamp("s"), safe=False).to_numpy()).astype(np.int64)


def days(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return dates, as dates or as text, as their midnight in seconds since 1970."""
    if not pa.types.is_date(column.type) and not pa.types.is_timestamp(column.type):
        column = pc.strptime(column.cast(pa.string()), format="%Y-%m-%d", unit="s")
    return np.asarray(column.cast(pa.timestamp("s"), safe=False).to_numpy()).astype(np.int64)
