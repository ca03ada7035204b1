"""A code on paper, to hang up or stand on a counter."""

import io
from dataclasses import dataclass
from threading import Lock
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, A5
from reportlab.pdfgen.canvas import Canvas

from payments.receipts.codes import code_rows
from payments.statements import lettering

SIZES: Final = {"a4": A4, "a5": A5}

INK: Final = HexColor("#16211d")
QUIET: Final = HexColor("#55625c")
ACCENT: Final = HexColor("#0b5d4e")
PAPER: Final = HexColor("#ffffff")

# Parts of the page's width; lengths below are for an A4 page, in points, and shrink with it.
CODE_SHARE: Final = 0.62
MARGIN_SHARE: Final = 0.1

# The font registry of the PDF library is one for the process and grows while letters are joined.
_printing = Lock()


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it.

    Attributes:
        name: of whom is paid, in full: payers compare it with what their bank shows them.
        amount: as the reader writes it; "" when the payer chooses.
    """

    text: str
    name: str
    handle: str
    amount: str = ""
    note: str = ""


def pdf_file(poster: Poster, *, size: str, language: str) -> bytes:
    """Return the poster as PDF in its maker's language; ``size`` is a key of ``SIZES``."""
    width, height = SIZES[size]
    scale = width / A4[0]
    file = io.BytesIO()
    with _printing, translation.override(language):
        lettering.load_fonts()
        canvas = Canvas(file, pagesize=(width, height), pageCompression=1, lang=language)
        canvas.setTitle(_("Pay %(name)s") % {"name": poster.name})
        canvas.setAuthor("SecureBank")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.scale(scale, scale)
        _head(canvas)
        _words(canvas, poster)
        _code(canvas, poster.text)
        _foot(canvas)
        canvas.showPage()
        canvas.save()
    return file.getvalue()


def _head(canvas: Canvas) -> None:
    canvas.setFillColor(ACCENT)
    canvas.rect(0, A4[1] - 130, A4[0], 130, stroke=0, fill=1)
    canvas.setFillColor(PAPER)
    _centred(canvas, A4[1] - 66, _("Scan to pay"), size=34, is_bold=True)
    _centred(canvas, A4[1] - 98, "SecureBank", size=15)


def _words(canvas: Canvas, poster: Poster) -> None:
    canvas.setFillColor(INK)
    _centred(canvas, A4[1] - 190, poster.name, size=28, is_bold=True)
    canvas.setFillColor(QUIET)
    _centred(canvas, A4[1] - 216, poster.handle, size=15)
    canvas.setFillColor(INK)
    if poster.amount:
        _centred(canvas, 156, poster.amount, size=26, is_bold=True)
    if poster.note:
        _centred(canvas, 126, poster.note, size=15)


def _code(canvas: Canvas, text: str) -> None:
    rows = code_rows(text)
    width = A4[0] * CODE_SHARE
    square = width / len(rows)
    left, top = (A4[0] - width) / 2, A4[1] - 240
    canvas.setFillColor(INK)
    for number, row in enumerate(rows):
        for place, is_dark in enumerate(row):
            if is_dark:
                # A hair wider than a square, so that no viewer shows seams.
                side = square + 0.1
                canvas.rect(left + place * square, top - (number + 1) * square, side, side, stroke=0, fill=1)


def _foot(canvas: Canvas) -> None:
    canvas.setFillColor(QUIET)
    _centred(canvas, 72, _("Before you pay, compare the name above with the one on your screen."), size=12)
    _centred(canvas, 54, _("Another name, or a code stuck over this one? Don't pay, and tell us."), size=12)


def _centred(canvas: Canvas, y: float, text: str, *, size: float, is_bold: bool = False) -> None:
    room = A4[0] * (1 - 2 * MARGIN_SHARE)
    size = min(size, size * room / max(lettering.width_of(text, size=size, is_bold=is_bold), 1))
    left = (A4[0] - lettering.width_of(text, size=size, is_bold=is_bold)) / 2
    lettering.draw(canvas, left, y, text, size=size, is_bold=is_bold)
