"""A picture's bytes to grey values, with bounds looked at before anything is decoded. Without Django."""

import struct
import warnings
import zlib
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from qrpay.pictures.kinds import kind_of
from qrpay.pictures.limits import FIRST_SIDE, MOST_PIXELS
from qrpay.pictures.unreadable import Unreadable, Why

Grey = NDArray[np.uint8]

# What Pillow's readers raise on broken files.
BROKEN: Final = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, AttributeError,
    ZeroDivisionError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip
# Share of the first side that is enough: just below lies the half of what most phones take.
ENOUGH: Final = 0.75
# Modes whose values go beyond eight bits.
DEEP: Final = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})
TRANSPARENT: Final = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})


def opened(picture: bytes) -> Image.Image:
    """Return a picture whose header has been read and whose pixels have not.

    Raises:
        Unreadable: see ``Why``.
    """
    kind = kind_of(picture)
    try:
        with warnings.catch_warnings():
            # Pillow's own bound lies far above ours, which is looked at below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(picture), formats=[kind])
        pixels = image.width * image.height
        is_animated = getattr(image, "is_animated", False)
    except Image.DecompressionBombError as bomb:
        raise Unreadable(Why.LARGE) from bomb
    except BROKEN as failure:
        raise Unreadable(Why.BROKEN) from failure
    if pixels > MOST_PIXELS:
        raise Unreadable(Why.LARGE)
    if is_animated:
        raise Unreadable(Why.ANIMATED)
    return image


def grey(picture: bytes, *, is_quick: bool) -> Grey:
    """Return a picture's grey values as a viewer would turn it; shape (height, width).

    Args:
        picture: the whole file.
        is_quick: let the JPEG reader leave out detail beyond ``FIRST_SIDE``, which saves most of its time.

    Raises:
        Unreadable: see ``Why``.
    """
    image = opened(picture)
    try:
        if is_quick:
            _leave_out_detail(image)
        return np.ascontiguousarray(np.asarray(ImageOps.exif_transpose(_eight_bits(image))))
    except BROKEN as failure:
        raise Unreadable(Why.BROKEN) from failure


def _leave_out_detail(image: Image.Image) -> None:
    """Have the JPEG reader make a picture a half, quarter or eighth as large, as long as it is large enough then."""
    longest = max(image.size)
    scale = next((by for by in (8, 4, 2) if longest / by >= ENOUGH * FIRST_SIDE), 1)
    image.draft("L", (image.width // scale, image.height // scale))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return grey values of eight bits; what is transparent lies on white paper."""
    orientation = image.getexif().get(0x0112)
    if image.mode in DEEP:
        flat = Image.fromarray(_scaled(np.asarray(image)))
    elif image.mode in TRANSPARENT or "transparency" in image.info:
        seen = image.convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("L")
    else:
        flat = image.convert("L")
    if orientation in range(2, 9):
        flat.getexif()[0x0112] = orientation
    return flat


def _scaled(deep: NDArray[np.generic]) -> Grey:
    """Return values of up to 16 bits in 8."""
    values = np.clip(np.nan_to_num(deep.astype(np.float32)), 0, 65_535)
    return (values / 257).astype(np.uint8)
