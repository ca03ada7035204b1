"""Why a picture can't be used. Without Django: the child says so in one word."""

from enum import StrEnum


class Why(StrEnum):
    """The refusals that the child knows."""

    EMPTY = "picture_empty"
    KIND = "picture_kind_unknown"
    ANIMATED = "picture_animated"
    LARGE = "picture_too_large"
    BROKEN = "picture_broken"
    NO_CODE = "no_qr_found"
    SEVERAL = "several_qr_found"


class Unreadable(ValueError):
    """The picture can't be used."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
