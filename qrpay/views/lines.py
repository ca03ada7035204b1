"""What pages show of a code that was made here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payments.receipts.codes import code_path
from qrpay.models import Code
from securebank.kernel.money import Money


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code of the reader's own; ``state`` is ``active``, ``spent``, ``withdrawn`` or ``expired``."""

    id: UUID
    payload: str
    amount: Money | None
    note: str
    scheme_name: str
    is_single_use: bool
    created_at: datetime
    expires_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code as the data of one SVG path, and its width in squares with the quiet zone."""

    squares: str
    width: int


def drawn(code: Code) -> Drawn:
    """Return what a page draws of a code."""
    return Drawn(*code_path(code.payload))


def line_of(code: Code) -> CodeLine:
    """Return what is shown of a code that a selector has read."""
    return CodeLine(
        id=code.pk,
        payload=code.payload,
        amount=None if code.amount_minor is None else Money(code.amount_minor, code.currency),
        note=code.note,
        scheme_name=code.get_scheme_display(),
        is_single_use=code.is_single_use,
        created_at=code.created_at,
        expires_at=code.expires_at,
        state=_state(code),
    )


def _state(code: Code) -> str:
    if code.spent_at is not None:
        return "spent"
    if code.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if getattr(code, "is_over", False) else "active"
