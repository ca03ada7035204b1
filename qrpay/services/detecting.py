"""Judge the code in a picture."""

from datetime import datetime

from accounts.models import User
from qrpay.evidence.types import Detection, Source


def detect(*, customer: User, picture: bytes, source: Source, now: datetime, heat_map: bool = False) -> Detection:
    """Read the one code of a picture, judge it and write it into the customer's history.

    Args:
        customer: whose history it goes to, and whose payees count as known.
        picture: the file as it came: JPEG, PNG, WebP or GIF, one frame, 12 MiB and 12.5 megapixels at most.
        source: where it came from.
        now: aware instant of the request.
        heat_map: also draw where the code differs from itself corrected.

    Raises:
        NoCodeFound, SeveralCodes, PictureRefused: all of ``qrpay.pictures.errors``; nothing is written.
    """
    raise NotImplementedError
