"""The kinds of refusal; every app derives its own from one of them."""

from typing import Any, ClassVar


class DomainError(Exception):
    """An expected refusal: told to the caller in words, never logged as a fault.

    Attributes:
        code: stable machine-readable name.
        title: the same refusal in a few English words.
        facts: values a client may show beside the sentence.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail or self.title)
        self.facts = facts


class Invalid(DomainError):
    """Understood, and can't be done as asked."""


class Missing(DomainError):
    """Not there, or not the caller's."""


class Refused(DomainError):
    """The caller may not do this, or must prove more first."""


class Conflict(DomainError):
    """The state of the thing no longer allows it."""


class Unproven(DomainError):
    """Who is calling isn't proven."""


class Unavailable(DomainError):
    """What it takes is not there now; nothing is wrong with the request."""


class TooMany(DomainError):
    """Asked too often; the fact ``retry_after`` says for how many seconds to wait."""
