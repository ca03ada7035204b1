"""The light margin that a code needs around it, as it looks in a picture."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Modules of margin that ISO/IEC 18004 asks for.
WIDTH: Final = 4
# A share of a margin outside the picture beyond which nothing is said about it.
MOST_OUTSIDE: Final = 0.5


@dataclass(frozen=True, slots=True)
class QuietZone:
    """How light the margin is.

    Attributes:
        light: share of each side's margin (top, right, bottom, left of the symbol) that is light; None where the
            picture ends.
        brightness: mean grey value of the same margins, 0 to 255.
    """

    light: tuple[float | None, ...]
    brightness: tuple[float | None, ...]


def homography(corners: NDArray[np.float64], modules: int) -> NDArray[np.float64]:
    """Return the matrix that takes module coordinates to pixels; shape (3, 3).

    Args:
        corners: pixels (x, y) of top left, top right, bottom right, bottom left; shape (4, 2).
        modules: modules a side.

    Raises:
        numpy.linalg.LinAlgError: three corners lie on one line.
    """
    side = float(modules)
    rows, values = [], []
    for (u, v), (x, y) in zip([(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)], corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    found = np.linalg.solve(np.array(rows), np.array(values))
    return np.append(found, 1.0).reshape(3, 3)


def sampled(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], places: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the grey values at places in module coordinates, and which of them lie in the picture.

    Args:
        pixels: shape (height, width).
        matrix: from ``homography``.
        places: (column, row); shape (n, 2).
    """
    across = np.column_stack([places, np.ones(len(places))]) @ matrix.T
    depth = np.where(np.abs(across[:, 2]) < 1e-9, 1e-9, across[:, 2])  # noqa: PLR2004 - the horizon
    found = np.clip(across[:, :2] / depth[:, None], -1e6, 1e6).astype(np.intp)
    height, width = pixels.shape
    inside = (across[:, 2] > 0) & (found >= 0).all(axis=1) & (found[:, 0] < width) & (found[:, 1] < height)
    found[~inside] = 0
    return pixels[found[:, 1], found[:, 0]], inside


def quiet_zone(pixels: NDArray[np.uint8], corners: NDArray[np.float64], modules: int) -> QuietZone:
    """Measure the margins of a code.

    Args:
        pixels: grey values; shape (height, width).
        corners: of the symbol, as for ``homography``.
        modules: modules a side.
    """
    nothing = QuietZone((None,) * 4, (None,) * 4)
    try:
        matrix = homography(corners, modules)
    except np.linalg.LinAlgError:
        return nothing
    centres = np.arange(modules) + 0.5
    inner, is_inside = sampled(pixels, matrix, np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2))
    if not is_inside.any():
        return nothing
    dark, bright = np.quantile(inner[is_inside], [0.1, 0.9])
    # Codes may be light on dark: then the margin is dark, and that is what "light" means here.
    is_inverted = _is_inverted(pixels, matrix, (dark + bright) / 2)
    sides = [_side(pixels, matrix, modules, number) for number in range(4)]
    light = [None if side is None else float(((side > (dark + bright) / 2) ^ is_inverted).mean()) for side in sides]
    return QuietZone(
        tuple(None if share is None else round(share, 4) for share in light),
        tuple(None if side is None else round(float(side.mean()), 2) for side in sides),
    )


def _is_inverted(pixels: NDArray[np.uint8], matrix: NDArray[np.float64], middle: float) -> bool:
    """Tell whether the heart of the top left finder pattern is light."""
    heart = np.stack(np.meshgrid([2.5, 3.5, 4.5], [2.5, 3.5, 4.5]), axis=-1).reshape(-1, 2)
    values, is_inside = sampled(pixels, matrix, heart)
    return bool(is_inside.any() and np.median(values[is_inside]) > middle)


def _side(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], modules: int, number: int
) -> NDArray[np.uint8] | None:
    """Return grey values of one margin, without the corners that two margins share."""
    along, away = np.meshgrid(np.arange(modules) + 0.5, np.arange(WIDTH) + 0.5)
    far = modules + away
    columns, rows = ((along, -away), (far, along), (along, far), (-away, along))[number]
    values, is_inside = sampled(pixels, matrix, np.column_stack([columns.ravel(), rows.ravel()]))
    return values[is_inside] if is_inside.mean() >= 1 - MOST_OUTSIDE else None
