"""Statement as PDF: A4, one table with a running balance, numbered pages."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from payments.statements import lettering
from payments.statements.types import Line, Statement, bank_zone
from payments.statements.wording import account_kind, title_of
from securebank.web import wording

WIDTH, HEIGHT = A4
MARGIN: Final = 42
LEFT: Final = MARGIN
RIGHT: Final = WIDTH - MARGIN

# Left edges of the text columns, right edges of the two columns of money.
DATE_AT: Final = LEFT
WORDS_AT: Final = LEFT + 72
AMOUNT_END: Final = RIGHT - 100
BALANCE_END: Final = RIGHT
WORDS_WIDTH: Final = AMOUNT_END - 92 - WORDS_AT

ROW_HEIGHT: Final = 27
FIRST_TABLE_TOP: Final = HEIGHT - 226
NEXT_TABLE_TOP: Final = HEIGHT - 84
TABLE_BOTTOM: Final = 72
FIRST_PAGE_ROWS: Final = int((FIRST_TABLE_TOP - TABLE_BOTTOM) // ROW_HEIGHT)
NEXT_PAGE_ROWS: Final = int((NEXT_TABLE_TOP - TABLE_BOTTOM) // ROW_HEIGHT)

INK: Final = HexColor("#1b1f24")
QUIET: Final = HexColor("#59636e")
ACCENT: Final = HexColor("#0b5d4e")
HAIRLINE: Final = HexColor("#d4d9de")
BAND: Final = HexColor("#f3f6f5")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: which of how many, where its table begins, what it lists."""

    number: int
    pages: int
    top: float
    lines: Sequence[Line]


def pdf_file(statement: Statement) -> bytes:
    """Return the statement in its reader's language."""
    file = io.BytesIO()
    with lettering.printing, translation.override(statement.language):
        lettering.load_fonts()
        canvas = Canvas(file, pagesize=A4, pageCompression=1, lang=statement.language)
        canvas.setTitle(_("Account statement %(reference)s") % {"reference": statement.reference})
        canvas.setAuthor("SecureBank")
        canvas.setSubject(statement.holder)
        canvas.setCreator("SecureBank")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for sheet in sheets_of(statement.lines):
            _page(canvas, statement, sheet)
            canvas.showPage()
        canvas.save()
    return file.getvalue()


