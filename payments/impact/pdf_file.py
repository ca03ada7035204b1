"""The report as PDF: A4, three pages. First the answer, then how sure it is, then what it rests on."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from fraud.impact.reckoning import Report
from payments.impact import plots, presenting, wording
from payments.impact.plots import LOSS, WORSE, Box
from payments.impact.presenting import Assumed, Line
from payments.statements import lettering
from payments.statements.pdf_file import ACCENT, BAND, HAIRLINE, INK, LEFT, QUIET, RIGHT
from payments.statements.types import Period, bank_zone
from securebank.web.wording import format_day, format_moment

WIDTH, HEIGHT = A4
TOP: Final = HEIGHT - 92
PAGES: Final = 3
ROW: Final = 17
TEXT: Final = 9
LEADING: Final = 13


def pdf_file(report: Report, *, period: Period, made_at: datetime, language: str) -> bytes:
    """Return the report in its reader's language."""
    file = io.BytesIO()
    with lettering.printing, translation.override(language):
        lettering.load_fonts()
        canvas = Canvas(file, pagesize=A4, pageCompression=1, lang=language)
        canvas.setTitle(_("Business impact of the fraud check"))
        canvas.setAuthor("SecureBank")
        canvas.setCreator("SecureBank")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        days = f"{format_day(period.first, language)} – {format_day(period.last, language)}"
        made = format_moment(made_at, language, bank_zone())
        for number, page in enumerate((_answer, _certainty, _grounds), 1):
            _head(canvas, days)
            page(canvas, report, language)
            _foot(canvas, made, number)
            canvas.showPage()
        canvas.save()
    return file.getvalue()


def _answer(canvas: Canvas, report: Report, language: str) -> None:
    y = _title(canvas, TOP, _("Business impact of the fraud check"), size=20) - 8
    y = _boxes(canvas, y, presenting.summary(report, language))
    y = _paragraph(canvas, y - 20, _in_short(report, language)) - 14
    y = _title(canvas, y, _("From prevented loss to net saving"))
    box = Box(LEFT, y - 168, RIGHT - LEFT, 160)
    plots.waterfall(canvas, box, presenting.steps(report.expected), language)
    y = _title(canvas, box.bottom - 40, _("What was counted"))
    _table(canvas, y, ["", _("Number"), _("Amount")], presenting.counted(report.history, language))


def _in_short(report: Report, language: str) -> str:
    history, found = report.history, report.expected
    return _(
        "Of %(payments)s payments the check stopped %(stopped)s. %(caught)s of them were found to be fraud, worth"
        " %(amount)s; %(missed)s known frauds went through. Genuine payments of %(annoyed)s customers were stopped."
        " The net saving after all costs is %(net)s, between %(low)s and %(high)s when every assumption moves to its"
        " worse or better end."
    ) % {
        "payments": number_format(history.payments, force_grouping=True),
        "stopped": number_format(history.stopped, force_grouping=True),
        "caught": number_format(history.caught.number, force_grouping=True),
        "amount": wording.rupees(history.caught.minor, language),
        "missed": number_format(history.missed.number, force_grouping=True),
        "annoyed": number_format(history.annoyed, force_grouping=True),
        "net": wording.rupees(found.net, language),
        "low": wording.rupees(report.low.net, language),
        "high": wording.rupees(report.high.net, language),
    }


def _certainty(canvas: Canvas, report: Report, language: str) -> None:
    y = _title(canvas, TOP, _("Fraud by week"))
    if report.history.weeks:
        plots.legend(canvas, LEFT, y - 6, [(ACCENT, _("Stopped")), (LOSS, _("Let through, as far as known"))])
        plots.weeks(canvas, Box(LEFT, y - 160, RIGHT - LEFT, 138), report.history.weeks, language)
        y -= 160
    else:
        y = _paragraph(canvas, y - 8, _("No payment of this period carries a label."))
    y = _title(canvas, y - 44, _("Low, expected and high case"))
    y = _table(canvas, y, ["", _("Low"), _("Expected"), _("High")], presenting.cases(report, language))
    y = _title(canvas, y - 26, _("Net saving when one assumption moves alone"))
    plots.legend(canvas, LEFT, y - 6, [(WORSE, _("At its worse end")), (ACCENT, _("At its better end"))])
    arms = presenting.arms(report, language)
    plots.tornado(canvas, Box(LEFT, y - 206, RIGHT - LEFT, 172), arms, report.expected.net, language)


def _grounds(canvas: Canvas, report: Report, language: str) -> None:
    y = _title(canvas, TOP, _("Assumptions"))
    for each in presenting.assumptions(report, language):
        y = _assumption(canvas, y, each)
    y = _title(canvas, y - 22, _("How it is reckoned"))
    y = _list(canvas, y - 4, _reckoning())
    y = _title(canvas, y - 16, _("Limits"))
    _list(canvas, y - 4, wording.limits(report.history.labels))


