"""Pictures of codes, honest and otherwise."""

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from ml.qr.features.layout import Modules
from ml.qr.generate.forgery import printed
from ml.qr.generate.photograph import drawn

LINK: Final = "upi://pay?pa=ben.das@securebank&pn=Ben%20Das&am=120.00&cu=INR"
FOLDER: Final = os.environ.get("SECUREBANK_DATA", "")

needs_photographs = pytest.mark.skipif(not FOLDER, reason="SECUREBANK_DATA names no folder with photographs")


def photographs(pattern: str) -> list[Path]:
    """Return photographs, by name."""
    return sorted(Path(FOLDER, "qr_photos").glob(pattern))


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Return a picture as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def image_of(modules: Modules) -> Image.Image:
    """Return a clean drawing of a code."""
    return Image.fromarray(drawn(modules))


def picture_of(text: str = LINK, *, level: str = "M") -> bytes:
    """Return a PNG of an honest code."""
    return saved(image_of(printed(text, level=level)))


def png(width: int, height: int, rows: bytes, *, depth: int = 1) -> bytes:
    """Return a grey PNG that says of itself what it likes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def mutated(picture: bytes, generator: np.random.Generator) -> bytes:
    """Return a picture with a few bytes changed, or its end cut off."""
    changed = bytearray(picture)
    if generator.random() < 0.3:
        del changed[int(generator.integers(len(changed))) :]
    for _ in range(int(generator.integers(1, 12))):
        if changed:
            changed[int(generator.integers(len(changed)))] = int(generator.integers(256))
    return bytes(changed)
