"""How many photographs of genuine codes are read, how many of those are doubted, and how many forgeries get through.

``SECUREBANK_DATA=FOLDER python -m tests.bench.qr_photos_bench [--forgeries 40] [--json FILE]``: no database.
``FOLDER/qr_photos`` holds ZXing's black-box pictures (Apache-2.0): ``qrcode-1`` to ``-6`` genuine, of which ``-2`` and
``-6`` bear logos and pictures, and ``no_code``. Forgeries are the cheapest ones of random links at every level
(``ml.qr.generate.forgery``), clean and photographed; "spare" ones alter more than they had to. Without the folder only
forgeries are counted.
"""

import argparse
import json
import os
import random
import string
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from rich.console import Console

from ml.qr.generate.forgery import printed, redirected
from ml.qr.generate.photograph import drawn, photographed
from qrpay.evidence.judging import judge, level_of
from qrpay.pictures.reading import read
from qrpay.pictures.unreadable import Unreadable
from qrpay.pictures.wire import seen
from tests.bench import no_bank

LOGOS: Final = ("qrcode-2", "qrcode-6")
SPARE: Final = (0, 1, 2, 4)
LENGTHS: Final = (40, 60, 80, 110, 140)


def main() -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forgeries", type=int, default=40, help="of each level and kind")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    no_bank.configure()
    report = {"photographs": photographs(), "forgeries": forgeries(asked.forgeries)}
    for name, counts in [*report["photographs"].items(), *report["forgeries"].items()]:
        Console().print(f"{name:40}", counts)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def photographs() -> dict[str, dict[str, int]]:
    """Return counts for plain codes, those with logos, and pictures without a code."""
    folder = Path(os.environ.get("SECUREBANK_DATA", "nowhere"), "qr_photos")
    found: dict[str, Counter[str]] = {}
    for path in sorted(folder.glob("*/*.png")):
        name = path.parent.name
        kind = "no code" if name == "no_code" else "genuine, with logos" if name in LOGOS else "genuine"
        found.setdefault(kind, Counter())[_judged(path.read_bytes())] += 1
    return {kind: dict(counts) for kind, counts in found.items()}


def forgeries(number: int) -> dict[str, dict[str, int]]:
    """Return counts by how much more than needed was altered, and by how the forgery is seen."""
    dice, generator = random.Random(7), np.random.default_rng(7)
    found: dict[str, Counter[str]] = {}
    for spare in SPARE:
        for level in "LMQH":
            for _ in range(number):
                mine, theirs = _links(dice)
                forgery = redirected(printed(mine, level=level), theirs, spare=spare)
                clean = BytesIO()
                Image.fromarray(drawn(forgery)).save(clean, "PNG")
                pictures = {"clean": clean.getvalue(), "photographed": photographed(forgery, generator)}
                for seen_as, picture in pictures.items():
                    kind = f"spare {spare}, {seen_as}"
                    found.setdefault(kind, Counter())[_judged(picture, theirs)] += 1
    return {kind: dict(counts) for kind, counts in found.items()}


def _links(dice: random.Random) -> tuple[str, str]:
    """Return two links of one length that pay different people; half of the time nothing else differs."""

    def link(name: str) -> str:
        return f"upi://pay?pa={name}@bank&pn=Shop&tr={dice.randrange(10**12)}&am={dice.randrange(1, 9999)}&cu=INR"

    length = dice.choice(LENGTHS)
    names = ["".join(dice.choices(string.ascii_lowercase + ".", k=9)) for _ in range(2)]
    mine = f"{link(names[0]):&<{length}}"[:length]
    if names[0] == names[1]:
        return _links(dice)
    if dice.random() < 0.5:
        return mine, mine.replace(names[0], names[1])
    return mine, f"{link(names[1]):&<{length}}"[:length]


def _judged(picture: bytes, text: str | None = None) -> str:
    """Return the level, or why there is none; a picture that doesn't say ``text`` was read as it was before."""
    try:
        found = seen(read(picture))
    except Unreadable as refusal:
        return refusal.why.value
    if text is not None and found.text != text:
        return "reads as the original"
    return level_of(judge(found)).value


if __name__ == "__main__":
    sys.exit(main())
