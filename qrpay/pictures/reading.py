"""The one code of a picture, read with more and more effort. Without Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ml.qr.features import Evidence, Uncorrectable, examine
from ml.qr.features.quiet_zone import QuietZone, quiet_zone
from qrpay.pictures.contrast import equalised
from qrpay.pictures.limits import FIRST_SIDE, UPSCALE_BELOW
from qrpay.pictures.opening import Grey, grey
from qrpay.pictures.unreadable import Unreadable, Why

# Micro and rectangular codes carry no payments, and readers see them inside ordinary ones.
KINDS: Final = zxingcpp.BarcodeFormats(zxingcpp.QRCodeModel2)
# A code of version 1 with less than one pixel a module can't have been seen.
LEAST_SIDE: Final = 21


@dataclass(frozen=True, slots=True)
class Reading:
    """What one picture said.

    Attributes:
        text: the payload as text.
        evidence: the code taken apart.
        quiet_zone: how light its surroundings are.
        attempt: which of the attempts read it.
    """

    text: str
    evidence: Evidence
    quiet_zone: QuietZone
    attempt: str


def read(picture: bytes) -> Reading:
    """Read the one code of a picture.

    Raises:
        Unreadable: see ``Why``.
    """
    for attempt, pixels, binarizer in _attempts(picture):
        found = zxingcpp.read_barcodes(pixels, formats=KINDS, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer)
        # A code is never smaller than its modules; whatever is has been made up from a larger one's.
        codes = [code for code in found if _side(_corners(code)) >= LEAST_SIDE]
        if len({code.bytes for code in codes}) > 1:
            raise Unreadable(Why.SEVERAL)
        if codes:
            return _reading(max(codes, key=lambda code: _side(_corners(code))), pixels, attempt)
    raise Unreadable(Why.NO_CODE)


def _attempts(picture: bytes) -> Iterator[tuple[str, Grey, zxingcpp.Binarizer]]:
    """Yield ways to look at a picture, cheapest first; each is made only when those before found nothing."""
    local = zxingcpp.Binarizer.LocalAverage
    first = _within(grey(picture, is_quick=True), FIRST_SIDE)
    yield "first", first, local
    full = grey(picture, is_quick=False)
    if full.shape != first.shape:
        yield "full", full, local
    if max(first.shape) < UPSCALE_BELOW:
        yield "upscaled", _resized(first, 2.0), local
    yield "global", first, zxingcpp.Binarizer.GlobalHistogram
    yield "equalised", equalised(first), local
    yield "blurred", np.asarray(Image.fromarray(first).filter(ImageFilter.GaussianBlur(1.5))), local


def _within(pixels: Grey, longest: int) -> Grey:
    """Return a picture no longer than this on its longest side."""
    factor = longest / max(pixels.shape)
    return pixels if factor >= 1 else _resized(pixels, factor)


def _resized(pixels: Grey, factor: float) -> Grey:
    height, width = pixels.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    kernel = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize(size, kernel))


def _corners(code: zxingcpp.Barcode) -> NDArray[np.float64]:
    """Return top left, top right, bottom right and bottom left as (x, y); shape (4, 2)."""
    at = code.position
    points = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return np.array([(point.x, point.y) for point in points], dtype=np.float64)


def _side(corners: NDArray[np.float64]) -> float:
    """Return the longest side in pixels."""
    return float(np.hypot(*(corners - np.roll(corners, 1, axis=0)).T).max())


def _reading(code: zxingcpp.Barcode, pixels: Grey, attempt: str) -> Reading:
    modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0
    try:
        evidence = examine(modules)
    except (Uncorrectable, ValueError) as failure:
        # The reader has seen a code and what it sampled is none: nothing can be said about its print.
        raise Unreadable(Why.NO_CODE) from failure
    return Reading(code.text, evidence, quiet_zone(pixels, _corners(code), len(modules)), attempt)
