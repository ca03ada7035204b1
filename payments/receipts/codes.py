"""The QR code of a receipt's hash: it opens the page that checks the file against it."""

from django.conf import settings


def code_text(digest: str) -> str:
    """Return what the code says. What follows ``#`` never leaves the reader's device."""
    return f"{settings.SITE_ORIGIN}/receipts/check#sha256={digest}"


def code_rows(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the code's dark squares, row by row, with the quiet zone of four that ISO/IEC 18004 asks for."""
    # It brings an imaging library, and every web process pays for what it imports at its start.
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415
    from qrcode.main import QRCode  # noqa: PLC0415

    code = QRCode(border=4, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


def code_path(text: str) -> tuple[str, int]:
    """Return the code as the data of one SVG path, and its width in squares."""
    rows = code_rows(text)
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(squares), len(rows)
