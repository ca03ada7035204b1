"""Read the code of a picture, once for each picture."""

import hashlib
from datetime import datetime

from qrpay import metrics
from qrpay.constants import READING_KEPT
from qrpay.evidence.model import VERSION
from qrpay.models import PictureReading
from qrpay.pictures.children import children
from qrpay.pictures.errors import PictureRefused, refusal_of
from qrpay.pictures.unreadable import Unreadable
from qrpay.pictures.wire import Seen, unpacked


def read(*, picture: bytes, now: datetime) -> tuple[str, Seen]:
    """Return the picture's SHA-256 and what its code shows.

    Raises:
        PictureRefused, ReadersBusy: all of ``qrpay.pictures.errors``.
    """
    digest = hashlib.sha256(picture).hexdigest()
    try:
        answer = _known(digest)
        if answer is None:
            answer = children().ask(picture)
            PictureReading.objects.bulk_create(
                [PictureReading(picture_sha256=digest, reader_version=VERSION, answer=answer, created_at=now)],
                ignore_conflicts=True,
            )
        return digest, unpacked(answer)
    except Unreadable as unreadable:
        refusal = refusal_of(unreadable.why)
        metrics.UNREAD.labels(reason=refusal.code).inc()
        raise refusal from unreadable
    except PictureRefused as refusal:
        metrics.UNREAD.labels(reason=refusal.code).inc()
        raise


def kept(digest: str) -> Seen | None:
    """Return what was read in the picture with this SHA-256; None when that is no longer kept."""
    answer = _known(digest)
    return None if answer is None else unpacked(answer)


def forget_old(*, now: datetime) -> None:
    """Delete what nobody has asked for again."""
    PictureReading.objects.filter(created_at__lt=now - READING_KEPT).delete()


def _known(digest: str) -> bytes | None:
    row = PictureReading.objects.filter(picture_sha256=digest, reader_version=VERSION).values_list("answer").first()
    return None if row is None else bytes(row[0])
