"""Statements as CSV."""

import csv
import io

import pytest

from payments.statements.csv_file import BYTE_ORDER_MARK, csv_file
from payments.statements.types import Statement
from tests.payments.statement_builder import line, statement


def records(made: Statement) -> list[dict[str, str]]:
    text = csv_file(made).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_puts_what_left_and_what_arrived_in_columns_of_their_own() -> None:
    left, arrived = records(statement(line(-100_50, 499_899_50), line(5, 499_899_55)))

    assert [left[name] for name in ("debit", "credit", "balance")] == ["100.50", "", "499899.50"]
    assert [arrived[name] for name in ("debit", "credit", "balance")] == ["", "0.05", "499899.55"]


def test_dates_bookings_by_the_banks_day() -> None:
    (late_in_utc,) = records(statement(line(1, 2)))

    assert (late_in_utc["booked_on"], late_in_utc["value_date"]) == ("2026-03-03", "2026-03-03")


@pytest.mark.parametrize(
    "written", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＠SUM"]
)
@pytest.mark.parametrize("field", ["note", "other_name"])
def test_makes_text_that_looks_like_a_formula_inert(field: str, written: str) -> None:
    (found,) = records(statement(line(1, 2, **{field: written})))

    assert found["note" if field == "note" else "name"] == f"'{written}"


def test_leaves_no_cell_that_a_spreadsheet_would_compute() -> None:
    made = statement(line(-1, -1, note='=1","=2'), line(1, 0, note="ordinary"))

    starts = {cell[:1] for record in records(made) for name, cell in record.items() if name != "balance"}

    assert not starts & set("=+-@\t\r")


def test_keeps_commas_quotes_and_other_scripts() -> None:
    (found,) = records(statement(line(1, 2, note='किराया, "मार्च"', other_name="محمد علي")))

    assert (found["note"], found["name"]) == ('किराया, "मार्च"', "محمد علي")


def test_ends_every_record_as_the_standard_says_and_names_its_encoding() -> None:
    text = csv_file(statement(line(1, 2))).decode()

    assert text.startswith(BYTE_ORDER_MARK)
    assert text.count("\r\n") == text.count("\n") == 2
