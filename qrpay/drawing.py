"""Codes as pictures: the same squares for page, file and poster."""

import io
from dataclasses import dataclass
from typing import Final

from payments.receipts.codes import code_path, code_rows

# Pixels a square: a code of version 9 becomes 732 pixels wide, sharp on paper up to about 6 centimetres at 300 dpi.
PIXELS: Final = 12

SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" shape-rendering="crispEdges">'
    '<rect width="{width}" height="{width}" fill="#fff"/><path d="{squares}"/></svg>\n'
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code as the data of one SVG path, and its width in squares with the quiet zone."""

    squares: str
    width: int


def drawn(text: str) -> Drawn:
    """Return what a page draws."""
    return Drawn(*code_path(text))


def svg_file(text: str) -> bytes:
    """Return the code as an SVG file."""
    code = drawn(text)
    return SVG.format(width=code.width, squares=code.squares).encode()


def png_file(text: str) -> bytes:
    """Return the code as a PNG file in black and white."""
    # Web processes don't pay for the imaging library at their start.
    from PIL import Image  # noqa: PLC0415

    rows = code_rows(text)
    picture = Image.new("1", (len(rows), len(rows)))
    picture.putdata([0 if is_dark else 1 for row in rows for is_dark in row])
    file = io.BytesIO()
    width = len(rows) * PIXELS
    picture.resize((width, width), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
