"""A receipt on paper: what was paid, where it is sealed, and the hash by which its file is known."""

import io
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from payments.receipts.codes import code_rows, code_text
from payments.receipts.types import SealedReceipt
from payments.statements import lettering
from payments.statements.types import bank_zone
from securebank.kernel.money import Money
from securebank.web import wording

WIDTH, HEIGHT = A4
LEFT: Final = 56
RIGHT: Final = WIDTH - 56
VALUE_AT: Final = LEFT + 120
CODE_WIDTH: Final = 150
LINE: Final = 24
# Digits of a hash on one line.
DIGITS: Final = 32

INK: Final = HexColor("#1b1f24")
QUIET: Final = HexColor("#59636e")
ACCENT: Final = HexColor("#0b5d4e")
HAIRLINE: Final = HexColor("#d4d9de")


def pdf_file(sealed: SealedReceipt, *, language: str) -> bytes:
    """Return the receipt as PDF in its reader's language."""
    file = io.BytesIO()
    with lettering.printing, translation.override(language):
        lettering.load_fonts()
        canvas = Canvas(file, pagesize=A4, pageCompression=1, lang=language)
        canvas.setTitle(_("Receipt"))
        canvas.setAuthor("SecureBank")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        y = _head(canvas, sealed, language)
        y = _facts(canvas, sealed, y, language)
        _proof(canvas, sealed, y)
        canvas.showPage()
        canvas.save()
    return file.getvalue()


def _head(canvas: Canvas, sealed: SealedReceipt, language: str) -> float:
    canvas.setFillColor(ACCENT)
    lettering.draw(canvas, LEFT, HEIGHT - 74, "SecureBank", size=15, is_bold=True)
    canvas.setFillColor(INK)
    lettering.draw_right(canvas, RIGHT, HEIGHT - 74, _("Receipt"), size=15, is_bold=True)
    canvas.setStrokeColor(ACCENT)
    canvas.line(LEFT, HEIGHT - 86, RIGHT, HEIGHT - 86)
    payment = sealed.payment
    amount = wording.format_money(Money(payment.amount_minor, payment.currency), language)
    lettering.draw(canvas, LEFT, HEIGHT - 128, amount, size=26, is_bold=True)
    return float(HEIGHT - 168)


def _facts(canvas: Canvas, sealed: SealedReceipt, y: float, language: str) -> float:
    shown, block = sealed.receipt.shown, sealed.receipt.block
    booked_at = datetime.fromisoformat(shown["booked_at"])
    place = {"index": sealed.receipt.leaf_index + 1, "size": sealed.receipt.tree_size}
    facts = [
        (_("From"), shown["from"]),
        (_("To"), shown["to"]),
        (_("Note"), shown["note"]),
        (_("Booked"), wording.format_moment(booked_at, language, bank_zone())),
        (_("Reference"), shown["transaction"]),
        (_("Sealed in block"), str(block.height)),
        (_("Place in the log"), _("%(index)s of %(size)s") % place),
    ]
    for label, value in facts:
        if not value:
            continue
        canvas.setFillColor(QUIET)
        lettering.draw(canvas, LEFT, y, label, size=10)
        canvas.setFillColor(INK)
        lettering.draw(canvas, VALUE_AT, y, lettering.shortened(value, size=10, width=RIGHT - VALUE_AT), size=10)
        canvas.setStrokeColor(HAIRLINE)
        canvas.line(LEFT, y - 8, RIGHT, y - 8)
        y -= LINE
    return y - LINE


def _proof(canvas: Canvas, sealed: SealedReceipt, y: float) -> None:
    beside = LEFT + CODE_WIDTH + 18
    _code(canvas, code_text(sealed.digest), LEFT, y - CODE_WIDTH + 12)
    canvas.setFillColor(INK)
    lettering.draw(canvas, beside, y - 14, _("This payment can be proven without trusting us"), size=12, is_bold=True)
    lines = [
        _("1. Keep the receipt's file; download it beside this PDF."),
        _("2. Scan the code: the page that opens checks the file"),
        _("    on your own device and sends it nowhere."),
        _("3. Or check it without us: python -m ledger.verify_receipt"),
    ]
    canvas.setFillColor(QUIET)
    for number, line in enumerate(lines):
        lettering.draw(canvas, beside, y - 36 - 15 * number, line, size=9.5)
    canvas.setFillColor(INK)
    lettering.draw(canvas, beside, y - 108, _("SHA-256 of the file"), size=9.5, is_bold=True)
    for row in range(0, len(sealed.digest), DIGITS):
        digits = sealed.digest[row : row + DIGITS]
        lettering.draw(canvas, beside, y - 123 - 13 * row / DIGITS, digits, size=10)


def _code(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    rows = code_rows(text)
    square = CODE_WIDTH / len(rows)
    canvas.setFillColor(INK)
    for number, row in enumerate(rows):
        for place, is_dark in enumerate(row):
            if is_dark:
                y = bottom + (len(rows) - 1 - number) * square
                # A hair wider than a square, so that no viewer shows seams.
                canvas.rect(left + place * square, y, square + 0.1, square + 0.1, stroke=0, fill=1)