def _reckoning() -> list[str]:
    return [
        _("Loss prevented = amount of stopped fraud, less the share that would have come back anyway."),
        _("Cost of reviews = reviews times the cost of one; each verdict of an analyst is a review."),
        _(
            "Customers lost = customers of whom a genuine payment was stopped, times the probability to leave, times"
            " the value of a customer."
        ),
        _("Running the check = its cost for 30 days, by the length of the period."),
        _("Net saving = loss prevented less all three costs. All amounts in rupees at the bank's reference rates."),
    ]


def _head(canvas: Canvas, days: str) -> None:
    canvas.setFillColor(ACCENT)
    canvas.roundRect(LEFT, HEIGHT - 58, 18, 18, 5, stroke=0, fill=1)
    lettering.draw(canvas, LEFT + 26, HEIGHT - 55, "SecureBank", size=15, is_bold=True)
    canvas.setFillColor(QUIET)
    lettering.draw_right(canvas, RIGHT, HEIGHT - 54, days, size=10)


def _foot(canvas: Canvas, made: str, number: int) -> None:
    canvas.setFillColor(QUIET)
    lettering.draw(canvas, LEFT, 40, _("Made on %(moment)s, Indian time") % {"moment": made}, size=7.5)
    page = _("Page %(number)s of %(pages)s") % {"number": number, "pages": PAGES}
    lettering.draw_right(canvas, RIGHT, 40, page, size=7.5)


def _title(canvas: Canvas, y: float, text: str, *, size: float = 12) -> float:
    canvas.setFillColor(INK)
    lettering.draw(canvas, LEFT, y - size, text, size=size, is_bold=True)
    return y - size - 8


def _boxes(canvas: Canvas, y: float, lines: Sequence[Line]) -> float:
    step = (RIGHT - LEFT) / len(lines)
    canvas.setFillColor(BAND)
    canvas.roundRect(LEFT, y - 50, RIGHT - LEFT, 50, 6, stroke=0, fill=1)
    for place, line in enumerate(lines):
        x = LEFT + 12 + place * step
        canvas.setFillColor(QUIET)
        lettering.draw(canvas, x, y - 18, line.label, size=8)
        canvas.setFillColor(INK)
        [written] = line.figures
        fitting = min(12, 12 * (step - 18) / lettering.width_of(written, size=12, is_bold=True))
        lettering.draw(canvas, x, y - 36, written, size=fitting, is_bold=True)
    return y - 50


def _table(canvas: Canvas, y: float, heads: Sequence[str], lines: Sequence[Line]) -> float:
    """Draw labels at the left and figures in columns that end at the right; return where it ends."""
    width = 118
    ends = [RIGHT - width * place for place in reversed(range(len(heads) - 1))]
    canvas.setFillColor(QUIET)
    for end, head in zip(ends, heads[1:], strict=True):
        lettering.draw_right(canvas, end, y - 10, head, size=8)
    _rule(canvas, y - 15)
    y -= 15
    for line in lines:
        canvas.setFillColor(INK)
        room = ends[0] - width - LEFT
        lettering.draw(canvas, LEFT, y - 12, lettering.shortened(line.label, size=TEXT, width=room + 40), size=TEXT)
        for end, figure in zip(ends, line.figures, strict=True):
            lettering.draw_right(canvas, end, y - 12, figure, size=TEXT)
        y -= ROW
        _rule(canvas, y)
    return y


def _assumption(canvas: Canvas, y: float, each: Assumed) -> float:
    canvas.setFillColor(INK)
    lettering.draw(canvas, LEFT, y - 12, each.label, size=TEXT, is_bold=True)
    lettering.draw_right(canvas, RIGHT, y - 12, each.expected, size=TEXT, is_bold=True)
    canvas.setFillColor(QUIET)
    ends = _("low case %(low)s · high case %(high)s") % {"low": each.low, "high": each.high}
    lettering.draw_right(canvas, RIGHT, y - 25, ends, size=7.5)
    for line in _lines(each.meaning, size=8, width=RIGHT - LEFT - 170):
        lettering.draw(canvas, LEFT, y - 24, line, size=8)
        y -= 11
    y -= 20
    _rule(canvas, y)
    return y


def _list(canvas: Canvas, y: float, points: Sequence[str]) -> float:
    for point in points:
        canvas.setFillColor(ACCENT)
        canvas.circle(LEFT + 3, y - 6, 1.6, stroke=0, fill=1)
        y = _paragraph(canvas, y, point, indent=12) - 4
    return y


def _paragraph(canvas: Canvas, y: float, text: str, *, indent: float = 0) -> float:
    canvas.setFillColor(INK)
    for line in _lines(text, size=TEXT, width=RIGHT - LEFT - indent):
        lettering.draw(canvas, LEFT + indent, y - TEXT, line, size=TEXT)
        y -= LEADING
    return y


def _lines(text: str, *, size: float, width: float) -> Iterator[str]:
    """Break a text at its spaces."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and lettering.width_of(longer, size=size) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.4)
    canvas.line(LEFT, y, RIGHT, y)
