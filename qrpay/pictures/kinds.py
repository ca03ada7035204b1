"""What kind of picture a file is, by its first bytes. Without Django, and without any decoder."""

from typing import Final

from qrpay.pictures.limits import MOST_BYTES
from qrpay.pictures.unreadable import Unreadable, Why

# First bytes of the kinds that are read, whatever a file is called.
MAGIC: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
RIFF, WEBP = b"RIFF", b"WEBP"


def kind_of(picture: bytes) -> str:
    """Return what the first bytes say that a file is.

    Raises:
        Unreadable: it has no bytes, too many, or is of no kind that is read here.
    """
    if not picture:
        raise Unreadable(Why.EMPTY)
    if len(picture) > MOST_BYTES:
        raise Unreadable(Why.LARGE)
    if picture.startswith(RIFF) and picture[8:12] == WEBP:
        return "WEBP"
    for magic, kind in MAGIC.items():
        if picture.startswith(magic):
            return kind
    raise Unreadable(Why.KIND)
