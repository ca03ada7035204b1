"""Statements as PDF."""

import hashlib
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader
from rest_framework.test import APIClient

from accounts.models import User
from payments.statements import lettering
from payments.statements.pdf_file import FIRST_PAGE_ROWS, NEXT_PAGE_ROWS, pdf_file
from payments.statements.types import Statement
from tests.payments.conftest import account_of
from tests.payments.statement_builder import line, many, statement


def read(made: Statement) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_file(made)))


def words(made: Statement) -> str:
    return unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in read(made).pages))


def test_shows_balances_totals_and_lines() -> None:
    shown = words(statement(line(-1_234_50, 498_765_50)))

    for part in ("₹5,00,000.00", "₹1,234.50", "₹4,98,765.50", "-1,234.50", "4,98,765.50", "Ben Das", "Tickets"):
        assert part in shown


def test_numbers_its_pages() -> None:
    pages = read(many(FIRST_PAGE_ROWS + NEXT_PAGE_ROWS + 1)).pages

    assert [f"Page {number} of 3" in page.extract_text() for number, page in enumerate(pages, 1)] == [True] * 3


@pytest.mark.parametrize(("lines", "pages"), [(0, 1), (FIRST_PAGE_ROWS, 1), (FIRST_PAGE_ROWS + 1, 2)])
def test_begins_a_page_only_for_lines_that_need_it(lines: int, pages: int) -> None:
    assert len(read(many(lines)).pages) == pages


def test_says_so_when_nothing_was_booked() -> None:
    assert "No bookings in this period." in words(statement())


def test_tells_readers_title_and_language() -> None:
    made = read(statement(language="hi"))

    assert made.metadata is not None
    assert made.metadata.title is not None
    assert "100012345678-20260301-20260331" in made.metadata.title
    assert str(made.root_object["/Lang"]) == "hi"
    assert "/DisplayDocTitle" in str(made.root_object["/ViewerPreferences"])


def test_keeps_the_letters_of_hindi_names_for_search_and_reading_aloud() -> None:
    made = read(statement(holder="आशा क्षत्रिय"))

    content = made.pages[0].get_contents()

    assert content is not None
    assert "आशा क्षत्रिय".encode("utf-16-be").hex().encode() in content.get_data()


def test_writes_arabic_names_with_joined_letters() -> None:
    assert "محمد علي" in words(statement(holder="محمد علي"))


def test_shortens_a_note_that_is_wider_than_its_column() -> None:
    shown = words(statement(line(1, 2, note="long " * 28)))

    # NFKC has made three dots of the ellipsis.
    assert "long lo..." in shown


@pytest.mark.parametrize("name", ["محمد", "क्षत्रिय"])
def test_joins_letters_instead_of_setting_them_one_by_one(name: str) -> None:
    lettering.load_fonts()
    (run,) = lettering.runs_of(name, size=10)

    assert str(run.drawn) != name


def test_turns_a_line_round_that_begins_in_arabic() -> None:
    lettering.load_fonts()

    runs = [run.text for run in lettering.runs_of("إيجار March شقة", size=10)]

    assert runs == ["شقة", " ", "March", " ", "إيجار"]


def test_prints_with_the_very_fonts_that_were_checked_in() -> None:
    folder = Path(settings.BASE_DIR) / "static" / "fonts"
    rows = [row.split() for row in (folder / "SHA256SUMS").read_text().splitlines()]
    listed = {name: digest for digest, name in rows}

    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.ttf")}

    assert found == listed


def test_is_printed_in_the_customers_own_language(asha: User, client_of: Callable[[User], APIClient]) -> None:
    asha.language = "ar"
    asha.save(update_fields=["language"])

    answer = client_of(asha).get(f"/api/accounts/{account_of(asha).pk}/statement", {"format": "pdf"})

    assert str(PdfReader(io.BytesIO(answer.content)).root_object["/Lang"]) == "ar"