def sheets_of(lines: Sequence[Line]) -> list[Sheet]:
    """Part the lines into pages; a statement without lines has one page."""
    starts = [0, *range(FIRST_PAGE_ROWS, len(lines), NEXT_PAGE_ROWS)]
    ends = [*starts[1:], len(lines)]
    return [
        Sheet(number, len(starts), FIRST_TABLE_TOP if number == 1 else NEXT_TABLE_TOP, lines[start:end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _page(canvas: Canvas, statement: Statement, sheet: Sheet) -> None:
    _head(canvas)
    if sheet.number == 1:
        _summary(canvas, statement)
    _column_heads(canvas, statement, sheet.top + 8)
    y = sheet.top - 6
    for line in sheet.lines:
        _row(canvas, line, y, statement.language)
        y -= ROW_HEIGHT
    if not statement.lines:
        canvas.setFillColor(QUIET)
        lettering.draw(canvas, DATE_AT, y - 8, _("No bookings in this period."), size=9)
    _foot(canvas, statement, sheet)


def _head(canvas: Canvas) -> None:
    canvas.setFillColor(ACCENT)
    canvas.roundRect(LEFT, HEIGHT - 58, 18, 18, 5, stroke=0, fill=1)
    lettering.draw(canvas, LEFT + 26, HEIGHT - 55, "SecureBank", size=15, is_bold=True)
    canvas.setFillColor(QUIET)
    lettering.draw_right(canvas, RIGHT, HEIGHT - 54, _("Account statement"), size=10)


def _summary(canvas: Canvas, statement: Statement) -> None:
    language, period = statement.language, statement.period
    canvas.setFillColor(INK)
    holder = lettering.shortened(statement.holder, size=14, width=RIGHT - LEFT)
    lettering.draw(canvas, LEFT, HEIGHT - 92, holder, size=14)
    canvas.setFillColor(QUIET)
    account = f"{account_kind(statement.account_kind)} · {statement.account_number} · {statement.currency}"
    lettering.draw(canvas, LEFT, HEIGHT - 109, account, size=9)
    days = f"{wording.format_day(period.first, language)} – {wording.format_day(period.last, language)}"
    lettering.draw(canvas, LEFT, HEIGHT - 123, days, size=9)
    figures = (
        (_("Opening balance"), statement.opening),
        (_("Money in"), statement.total_in),
        (_("Money out"), statement.total_out),
        (_("Closing balance"), statement.closing),
    )
    canvas.setFillColor(BAND)
    canvas.roundRect(LEFT, HEIGHT - 188, RIGHT - LEFT, 48, 6, stroke=0, fill=1)
    step = (RIGHT - LEFT) / len(figures)
    for place, (label, money) in enumerate(figures):
        x = LEFT + 12 + place * step
        canvas.setFillColor(QUIET)
        lettering.draw(canvas, x, HEIGHT - 158, label, size=8)
        canvas.setFillColor(INK)
        written = wording.format_money(money, language)
        lettering.draw(canvas, x, HEIGHT - 175, written, size=_fitting(written, 11, step - 16), is_bold=True)


def _column_heads(canvas: Canvas, statement: Statement, y: float) -> None:
    canvas.setFillColor(QUIET)
    lettering.draw(canvas, DATE_AT, y, _("Date"), size=8)
    lettering.draw(canvas, WORDS_AT, y, _("Details"), size=8)
    amount = _("Amount (%(currency)s)") % {"currency": statement.currency}
    balance = _("Balance (%(currency)s)") % {"currency": statement.currency}
    lettering.draw_right(canvas, AMOUNT_END, y, amount, size=8)
    lettering.draw_right(canvas, BALANCE_END, y, balance, size=8)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, y - 6, RIGHT, y - 6)


def _row(canvas: Canvas, line: Line, y: float, language: str) -> None:
    canvas.setFillColor(INK)
    lettering.draw(canvas, DATE_AT, y - 8, wording.format_day(line.booked_on, language), size=9)
    heading = f"{title_of(line)} · {line.other_name}" if line.other_name else title_of(line)
    lettering.draw(canvas, WORDS_AT, y - 8, lettering.shortened(heading, size=9, width=WORDS_WIDTH), size=9)
    _money(canvas, AMOUNT_END, y - 8, wording.format_amount(line.amount, language), is_bold=line.amount.minor > 0)
    _money(canvas, BALANCE_END, y - 8, wording.format_amount(line.balance, language), is_bold=False)
    canvas.setFillColor(QUIET)
    # Two pieces, so that a note in a right-to-left script doesn't turn the account number round with it.
    account = f"{line.other_account} · " if line.other_account and line.note else line.other_account
    lettering.draw(canvas, WORDS_AT, y - 19, account, size=7.5)
    used = lettering.width_of(account, size=7.5)
    note = lettering.shortened(line.note, size=7.5, width=WORDS_WIDTH - used)
    lettering.draw(canvas, WORDS_AT + used, y - 19, note, size=7.5)
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.4)
    canvas.line(LEFT, y - 24.5, RIGHT, y - 24.5)


def _money(canvas: Canvas, end: float, y: float, written: str, *, is_bold: bool) -> None:
    lettering.draw_right(canvas, end, y, written, size=_fitting(written, 9, 96), is_bold=is_bold)


def _fitting(text: str, size: float, width: float) -> float:
    """Return the size, or the smaller one at which the text is as wide as ``width``."""
    return min(size, size * width / lettering.width_of(text, size=size, is_bold=True))


def _foot(canvas: Canvas, statement: Statement, sheet: Sheet) -> None:
    canvas.setFillColor(QUIET)
    made = wording.format_moment(statement.made_at, statement.language, bank_zone())
    lettering.draw(canvas, LEFT, 40, _("Made on %(moment)s, Indian time") % {"moment": made}, size=7.5)
    page = _("Page %(number)s of %(pages)s") % {"number": sheet.number, "pages": sheet.pages}
    lettering.draw_right(canvas, RIGHT, 40, page, size=7.5)
