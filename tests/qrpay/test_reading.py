"""What is read from which picture, and what isn't a picture."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from ml.qr.generate.forgery import printed
from ml.qr.generate.photograph import drawn, photographed
from qrpay.pictures.contrast import equalised
from qrpay.pictures.limits import MOST_BYTES
from qrpay.pictures.opening import grey
from qrpay.pictures.reading import read
from qrpay.pictures.unreadable import Unreadable, Why
from tests.qrpay.pictures import LINK, image_of, needs_photographs, photographs, picture_of, png, saved

CODE = printed(LINK, level="M")
DRAWING = image_of(CODE)
JPEG = saved(DRAWING, "JPEG")


def turned(orientation: int) -> bytes:
    """Return a JPEG that says that it has to be turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(DRAWING, "JPEG", exif=exif)


def see_through() -> Image.Image:
    """Return the code as black on nothing."""
    dark = np.asarray(DRAWING) == 0
    return Image.fromarray(np.dstack([np.zeros((*dark.shape, 3)), dark * 255]).astype(np.uint8), "RGBA")


def beside(*images: Image.Image) -> Image.Image:
    """Return pictures side by side on white."""
    whole = Image.new("L", (sum(image.width for image in images), max(image.height for image in images)), 255)
    at = 0
    for image in images:
        whole.paste(image, (at, 0))
        at += image.width
    return whole


