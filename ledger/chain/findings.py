"""What is found to be wrong with the chain."""

from dataclasses import dataclass


class Altered(Exception):
    """Something is not as it was sealed: the first thing that was come across.

    Attributes:
        subject: the block, booking, leaf, node or checkpoint.
        detail: what is wrong with it.
    """

    def __init__(self, subject: str, detail: str) -> None:
        super().__init__(subject, detail)
        self.subject = subject
        self.detail = detail

    def __str__(self) -> str:
        """Show both."""
        return f"{self.subject}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Report:
    """How far the chain was looked at, and what was found.

    Attributes:
        blocks: how many there are.
        sealed: bookings that they seal.
        pending: bookings that no block seals yet.
        fault: the first thing that is wrong.
    """

    blocks: int
    sealed: int
    pending: int
    fault: Altered | None


def expect(is_so: bool, subject: str, detail: str) -> None:
    """Say what is wrong unless it is so.

    Raises:
        Altered: it isn't.
    """
    if not is_so:
        raise Altered(subject, detail)
