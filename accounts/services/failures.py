"""Failed proofs of a customer: wrong PINs and codes. The fraud check looks at how many there were just before."""

from typing import Final
from uuid import UUID

from accounts.constants import FAILURES_REMEMBERED
from securebank.web import throttles

FAILED: Final = "failed_proof"


def note(user_id: UUID) -> None:
    """Count one more. Call it where it is committed, whatever becomes of the payment."""
    throttles.count(FAILED, str(user_id), seconds=int(FAILURES_REMEMBERED.total_seconds()))


def recent(user_id: UUID) -> int:
    """Return how many there were lately; a right proof meanwhile takes none of them away."""
    return throttles.counted(FAILED, str(user_id))
