"""Draw a code: level M, with the quiet zone of four modules, for pages, answers and posters alike."""

from io import BytesIO
from typing import Final

from payments.receipts.codes import code_path, code_rows

# Pixels a module: 53 modules and the quiet zone make 488.
PIXELS: Final = 8


def png(text: str, *, pixels: int = PIXELS) -> bytes:
    """Return a code as a picture in black and white.

    Args:
        text: what the code says.
        pixels: edge of one module.
    """
    # As in ``code_rows``: not every web process draws.
    from PIL import Image  # noqa: PLC0415

    rows = code_rows(text)
    size = len(rows)
    picture = Image.new("1", (size, size), color=1)
    picture.putdata([not dark for row in rows for dark in row])
    drawn = BytesIO()
    picture.resize((size * pixels, size * pixels), Image.Resampling.NEAREST).save(drawn, format="PNG", optimize=True)
    return drawn.getvalue()


def svg(text: str) -> str:
    """Return a code as a drawing of its own, at any size, with the light background that readers need."""
    path, size = code_path(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )
