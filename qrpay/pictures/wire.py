"""What the child says about a picture, as JSON that the bank checks again. Without Django."""

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.qr.features.layout import Modules, Region, regions
from qrpay.pictures.unreadable import Unreadable, Why

if TYPE_CHECKING:
    # Only the child loads decoders.
    from qrpay.pictures.reading import Reading


@dataclass(frozen=True, slots=True)
class Seen:
    """One code as the child saw it; the judgement is the bank's.

    Attributes:
        text: the payload.
        attempt: which way of looking at the picture found it.
        version: 1 to 40.
        ec_level: ``L``, ``M``, ``Q`` or ``H``.
        mask: 0 to 7.
        is_mirrored: seen from behind.
        unused_correction: for each block, 0 to 1.
        wrong_codewords: for each block, codewords put right.
        wrong_bits: for each block, modules of those codewords that differ.
        residual: modules that differ, by region.
        largest_cluster: modules of the largest group that differs.
        wrong_copies: wrong bits in each copy of the format information.
        other_word: whether one copy of the format information spells another valid word.
        padding: bytes after the message; None when the message doesn't follow the standard.
        wrong_padding: those that are not the ones the standard asks for.
        hidden: those of them that carry something.
        light: light share of the margins at top, right, bottom and left.
        modules: as sampled, dark is true; shape (side, side).
        differs: where error correction had to change something; shape (side, side).
    """

    text: str
    attempt: str
    version: int
    ec_level: str
    mask: int
    is_mirrored: bool
    unused_correction: tuple[float, ...]
    wrong_codewords: tuple[int, ...]
    wrong_bits: tuple[int, ...]
    residual: dict[str, int]
    largest_cluster: int
    wrong_copies: tuple[int, ...]
    other_word: bool
    padding: int | None
    wrong_padding: int
    hidden: int
    light: tuple[float | None, ...]
    modules: Modules
    differs: Modules

    @property
    def pattern_modules(self) -> int:
        """Return how many modules belong to finder, timing and alignment patterns."""
        return int(np.isin(regions(self.version), (Region.FINDER, Region.TIMING, Region.ALIGNMENT)).sum())


def seen(reading: "Reading") -> Seen:
    """Return what there is to say about a reading."""
    evidence, ending = reading.evidence, reading.evidence.ending
    return Seen(
        text=reading.text,
        attempt=reading.attempt,
        version=evidence.version,
        ec_level=evidence.level,
        mask=evidence.mask,
        is_mirrored=evidence.is_mirrored,
        unused_correction=evidence.unused_correction,
        wrong_codewords=evidence.wrong_codewords,
        wrong_bits=evidence.wrong_bits,
        residual={region.name.lower(): count for region, count in evidence.residual.items()},
        largest_cluster=evidence.largest_cluster,
        wrong_copies=evidence.wrong_copies,
        other_word=evidence.other_word,
        padding=ending.padding if ending else None,
        wrong_padding=ending.wrong if ending else 0,
        hidden=ending.hidden if ending else 0,
        light=reading.quiet_zone.light,
        modules=evidence.modules,
        differs=evidence.differs,
    )


def packed(answer: Seen | Why) -> bytes:
    """Return an answer as a message."""
    if isinstance(answer, Why):
        return json.dumps({"why": answer.value}).encode()
    fields = {name: getattr(answer, name) for name in Seen.__slots__}
    # A lone surrogate can't be stored anywhere later.
    fields["text"] = answer.text.encode("utf-8", "replace").decode()
    fields |= {name: base64.b64encode(np.packbits(fields[name]).tobytes()).decode() for name in ("modules", "differs")}
    return json.dumps(fields).encode()


def unpacked(message: bytes) -> Seen:
    """Return what a message says.

    Raises:
        Unreadable: it says why there is nothing to say.
    """
    fields: dict[str, Any] = json.loads(message)
    if "why" in fields:
        raise Unreadable(Why(fields["why"]))
    side = 17 + 4 * int(fields["version"])
    for name in ("modules", "differs"):
        bits = np.unpackbits(np.frombuffer(base64.b64decode(fields[name]), dtype=np.uint8), count=side * side)
        fields[name] = bits.reshape(side, side).astype(np.bool_)
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Seen(**fields | lists)
