"""Charts of the report, drawn as lines and text: sharp at any size, and readable by a screen reader's search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas

from fraud.impact.history import Week
from payments.impact.axis import Scale, scale
from payments.impact.presenting import Arm, Step
from payments.statements import lettering
from payments.statements.pdf_file import ACCENT, HAIRLINE, INK, QUIET
from securebank.kernel.money import Money
from securebank.web import wording

# Told apart without colour, too: one is dark, the other light.
LOSS: Final = HexColor("#c2571a")
WORSE: Final = HexColor("#d9a27f")
SMALL: Final = 7.5
LABEL_WIDTH: Final = 186
# Columns of a period of few weeks would be towers.
WIDEST_COLUMN: Final = 40
BAR_SHARE: Final = 0.62


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the page, in points from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.bottom + self.height


def lying_axis(canvas: Canvas, box: Box, values: Sequence[int], language: str) -> Scale:
    """Draw vertical lines at round amounts under a chart of lying bars, and return its scale."""
    axis = scale(values, start=box.left + LABEL_WIDTH, length=box.width - LABEL_WIDTH - 24)
    for mark in axis.marks:
        _line(canvas, axis.at(mark), box.bottom, axis.at(mark), box.top, INK if mark == 0 else HAIRLINE)
        written = short(round(mark), language)
        canvas.setFillColor(QUIET)
        half = lettering.width_of(written, size=SMALL) / 2
        lettering.draw(canvas, axis.at(mark) - half, box.bottom - 11, written, size=SMALL)
    return axis


def waterfall(canvas: Canvas, box: Box, steps: Sequence[Step], language: str) -> None:
    """Draw the way from prevented loss through each cost to the net saving, a bar below the other."""
    ends: list[tuple[int, int]] = []
    so_far = 0
    for step in steps:
        before = 0 if step.is_total else so_far
        so_far = step.minor if step.is_total else so_far + step.minor
        ends.append((before, so_far))
    axis = lying_axis(canvas, box, [0, *(end for pair in ends for end in pair)], language)
    row = box.height / len(steps)
    for place, (step, (before, after)) in enumerate(zip(steps, ends, strict=True)):
        y = box.top - (place + 1) * row
        _bar(canvas, axis, (before, after), y, row, ACCENT if step.is_total and step.minor >= 0 else LOSS)
        _label(canvas, box, y + row / 2, step.label)
        _value(canvas, max(axis.at(before), axis.at(after)) + 4, y + row / 2, short(step.minor, language))


def tornado(canvas: Canvas, box: Box, arms: Sequence[Arm], expected: int, language: str) -> None:
    """Draw how far each assumption alone moves the net saving to either side of the expected one."""
    axis = lying_axis(canvas, box, [expected, *(end for arm in arms for end in (arm.worse, arm.better))], language)
    row = box.height / len(arms)
    for place, arm in enumerate(arms):
        y = box.top - (place + 1) * row
        _bar(canvas, axis, (expected, arm.worse), y, row, WORSE)
        _bar(canvas, axis, (expected, arm.better), y, row, ACCENT)
        _label(canvas, box, y + row / 2 + 4, arm.label)
        canvas.setFillColor(QUIET)
        ends = _("%(worse)s to %(better)s") % {"worse": arm.worse_at, "better": arm.better_at}
        lettering.draw(canvas, box.left, y + row / 2 - 7, ends, size=6.5)
    _line(canvas, axis.at(expected), box.bottom, axis.at(expected), box.top + 3, INK)
    written = short(expected, language)
    half = lettering.width_of(written, size=SMALL, is_bold=True) / 2
    canvas.setFillColor(INK)
    lettering.draw(canvas, axis.at(expected) - half, box.top + 6, written, size=SMALL, is_bold=True)


def weeks(canvas: Canvas, box: Box, found: Sequence[Week], language: str) -> None:
    """Draw the fraud of each week, stopped and let through, side by side."""
    axis = scale(
        [0.0, *(float(part.minor) for week in found for part in (week.caught, week.missed))],
        start=box.bottom,
        length=box.height,
    )
    left = box.left + 44
    for mark in axis.marks:
        _line(canvas, left, axis.at(mark), box.right, axis.at(mark), INK if mark == 0 else HAIRLINE)
        canvas.setFillColor(QUIET)
        lettering.draw_right(canvas, left - 5, axis.at(mark) - 2.5, short(round(mark), language), size=SMALL)
    column = (box.right - left) / max(len(found), 1)
    # Dates under every column would run into each other.
    every = max(1, round(52 / column))
    for place, week in enumerate(found):
        middle = left + (place + 0.5) * column
        width = min(column * 0.36, WIDEST_COLUMN)
        _standing(canvas, axis, middle - width - 1, width, week.caught.minor, ACCENT)
        _standing(canvas, axis, middle + 1, width, week.missed.minor, LOSS)
        if place % every == 0:
            canvas.setFillColor(QUIET)
            written = wording.format_day(week.monday, language)
            half = lettering.width_of(written, size=SMALL) / 2
            lettering.draw(canvas, middle - half, box.bottom - 11, written, size=SMALL)


def legend(canvas: Canvas, x: float, y: float, entries: Sequence[tuple[Color, str]]) -> None:
    """Draw which colour means what, in one line."""
    for colour, label in entries:
        canvas.setFillColor(colour)
        canvas.rect(x, y, 7, 7, stroke=0, fill=1)
        canvas.setFillColor(INK)
        lettering.draw(canvas, x + 11, y + 0.5, label, size=SMALL)
        x += 26 + lettering.width_of(label, size=SMALL)


def short(minor: int, language: str) -> str:
    """Return paise at the reference rate as an axis shows them."""
    return wording.format_short(Money(minor, settings.DEFAULT_CURRENCY), language)


def _value(canvas: Canvas, x: float, middle: float, written: str) -> None:
    """Write what a bar comes to, on white: lines of the grid would cross it."""
    canvas.setFillColor(white)
    canvas.rect(x - 1, middle - 5, lettering.width_of(written, size=SMALL) + 2, 10, stroke=0, fill=1)
    canvas.setFillColor(INK)
    lettering.draw(canvas, x, middle - 2.5, written, size=SMALL)


def _label(canvas: Canvas, box: Box, middle: float, label: str) -> None:
    canvas.setFillColor(INK)
    fitting = lettering.shortened(label, size=8.5, width=LABEL_WIDTH - 10)
    lettering.draw(canvas, box.left, middle - 3, fitting, size=8.5)


def _bar(canvas: Canvas, axis: Scale, ends: tuple[int, int], y: float, row: float, colour: Color) -> None:
    start, end = sorted(map(axis.at, ends))
    canvas.setFillColor(colour)
    # A hair wide at least, so that a small cost is seen to be there.
    canvas.rect(start, y + row * (1 - BAR_SHARE) / 2, max(end - start, 0.6), row * BAR_SHARE, stroke=0, fill=1)


def _standing(canvas: Canvas, axis: Scale, x: float, width: float, value: int, colour: Color) -> None:
    if value:
        canvas.setFillColor(colour)
        canvas.rect(x, axis.at(0), width, max(axis.at(value) - axis.at(0), 0.6), stroke=0, fill=1)


def _line(canvas: Canvas, x1: float, y1: float, x2: float, y2: float, colour: Color) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.5)
    canvas.line(x1, y1, x2, y2)
