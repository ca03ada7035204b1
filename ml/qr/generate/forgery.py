"""The cheapest way to make a printed code say something else: as few modules changed as readers allow."""

import numpy as np
import qrcode

from ml.qr.features import Evidence, examine
from ml.qr.features.blocks import blocks
from ml.qr.features.layout import Modules, mask, placement

LEVELS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}


def printed(text: str, *, level: str, version: int | None = None, mask_pattern: int | None = None) -> Modules:
    """Return the modules of an ordinary code; true is dark, no quiet zone.

    Args:
        text: the payload.
        level: ``L``, ``M``, ``Q`` or ``H``.
        version: 1 to 40; the smallest that holds the text by default.
        mask_pattern: 0 to 7; the one that the standard prefers by default.
    """
    code = qrcode.QRCode(version=version, error_correction=LEVELS[level], border=0, mask_pattern=mask_pattern)
    code.add_data(text, optimize=0)
    code.make(fit=version is None)
    return np.array(code.modules, dtype=np.bool_)


def redirected(original: Modules, text: str, *, spare: int = 0) -> Modules:
    """Return a code altered in as few modules as make it say ``text``.

    Readers correct so many codewords in each block; exactly those that would take the most ink stay as they were.

    Args:
        original: an undamaged code.
        text: what it shall say; must fit the original's version and level.
        spare: codewords in each block that are altered although readers would correct them, so that the forgery
            survives a bad photograph.
    """
    before = examine(original)
    after = examine(printed(text, level=before.level, version=before.version, mask_pattern=before.mask))
    codewords = _between(before, after, spare)
    forged = after.expected.copy()
    places = placement(before.version)[: len(codewords) * 8]
    bits = np.unpackbits(codewords).astype(np.bool_) ^ mask(before.version, before.mask)[: len(places)]
    forged[places[:, 0], places[:, 1]] = bits
    return forged


def _between(before: Evidence, after: Evidence, spare: int) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    """Return the forger's codewords: the new ones, but for those that cost most and can stay."""
    cost = np.bitwise_count(before.codewords ^ after.codewords)
    mixed = after.codewords.copy()
    for block in blocks(before.version, before.level, len(cost)):
        dearest = block.codewords[np.argsort(-cost[block.codewords].astype(int), kind="stable")]
        stay = dearest[: max(block.correctable - spare, 0)]
        mixed[stay] = before.codewords[stay]
    return mixed
