"""Text on paper in Latin, Devanagari and Arabic script, with the letters joined as the script joins them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from django.conf import settings
from reportlab.lib.abag import ABag
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeFragWord
from reportlab.pdfgen.canvas import Canvas

LATIN: Final = "NotoSans"
BOLD: Final = "NotoSansBold"
DEVANAGARI: Final = "NotoSansDevanagari"
ARABIC: Final = "NotoSansArabic"

FONT_FILES: Final = {
    LATIN: "NotoSans-Regular.ttf",
    BOLD: "NotoSans-Bold.ttf",
    DEVANAGARI: "NotoSansDevanagari-Regular.ttf",
    ARABIC: "NotoSansArabic-Regular.ttf",
}

# Blocks of the Unicode Standard.
DEVANAGARI_LETTERS: Final = "\u0900-\u097f\ua8e0-\ua8ff"
ARABIC_LETTERS: Final = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"
JOINERS: Final = "\u200c\u200d"
# Words of one script with the spaces between them; spaces between two scripts stand alone, as runs may be turned.
PIECES: Final = re.compile(
    f"(?P<{DEVANAGARI}>[{DEVANAGARI_LETTERS}](?:[{DEVANAGARI_LETTERS}{JOINERS} ]*[{DEVANAGARI_LETTERS}{JOINERS}])?)"
    f"|(?P<{ARABIC}>[{ARABIC_LETTERS}](?:[{ARABIC_LETTERS}{JOINERS} ]*[{ARABIC_LETTERS}{JOINERS}])?)"
    f"|[^{DEVANAGARI_LETTERS}{ARABIC_LETTERS} ]+(?: +[^{DEVANAGARI_LETTERS}{ARABIC_LETTERS} ]+)*| +"
)
# Marks that steer direction; the runs below are put in order by hand.
DIRECTION_MARKS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))

# No discretionary ligatures: in Arabic they would add vowel marks that the customer did not write.
FEATURES: Final = {"kern": True, "liga": True}

_loading = Lock()

# The font registry is one for the process and grows while letters are joined: one document is drawn at a time.
printing: Final = Lock()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font, its letters in the order in which they are drawn."""

    text: str
    font: str
    drawn: Any
    width: float


def load_fonts() -> None:
    """Read the font files, once a process."""
    with _loading:
        for name, file in FONT_FILES.items():
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, str(settings.BASE_DIR / "static" / "fonts" / file)))


def runs_of(text: str, *, size: float, is_bold: bool = False) -> list[Run]:
    """Return the runs of one line from left to right.

    A line that begins in Arabic script reads from the right, so its runs are
    turned round; inside a run the shaper has already done so. That covers names
    and notes; texts that nest directions deeper are not reordered further.
    """
    runs = [
        _shaped(piece, font, size)
        for font, piece in _pieces(text.translate(DIRECTION_MARKS), BOLD if is_bold else LATIN)
    ]
    return runs[::-1] if reads_from_right(text) else runs


def reads_from_right(text: str) -> bool:
    """Tell whether the first letter with a direction is one of a right-to-left script.

    >>> reads_from_right("12 سلام"), reads_from_right("a سلام")
    (True, False)
    """
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((direction != "L" for direction in directions if direction in {"L", "R", "AL"}), False)


def draw(canvas: Canvas, x: float, y: float, text: str, *, size: float, is_bold: bool = False) -> None:
    """Draw one line from ``x`` to the right."""
    for run in runs_of(text, size=size, is_bold=is_bold):
        _draw_run(canvas, x, y, run, size)
        x += run.width


def draw_right(canvas: Canvas, x: float, y: float, text: str, *, size: float, is_bold: bool = False) -> None:
    """Draw one line that ends at ``x``."""
    runs = runs_of(text, size=size, is_bold=is_bold)
    x -= sum(run.width for run in runs)
    for run in runs:
        _draw_run(canvas, x, y, run, size)
        x += run.width


def width_of(text: str, *, size: float, is_bold: bool = False) -> float:
    """Return how far one line reaches."""
    return sum(run.width for run in runs_of(text, size=size, is_bold=is_bold))


def shortened(text: str, *, size: float, width: float) -> str:
    """Return the text, or as much of it as fits ``width`` with an ellipsis after it."""
    if width_of(text, size=size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(text[:middle] + "…", size=size) <= width else (low, middle - 1)
    return text[:low].rstrip() + "…"


def _pieces(text: str, latin: str) -> Iterator[tuple[str, str]]:
    for piece in PIECES.finditer(text):
        yield piece.lastgroup or latin, piece[0]


def _shaped(text: str, font: str, size: float) -> Run:
    if font in {LATIN, BOLD}:
        return Run(text, font, text, pdfmetrics.stringWidth(text, font, size))
    word = [0, (ABag(fontName=font, fontSize=size), text)]
    drawn: ShapedStr = shapeFragWord(word, features=FEATURES, force=True)[1][1]
    return Run(text, font, drawn, sum(glyph.x_advance for glyph in drawn.__shapeData__) * size / 1000)


def _draw_run(canvas: Canvas, x: float, y: float, run: Run, size: float) -> None:
    line = canvas.beginText(x, y)
    line.setFont(run.font, size)
    if run.font == DEVANAGARI:
        # Conjuncts are glyphs without a character of their own; readers aloud and searches need the text itself.
        # Arabic glyphs keep theirs, and readers turn them round; given the text as well, some turn it twice.
        spoken = run.text.encode("utf-16-be").hex()
        line._code.append(f"/Span <</ActualText <feff{spoken}>>> BDC")  # noqa: SLF001 # reportlab has no call for it
        line.textOut(run.drawn)
        line._code.append("EMC")  # noqa: SLF001
    else:
        line.textOut(run.drawn)
    canvas.drawText(line)
