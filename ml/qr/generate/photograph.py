"""A code as a phone would see it on paper."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ml.qr.features.layout import Modules

PAPER, INK = 235, 35


def drawn(modules: Modules, *, scale: int = 8, margin: int = 4) -> NDArray[np.uint8]:
    """Return a clean drawing, 255 on 0; shape (height, width)."""
    colours = np.where(np.pad(modules, margin), 0, 255).astype(np.uint8)
    return colours.repeat(scale, axis=0).repeat(scale, axis=1)


def photographed(modules: Modules, generator: np.random.Generator, *, quality: int = 80) -> bytes:
    """Return a JPEG of the code: turned a little, seen from aside, unevenly lit, slightly blurred, with noise.

    Args:
        modules: true is dark, without quiet zone; shape (side, side).
        generator: the same state gives the same picture.
        quality: of the JPEG.
    """
    clean = INK + (drawn(modules) / 255.0) * (PAPER - INK)
    image = Image.fromarray(clean.astype(np.uint8))
    image = image.rotate(float(generator.uniform(-8, 8)), Image.Resampling.BICUBIC, fillcolor=PAPER, expand=True)
    image = image.transform(
        image.size, Image.Transform.QUAD, _corners(image.size, generator), Image.Resampling.BICUBIC, fillcolor=PAPER
    )
    image = image.filter(ImageFilter.GaussianBlur(float(generator.uniform(0.5, 2.0))))
    light = np.linspace(generator.uniform(0.6, 1.0), generator.uniform(0.6, 1.0), image.width)
    pixels = np.asarray(image) * light + generator.normal(0, generator.uniform(2, 8), (image.height, image.width))
    file = BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _corners(size: tuple[int, int], generator: np.random.Generator) -> tuple[float, ...]:
    """Return where the picture's corners are taken from: top left, bottom left, bottom right, top right."""
    width, height = size
    shift = generator.uniform(-0.04, 0.0, (4, 2)) * (width, height)
    outward = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)])
    corners = np.array([(0, 0), (0, height), (width, height), (width, 0)]) + shift * outward
    return tuple(corners.ravel().tolist())