def kinds() -> Iterator[tuple[str, bytes]]:
    """Yield the same code in many kinds of file."""
    yield "jpeg", JPEG
    yield "webp", saved(DRAWING, "WEBP")
    yield "gif", saved(DRAWING, "GIF")
    yield "colour", saved(DRAWING.convert("RGB"))
    yield "palette", saved(DRAWING.convert("P"))
    yield "one bit", saved(DRAWING.convert("1"))
    yield "sixteen bits", saved(Image.fromarray(drawn(CODE).astype(np.uint16) * 257))
    yield "cmyk", saved(DRAWING.convert("CMYK"), "JPEG")
    yield "see-through", saved(see_through())
    yield "with a text after its end", JPEG + b"<script>alert(1)</script>PK\x03\x04"
    yield "light on dark", saved(Image.fromarray(255 - drawn(CODE)))
    yield "mirrored", saved(DRAWING.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    for orientation in range(1, 9):
        yield f"turned {orientation}", turned(orientation)


@pytest.mark.parametrize("picture", [pytest.param(picture, id=name) for name, picture in kinds()])
def test_reads_a_code_from_any_ordinary_picture(picture: bytes) -> None:
    reading = read(picture)

    assert (reading.text, reading.attempt) == (LINK, "first")
    assert (reading.evidence.modules == CODE).all()


def test_turns_a_picture_as_a_viewer_would() -> None:
    corner = np.full((60, 40), 255, dtype=np.uint8)
    corner[:20, :20] = 0
    exif = Image.Exif()
    exif[0x0112] = 6

    seen = grey(saved(Image.fromarray(corner), "PNG", exif=exif), is_quick=True)

    assert seen.shape == (40, 60)
    assert (int(seen[5, -5]), int(seen[5, 5])) == (0, 255)


def refused() -> Iterator[tuple[str, bytes, Why]]:
    """Yield what is no picture of one code."""
    yield "no bytes", b"", Why.EMPTY
    yield "too many bytes", b"\xff\xd8\xff" + bytes(MOST_BYTES), Why.LARGE
    yield "a drawing that browsers run", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Why.KIND
    yield "a drawing behind white space", b"\n\n<?xml version='1.0'?><svg/>", Why.KIND
    yield "a document", b"%PDF-1.7\n" + JPEG, Why.KIND
    yield "a picture of a kind that few have", saved(DRAWING, "TIFF"), Why.KIND
    yield "a page that begins like a picture", b"GIF89a=1;alert(document.cookie)", Why.BROKEN
    moved = DRAWING.transpose(Image.Transpose.ROTATE_90)
    yield "moving gif", saved(DRAWING, "GIF", save_all=True, append_images=[moved]), Why.ANIMATED
    yield "moving png", saved(DRAWING, "PNG", save_all=True, append_images=[moved]), Why.ANIMATED
    yield "moving webp", saved(DRAWING, "WEBP", save_all=True, append_images=[moved]), Why.ANIMATED
    yield "more pixels than allowed", png(50_000, 50_000, bytes(1000)), Why.LARGE
    yield "a bomb of one colour", png(12_000, 12_000, bytes(12_000 * 1501)), Why.LARGE
    yield "one very long line", png(13_000_000, 1, bytes(1)), Why.LARGE
    yield "no pixels", png(0, 0, b""), Why.BROKEN
    yield "fewer pixels than it says", png(400, 400, bytes(10)), Why.BROKEN
    yield "half a picture", JPEG[: len(JPEG) // 2], Why.BROKEN
    yield "a head without a body", picture_of()[:40], Why.BROKEN
    yield "one pixel", saved(Image.new("L", (1, 1))), Why.NO_CODE
    yield "a thin line", saved(Image.new("L", (1, 4000))), Why.NO_CODE
    yield "white paper", saved(Image.new("L", (300, 300), 255)), Why.NO_CODE
    other = image_of(printed(LINK.replace("ben", "eve"), level="M"))
    yield "two codes that differ", saved(beside(DRAWING, other)), Why.SEVERAL
    small = beside(other).resize((90, 90))
    large = image_of(printed(LINK, level="H")).resize((900, 900))
    large.paste(small, (405, 405))
    yield "a code in a code", saved(large), Why.SEVERAL


@pytest.mark.parametrize(("picture", "why"), [pytest.param(picture, why, id=name) for name, picture, why in refused()])
def test_says_why_a_picture_is_not_used(picture: bytes, why: Why) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(picture)

    assert refusal.value.why is why


def test_two_codes_that_say_the_same_are_one() -> None:
    assert read(saved(beside(DRAWING, DRAWING))).text == LINK


def test_takes_twelve_megapixels() -> None:
    whole = Image.new("L", (4032, 3024), 255)
    whole.paste(DRAWING, (1800, 1200))

    assert read(saved(whole, "JPEG")).text == LINK


def test_tries_harder_when_a_look_finds_nothing() -> None:
    drawing = drawn(CODE)
    is_speck = np.random.default_rng(4).random(drawing.shape) < 0.15
    speckled = np.where(is_speck, 255 - drawing, drawing)

    reading = read(saved(Image.fromarray(speckled)))

    assert reading.text == LINK
    assert reading.attempt != "first"


def test_evens_out_contrast() -> None:
    dim = (drawn(CODE) // 8 + np.linspace(0, 200, drawn(CODE).shape[1])).astype(np.uint8)

    even = equalised(dim)

    is_light = drawn(CODE) > 0
    assert even[is_light].mean() - even[~is_light].mean() > 2 * (dim[is_light].mean() - dim[~is_light].mean())


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_sees_the_margin(level: str) -> None:
    code = printed(LINK, level=level)
    tight = drawn(code, margin=4)
    tight[:, :28] = 0

    assert read(saved(image_of(code))).quiet_zone.light == (1, 1, 1, 1)
    top, right, bottom, left = read(saved(Image.fromarray(tight))).quiet_zone.light
    assert (top, right, bottom) == (1, 1, 1)
    assert left is not None
    assert left < 0.3


def test_reads_photographs_made_up() -> None:
    generator = np.random.default_rng(8)

    texts = [read(photographed(CODE, generator)).text for _ in range(10)]

    assert texts == [LINK] * 10


@needs_photographs
def test_finds_no_code_where_there_is_none() -> None:
    for path in photographs("no_code/*.png"):
        with pytest.raises(Unreadable, match=Why.NO_CODE):
            read(path.read_bytes())


@needs_photographs
def test_reads_real_photographs() -> None:
    paths = photographs("qrcode-*/*.png")
    unread = 0
    for path in paths:
        try:
            read(path.read_bytes())
        except Unreadable:
            unread += 1

    assert len(paths) > 100
    assert unread <= 0.06 * len(paths)
