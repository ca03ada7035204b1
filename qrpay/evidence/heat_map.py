"""Where a code differs from itself corrected, as a picture."""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.qr.features.layout import Modules

# Red, green, blue of: light, dark, should be light, should be dark. Told apart without seeing red and green.
PALETTE: Final = ((255, 255, 255), (190, 196, 204), (176, 0, 32), (255, 138, 0))
SCALE: Final = 8
MARGIN: Final = 4


def heat_map(modules: Modules, differs: Modules) -> bytes:
    """Return a PNG of the code in pale grey with the differing modules in colour.

    Args:
        modules: as sampled, true is dark; shape (side, side).
        differs: which of them error correction had to turn over; shape (side, side).
    """
    colours = np.where(differs, np.where(modules, 2, 3), modules.astype(np.uint8)).astype(np.uint8)
    return _png(np.pad(colours, MARGIN).repeat(SCALE, axis=0).repeat(SCALE, axis=1))


def _png(colours: NDArray[np.uint8]) -> bytes:
    """Return indices into the palette as a PNG (ISO/IEC 15948)."""
    height, width = colours.shape
    rows = np.pad(colours, ((0, 0), (1, 0)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in PALETTE for value in colour)),
            _chunk(b"IDAT", zlib.compress(rows.tobytes())),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
