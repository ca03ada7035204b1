"""A sampled code compared with itself after error correction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.qr.features import codes, layout
from ml.qr.features.blocks import Block, blocks
from ml.qr.features.clusters import largest_cluster
from ml.qr.features.layout import Modules, Region
from ml.qr.features.reed_solomon import Uncorrectable, corrected
from ml.qr.features.stream import Ending, ending


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one code shows.

    Attributes:
        version: 1 to 40.
        level: ``L``, ``M``, ``Q`` or ``H``.
        mask: 0 to 7.
        is_mirrored: whether the symbol was seen from behind; everything else is told as seen from the front.
        modules: as sampled, true is dark; shape (side, side).
        expected: the same after error correction.
        codewords: as sampled, without mask, in placement order.
        corrected: the same after error correction.
        wrong_codewords: for each block, how many were put right.
        wrong_bits: for each block, the modules of those codewords that differ.
        unused_correction: for each block, the share of its capacity that was not needed, 0 to 1.
        wrong_copies: bits of the two format copies that differ from the valid word.
        other_word: whether one copy is, or all but is, a different valid word: two prints are mixed.
        residual: modules that differ, by region.
        largest_cluster: modules of the largest group of differing modules that touch, corners included.
        ending: what follows the message; None when the message doesn't follow the standard.
    """

    version: int
    level: str
    mask: int
    is_mirrored: bool
    modules: Modules
    expected: Modules
    codewords: NDArray[np.uint8]
    corrected: NDArray[np.uint8]
    wrong_codewords: tuple[int, ...]
    wrong_bits: tuple[int, ...]
    unused_correction: tuple[float, ...]
    wrong_copies: tuple[int, int]
    other_word: bool
    residual: dict[Region, int]
    largest_cluster: int
    ending: Ending | None

    @property
    def differs(self) -> Modules:
        """Return which modules differ from the corrected code; shape (side, side)."""
        found: Modules = self.modules != self.expected
        return found


def examine(modules: Modules) -> Evidence:
    """Take a sampled code apart.

    Args:
        modules: true is dark, without quiet zone; shape (side, side). May be mirrored.

    Raises:
        Uncorrectable: error correction fails from both sides.
        ValueError: no version has this side.
    """
    version = layout.version_of(len(modules))
    try:
        return _examine(modules, version, is_mirrored=False)
    except Uncorrectable:
        return _examine(np.ascontiguousarray(modules.T), version, is_mirrored=True)


def _examine(modules: Modules, version: int, *, is_mirrored: bool) -> Evidence:
    word = codes.read_format(modules)
    level, mask = codes.LEVEL_OF[word >> 3], word & 0b111
    places = layout.placement(version)
    bits = modules[places[:, 0], places[:, 1]] ^ layout.mask(version, mask)
    codewords = np.packbits(bits[: len(bits) // 8 * 8])
    shared = blocks(version, level, len(codewords))
    right = codewords.copy()
    for block in shared:
        right[block.codewords] = corrected(codewords[block.codewords], correction=block.correction)
    expected = _drawn(right, version, word)
    differs = modules != expected
    wrong = tuple(int(np.count_nonzero((codewords != right)[block.codewords])) for block in shared)
    return Evidence(
        version=version,
        level=level,
        mask=mask,
        is_mirrored=is_mirrored,
        modules=modules,
        expected=expected,
        codewords=codewords,
        corrected=right,
        wrong_codewords=wrong,
        wrong_bits=tuple(int(np.bitwise_count(codewords ^ right)[block.codewords].sum()) for block in shared),
        unused_correction=tuple(1 - count / block.correctable for count, block in zip(wrong, shared, strict=True)),
        wrong_copies=_wrong_copies(modules, word),
        other_word=codes.has_other_word(modules, word),
        residual={region: int(np.count_nonzero(differs[layout.regions(version) == region])) for region in Region},
        largest_cluster=largest_cluster(differs),
        ending=ending(_data(right, shared), version),
    )


def _drawn(codewords: NDArray[np.uint8], version: int, word: int) -> Modules:
    """Return the symbol that carries these codewords; bits left over are zero before masking."""
    modules = layout.patterns(version).copy()
    codes.write(modules, version, word)
    places = layout.placement(version)
    bits = np.zeros(len(places), dtype=np.bool_)
    bits[: len(codewords) * 8] = np.unpackbits(codewords)
    modules[places[:, 0], places[:, 1]] = bits ^ layout.mask(version, word & 0b111)
    return modules


def _wrong_copies(modules: Modules, word: int) -> tuple[int, int]:
    wrong = codes.read_copies(modules, layout.format_places(len(modules))) != codes.format_words()[word]
    first, second = wrong.sum(axis=1).tolist()
    return first, second


def _data(codewords: NDArray[np.uint8], shared: tuple[Block, ...]) -> NDArray[np.uint8]:
    return np.concatenate([codewords[block.codewords[: block.data]] for block in shared])
