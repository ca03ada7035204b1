"""A code taken apart, against two encoders that are not ours."""

import numpy as np
import pytest
import qrcode
import zxingcpp
from numpy.typing import NDArray
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from ml.qr.features import Evidence, Uncorrectable, examine
from ml.qr.features.blocks import blocks
from ml.qr.features.layout import VERSIONS, Modules, Region, mask, placement, regions, side
from ml.qr.generate.forgery import printed

LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
EVERY_CODE = [(version, level) for version in VERSIONS for level in LEVELS]
TEXT = "upi://pay?pa=ben.das@sb&am=120"


def is_clean(evidence: Evidence) -> bool:
    """Tell whether nothing differs and the message ends as it should."""
    ending = evidence.ending
    return not evidence.differs.any() and ending is not None and not ending.wrong and not ending.hidden


def with_codewords(evidence: Evidence, codewords: NDArray[np.uint8]) -> Modules:
    """Return the code with other codewords in it."""
    places = placement(evidence.version)[: len(codewords) * 8]
    changed = evidence.modules.copy()
    bits = np.unpackbits(codewords).astype(bool) ^ mask(evidence.version, evidence.mask)[: len(places)]
    changed[places[:, 0], places[:, 1]] = bits
    return changed


@pytest.mark.parametrize(("version", "level"), EVERY_CODE)
def test_a_code_of_one_encoder_equals_itself_corrected(version: int, level: str) -> None:
    code = qrcode.QRCode(version=version, error_correction=LEVELS[level], border=0, mask_pattern=version % 8)
    code.add_data("AB12")
    code.make(fit=False)

    evidence = examine(np.array(code.modules, dtype=bool))

    assert (evidence.version, evidence.level, evidence.mask) == (version, level, version % 8)
    assert is_clean(evidence)


@pytest.mark.parametrize(("version", "level"), EVERY_CODE)
def test_a_code_of_another_encoder_equals_itself_corrected(version: int, level: str) -> None:
    code = zxingcpp.create_barcode("AB12", zxingcpp.QRCode, ec_level=level, version=version)

    evidence = examine(np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0)

    assert (evidence.version, evidence.level) == (version, level)
    assert is_clean(evidence)


def test_the_placement_meets_every_data_module_once() -> None:
    for version in VERSIONS:
        places = placement(version)
        assert len({tuple(place) for place in places.tolist()}) == len(places)
        assert len(places) == (regions(version) == Region.DATA).sum()


def test_blocks_share_all_codewords() -> None:
    for version in VERSIONS:
        total = len(placement(version)) // 8
        for level in LEVELS:
            indices = np.concatenate([block.codewords for block in blocks(version, level, total)])
            assert sorted(indices.tolist()) == list(range(total))


def test_a_mirrored_code_is_read_from_the_front() -> None:
    modules = printed(TEXT, level="Q")

    evidence = examine(np.ascontiguousarray(modules.T))

    assert evidence.is_mirrored
    assert is_clean(evidence)
    assert (evidence.modules == modules).all()


@pytest.mark.parametrize("region", list(Region))
def test_a_module_that_was_turned_over_is_found_where_it_stands(region: Region) -> None:
    modules = printed(TEXT, level="M", version=7)
    row, column = np.argwhere(regions(7) == region)[3]
    modules[row, column] ^= True

    evidence = examine(modules)

    assert np.argwhere(evidence.differs).tolist() == [[row, column]]
    assert {name: count for name, count in evidence.residual.items() if count} == {region: 1}


def test_each_block_says_how_much_correction_is_left() -> None:
    evidence = examine(printed(TEXT, level="H", version=5))
    hurt = evidence.codewords.copy()
    second = blocks(5, "H", len(hurt))[1]
    hurt[second.codewords[[0, 3, 9]]] ^= 0b10010000

    found = examine(with_codewords(evidence, hurt))

    assert found.wrong_codewords == (0, 3, 0, 0)
    assert found.wrong_bits == (0, 6, 0, 0)
    assert found.unused_correction == (1, 1 - 3 / 11, 1, 1)


def test_as_many_wrong_codewords_as_can_be_corrected_and_not_one_more() -> None:
    evidence = examine(printed(TEXT, level="M", version=3))
    hurt = evidence.codewords.copy()
    hurt[:13] ^= 0xFF

    assert examine(with_codewords(evidence, hurt)).unused_correction == (0,)
    hurt[13] ^= 0xFF
    with pytest.raises(Uncorrectable):
        examine(with_codewords(evidence, hurt))


def test_the_copies_of_the_format_information_are_compared() -> None:
    modules, other = printed(TEXT, level="M", mask_pattern=3), printed(TEXT, level="M", mask_pattern=4)
    far = len(modules) - 8
    mixed = modules.copy()
    mixed[8, far:], mixed[far + 1 :, 8] = other[8, far:], other[far + 1 :, 8]

    evidence = examine(mixed)

    assert evidence.mask in (3, 4)
    assert evidence.other_word
    assert sum(evidence.wrong_copies) > 0
    assert not examine(modules).other_word


def test_bytes_after_the_end_of_the_message_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    clean = examine(printed(TEXT, level="L", version=6)).ending
    monkeypatch.setattr(qrcode.util, "PAD0", ord("H"))

    written_over = examine(printed(TEXT, level="L", version=6)).ending

    assert clean is not None
    assert (clean.wrong, clean.hidden) == (0, 0)
    assert written_over is not None
    assert written_over.padding == clean.padding
    assert written_over.wrong == written_over.hidden == (clean.padding + 1) // 2


def test_nothing_but_a_code_is_taken_apart() -> None:
    with pytest.raises(ValueError, match="modules a side"):
        examine(np.zeros((22, 22), dtype=bool))
    with pytest.raises(Uncorrectable):
        examine(np.random.default_rng(1).random((side(4), side(4))) < 0.5)
