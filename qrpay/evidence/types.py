"""What the detection service answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    # The judgement of a print needs no database, and is measured without one.
    from qrpay.types import VerifiedCode


class Level(StrEnum):
    """How a code is judged, mildest first. The mildest says that nothing was found, not that a code is safe."""

    OK = "ok"
    WARN = "warn"
    BLOCK = "block"


# As ``qrpay.types.Authenticity``, and what nobody should pay.
AUTHENTICITIES: Final = ("sealed", "signed", "registered", "unverified", "refused")


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation.

    Attributes:
        code: stable name.
        level: what this observation alone asks for.
        detail: a sentence for the customer, in their language.
    """

    code: str
    level: Level
    detail: str


@dataclass(frozen=True, slots=True)
class Structure:
    """What was measured on one code; residual modules are those that differ from the corrected code.

    Attributes:
        level: what the print alone asks for.
        version: 1 to 40.
        ec_level: ``L``, ``M``, ``Q`` or ``H``.
        mask: 0 to 7.
        unused_correction: for each block the share of its error correction that was not needed, 0 to 1.
        residual: modules that differ, by region (``data``, ``finder``, ``timing``, ``alignment``, ``format``,
            ``version``).
        residual_share: modules that differ, as a share of all modules.
        largest_cluster: modules of the largest connected group that differs.
        format_disagreement: wrong bits in the two copies of the format information.
        wrong_padding: padding bytes that are not the ones the standard asks for.
        data_after_end: whether anything but padding follows the end of the message.
        quiet_zone: light share of the four modules around, at top, right, bottom and left; None where the picture
            ends.
        attempt: which way of looking at the picture read it.
    """

    level: Level
    version: int
    ec_level: str
    mask: int
    unused_correction: tuple[float, ...]
    residual: dict[str, int]
    residual_share: float
    largest_cluster: int
    format_disagreement: int
    wrong_padding: int
    data_after_end: bool
    quiet_zone: tuple[float | None, ...]
    attempt: str


@dataclass(frozen=True, slots=True)
class Detection:
    """One picture, read and judged.

    Attributes:
        scan_id: the row in the customer's history.
        payload: the text of the code; material from outside, to be escaped like any other.
        level: the judgement of print and authenticity together.
        findings: worst first.
        verified: what the code says and whom it pays; None when it was refused, and a finding says why.
        structure: what was measured on the print.
        tampered: probability that the print was altered, 0 to 1; ``qrpay.evidence.rates`` says what it rests on.
        model_version: which rules (and which model, once there is one) judged.
        processing_ms: from bytes to judgement, milliseconds.
        heat_map: PNG of the code with the differing modules in colour; empty unless asked for.
    """

    scan_id: UUID
    payload: str
    level: Level
    findings: tuple[Finding, ...]
    verified: "VerifiedCode | None"
    structure: Structure
    tampered: float
    model_version: str
    processing_ms: float
    decided_at: datetime
    heat_map: bytes = b""

    @property
    def is_tampered(self) -> bool:
        """Tell whether the code was altered, more likely than not."""
        return self.tampered >= 0.5  # noqa: PLR2004 - more likely than not

    @property
    def authenticity(self) -> str:
        """Return how it is known whom the code pays, or ``refused``."""
        return "refused" if self.verified is None else self.verified.authenticity.value
