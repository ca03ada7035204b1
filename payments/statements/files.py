"""A statement as a file to download."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from payments.statements.camt053 import camt053_file
from payments.statements.csv_file import csv_file
from payments.statements.types import Statement


class FileFormat(StrEnum):
    """The kinds of file a customer can download."""

    CSV = "csv"
    PDF = "pdf"
    CAMT053 = "camt053"


def _pdf_file(statement: Statement) -> bytes:
    """Load the PDF library with the first PDF: every web process pays for what it imports at its start."""
    from payments.statements.pdf_file import pdf_file  # noqa: PLC0415

    return pdf_file(statement)


@dataclass(frozen=True, slots=True)
class Printer:
    """How one kind of file is made and named."""

    make: Callable[[Statement], bytes]
    content_type: str
    extension: str


PRINTERS: Final[dict[FileFormat, Printer]] = {
    FileFormat.CSV: Printer(csv_file, "text/csv; charset=utf-8", "csv"),
    FileFormat.PDF: Printer(_pdf_file, "application/pdf", "pdf"),
    FileFormat.CAMT053: Printer(camt053_file, "application/xml", "xml"),
}


def render(statement: Statement, file_format: FileFormat) -> tuple[bytes, str, str]:
    """Return the file, its content type, and the name to save it under."""
    printer = PRINTERS[file_format]
    # The name says neither whose account nor its whole number: downloads folders are shared and synchronised.
    days = f"{statement.period.first.isoformat()}-{statement.period.last.isoformat()}"
    name = f"statement-{statement.account_number[-4:]}-{days}.{printer.extension}"
    return printer.make(statement), printer.content_type, name
