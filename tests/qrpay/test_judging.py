"""What the print of a code is taken for."""

from io import BytesIO

import numpy as np
import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ml.qr.features.layout import Modules, Region, regions
from ml.qr.generate.forgery import printed, redirected
from ml.qr.generate.photograph import photographed
from qrpay.evidence import judging, rates
from qrpay.evidence.heat_map import heat_map
from qrpay.evidence.types import Level
from qrpay.pictures.reading import read
from qrpay.pictures.unreadable import Unreadable
from qrpay.pictures.wire import Seen, packed, seen, unpacked
from tests.qrpay.pictures import LINK, image_of, needs_photographs, photographs, saved

FORGED = LINK.replace("ben.das", "eve.rao")


def looked_at(modules: Modules) -> Seen:
    """Return what the reader says of a clean drawing, after its trip through the wire."""
    return unpacked(packed(seen(read(saved(image_of(modules))))))


def judged(found: Seen) -> tuple[Level, list[str]]:
    """Return level and codes."""
    findings = judging.judge(found)
    return judging.level_of(findings), [finding.code for finding in findings]


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_an_honest_code_gives_no_reason(level: str) -> None:
    assert judged(looked_at(printed(LINK, level=level))) == (Level.OK, [])


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("spare", [0, 1, 2])
def test_the_cheapest_forgery_is_read_as_the_forger_wants_and_blocked(level: str, spare: int) -> None:
    found = looked_at(redirected(printed(LINK, level=level), FORGED, spare=spare))

    assert found.text == FORGED
    assert judged(found) == (Level.BLOCK, ["modules_altered"])


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.from_regex(r"[a-z][a-z.]{3,11}", fullmatch=True), min_size=2, max_size=2, unique=True),
    amount=st.integers(1, 99_999),
    level=st.sampled_from("LMQH"),
)
def test_no_forgery_of_a_link_gets_through(names: list[str], amount: int, level: str) -> None:
    mine, theirs = (f"upi://pay?pa={name:.<12}@upi&am={amount}.00&cu=INR" for name in names)

    found = looked_at(redirected(printed(mine, level=level), theirs))

    assert found.text == theirs
    assert judged(found)[0] is Level.BLOCK


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_a_photographed_forgery_that_can_be_read_is_blocked(level: str) -> None:
    generator = np.random.default_rng(5)
    forgery = redirected(printed(LINK, level=level), FORGED)
    read_as_forged = 0
    for _ in range(10):
        try:
            found = seen(read(photographed(forgery, generator)))
        except Unreadable:
            continue
        assert judged(found)[0] is Level.BLOCK
        read_as_forged += 1

    assert read_as_forged >= 5


def test_a_photographed_honest_code_is_not_blocked() -> None:
    generator = np.random.default_rng(6)

    levels = {judged(seen(read(photographed(printed(LINK, level="M"), generator))))[0] for _ in range(10)}

    assert levels == {Level.OK}


def test_a_logo_is_named_and_allowed() -> None:
    code = printed(LINK, level="H")
    middle = len(code) // 2
    code[middle - 5 : middle + 6, middle - 5 : middle + 6] = False

    assert judged(looked_at(code)) == (Level.OK, ["partly_covered"])


def test_a_cover_that_leaves_hardly_anything_is_a_warning() -> None:
    code = printed(LINK, level="H", mask_pattern=2)
    for size in range(11, 40):
        covered = code.copy()
        start = (len(code) - size) // 2
        covered[start : start + size, start : start + size] = False
        try:
            level, codes = judged(looked_at(covered))
        except Unreadable:
            pytest.fail("the code became unreadable without any warning before")
        if level is not Level.OK:
            break

    assert (level, codes[0]) == (Level.WARN, "largely_covered")


def test_bytes_behind_the_message_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qrcode.util, "PAD0", ord("H"))

    found = looked_at(printed(LINK, level="L", version=8))

    assert judged(found) == (Level.WARN, ["hidden_data"])
    assert judging.structure_of(found, Level.WARN).data_after_end


def test_two_prints_in_one_are_a_warning() -> None:
    code, other = printed(LINK, level="M", mask_pattern=3), printed(LINK, level="M", mask_pattern=4)
    far = len(code) - 8
    code[8, far:], code[far + 1 :, 8] = other[8, far:], other[far + 1 :, 8]

    assert judged(looked_at(code)) == (Level.WARN, ["format_copies_disagree"])


def test_damaged_patterns_are_a_warning() -> None:
    code = printed(LINK, level="H", version=10)
    code[np.isin(regions(10), (Region.TIMING, Region.ALIGNMENT))] = False
    code[-9:-4, -9:-4] = printed(LINK, level="H", version=10)[-9:-4, -9:-4]

    level, codes = judged(looked_at(code))

    assert (level, codes[0]) == (Level.WARN, "patterns_damaged")


def test_a_mirrored_code_is_measured_from_the_front() -> None:
    found = looked_at(np.ascontiguousarray(printed(LINK, level="M").T))

    assert found.is_mirrored
    assert judged(found)[0] is Level.OK


def test_the_structure_says_what_was_counted() -> None:
    code = printed(LINK, level="M")
    code[0, 0] ^= True

    structure = judging.structure_of(looked_at(code), Level.OK)

    assert (structure.residual["finder"], structure.largest_cluster) == (1, 1)
    assert structure.residual_share == round(1 / code.size, 4)
    assert structure.quiet_zone == (1, 1, 1, 1)


def test_the_heat_map_colours_what_differs() -> None:

    modules = np.zeros((21, 21), dtype=bool)
    differs = modules.copy()
    differs[0, 0] = True

    image = Image.open(BytesIO(heat_map(modules, differs))).convert("RGB")

    assert image.size == (29 * 8, 29 * 8)
    assert image.getpixel((4 * 8 + 1, 4 * 8 + 1)) == (255, 138, 0)
    assert image.getpixel((6 * 8, 6 * 8)) == (255, 255, 255)


def test_the_probability_follows_the_judgement() -> None:
    assert rates.tampered(Level.OK) < rates.tampered(Level.WARN) < 0.5 < rates.tampered(Level.BLOCK) < 1


@needs_photographs
def test_few_real_photographs_are_doubted() -> None:
    counts = dict.fromkeys(Level, 0)
    for path in photographs("qrcode-*/*.png"):
        try:
            counts[judged(seen(read(path.read_bytes())))[0]] += 1
        except Unreadable:
            continue
    total = sum(counts.values())

    assert counts[Level.BLOCK] <= 0.01 * total
    assert counts[Level.WARN] <= 0.05 * total
