"""Statement as CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import io
from typing import Final

from payments.statements.types import Line, Statement

COLUMNS: Final = (
    "booked_on",
    "value_date",
    "type",
    "name",
    "account",
    "note",
    "currency",
    "debit",
    "credit",
    "balance",
    "entry",
    "transaction",
)

# Spreadsheets take a cell that begins with one of these for a formula; full-width forms count in some of them.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Without it spreadsheets guess the encoding, and guess Hindi and Arabic names wrong.
BYTE_ORDER_MARK: Final = "\ufeff"


def csv_file(statement: Statement) -> bytes:
    """Return the lines of the statement, one a record, oldest first.

    Amounts have no sign and no grouping: what left the account stands under
    ``debit``, what arrived under ``credit``.
    """
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(_record(line) for line in statement.lines)
    return text.getvalue().encode()


def inert(text: str) -> str:
    """Return the text as a cell that no spreadsheet computes.

    >>> inert("=1+1"), inert("rent")
    ("'=1+1", 'rent')
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _record(line: Line) -> list[str]:
    leaves = line.amount.minor < 0
    size = str(line.amount).removeprefix("-")
    return [
        line.booked_on.isoformat(),
        line.value_date.isoformat(),
        line.entry_type.value,
        inert(line.other_name),
        inert(line.other_account),
        inert(line.note),
        line.amount.currency,
        size if leaves else "",
        "" if leaves else size,
        str(line.balance),
        str(line.entry_id),
        str(line.payment_id or ""),
    ]
