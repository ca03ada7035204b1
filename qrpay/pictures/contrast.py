"""Contrast evened out tile by tile (CLAHE, after Zuiderveld 1994). Without Django."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

TILES: Final = 8
# A grey value counts at most so many times as often as if all were equally frequent: noise stays noise.
CLIP: Final = 3.0


def equalised(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture whose contrast is even; shape (height, width)."""
    tables = _tables(pixels)
    height, width = pixels.shape
    upper, lower, down = _between(height)
    left, right, across = _between(width)
    across = across[None, :]
    found = np.empty_like(pixels)
    # A strip of rows at a time: the four values to mix are floats, and a whole picture of them is large.
    for start in range(0, height, 256):
        rows = slice(start, start + 256)
        strip, up, low = pixels[rows], upper[rows, None], lower[rows, None]
        top = tables[up, left, strip] * (1 - across) + tables[up, right, strip] * across
        bottom = tables[low, left, strip] * (1 - across) + tables[low, right, strip] * across
        share = down[rows, None]
        found[rows] = top * (1 - share) + bottom * share
    return found


def _tables(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what each grey value becomes in each tile; shape (tiles, tiles, 256)."""
    tables = np.empty((TILES, TILES, 256), dtype=np.float32)
    for row, strip in enumerate(np.array_split(pixels, TILES, axis=0)):
        for column, tile in enumerate(np.array_split(strip, TILES, axis=1)):
            counts = np.bincount(tile.ravel(), minlength=256).astype(np.float32)
            ceiling = CLIP * max(tile.size, 1) / 256
            over = np.maximum(counts - ceiling, 0).sum()
            counts = np.minimum(counts, ceiling) + over / 256
            tables[row, column] = np.cumsum(counts) * (255 / max(counts.sum(), 1))
    return tables


def _between(pixels: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return for each pixel the two tiles whose centres it lies between, and how far it is on the way."""
    place = np.clip((np.arange(pixels) + 0.5) * TILES / pixels - 0.5, 0, TILES - 1)
    before = np.floor(place).astype(np.intp)
    return before, np.minimum(before + 1, TILES - 1), (place - before).astype(np.float32)
