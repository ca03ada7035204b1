"""Why a picture was refused."""

from typing import ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qrpay.pictures.unreadable import Why
from securebank.kernel.errors import Invalid, TooMany


class PictureRefused(Invalid):
    """The picture's pixels can't be read, or reading them takes too much."""

    code: ClassVar[str] = Why.BROKEN
    title: ClassVar[str] = "The picture can't be read"


class PictureEmpty(PictureRefused):
    """The file has no bytes."""

    code: ClassVar[str] = Why.EMPTY
    title: ClassVar[str] = "The file is empty"


class PictureKindUnknown(PictureRefused):
    """The file is no JPEG, PNG, WebP or GIF, whatever its name says."""

    code: ClassVar[str] = Why.KIND
    title: ClassVar[str] = "The file is no picture of a kind we read"


class PictureAnimated(PictureRefused):
    """The picture has several frames: which one did the customer see?"""

    code: ClassVar[str] = Why.ANIMATED
    title: ClassVar[str] = "The picture moves"


class PictureTooLarge(PictureRefused):
    """More bytes, pixels or memory than allowed."""

    code: ClassVar[str] = Why.LARGE
    title: ClassVar[str] = "The picture is too large"


class NoCodeFound(PictureRefused):
    """No QR code was read."""

    code: ClassVar[str] = Why.NO_CODE
    title: ClassVar[str] = "No QR code was found"


class SeveralCodes(PictureRefused):
    """The picture holds codes that say different things."""

    code: ClassVar[str] = Why.SEVERAL
    title: ClassVar[str] = "The picture holds more than one QR code"


class ReadersBusy(TooMany):
    """All readers have been busy for a while."""

    code: ClassVar[str] = "picture_readers_busy"
    title: ClassVar[str] = "Too many pictures at once"

    def __init__(self) -> None:
        super().__init__(_("Too many pictures are being read at the moment. Please try again."), retry_after=5)


REFUSALS: Final = {
    Why.EMPTY: (PictureEmpty, gettext_lazy("The file is empty.")),
    Why.KIND: (PictureKindUnknown, gettext_lazy("Send a JPEG, PNG, WebP or GIF picture.")),
    Why.ANIMATED: (PictureAnimated, gettext_lazy("Send a still picture, not an animation.")),
    Why.LARGE: (PictureTooLarge, gettext_lazy("Send a picture of at most 12 MB and 12 megapixels.")),
    Why.BROKEN: (PictureRefused, gettext_lazy("The picture is damaged. Please take another one.")),
    Why.NO_CODE: (NoCodeFound, gettext_lazy("We found no QR code. Hold the camera still and closer to the code.")),
    Why.SEVERAL: (
        SeveralCodes,
        gettext_lazy("The picture shows codes that say different things. Take a picture of only one."),
    ),
}


def refusal_of(why: Why) -> PictureRefused:
    """Return the refusal that the child's word stands for."""
    kind, sentence = REFUSALS[why]
    return kind(str(sentence))
