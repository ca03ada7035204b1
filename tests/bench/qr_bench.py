"""How long it takes to read and judge the code in a picture, by its size, and how many a second by all processors.

``python -m tests.bench.qr_bench [--pictures 60] [--rounds 5] [--json FILE]``: no database. Pictures are photographs
made up (``ml.qr.generate.photograph``), pasted on grey noise of a table top, as JPEG. In the reader's own process, one
thread: from bytes to judgement. Then through the children, one for each processor, as a customer's request goes.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from rich.console import Console

from ml.qr.generate.forgery import printed
from ml.qr.generate.photograph import photographed
from qrpay.evidence.judging import judge
from qrpay.pictures.children import Children
from qrpay.pictures.opening import grey
from qrpay.pictures.reading import read
from qrpay.pictures.wire import packed, seen, unpacked
from tests.bench import no_bank

# Width and height; a phone's screen shot, a small photograph and a whole one.
SIZES: Final = {"0.3 MP": (640, 480), "1 MP": (1152, 864), "12 MP": (4032, 3024)}
WARM_UP: Final = 3


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=60, help="of each size")
    parser.add_argument("--rounds", type=int, default=5, help="of the same pictures through the children")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    no_bank.configure()
    report = measure(asked.pictures, asked.rounds)
    for name, figures in report["sizes"].items():
        Console().print(name, figures)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(pictures: int, rounds: int) -> dict[str, Any]:
    """Return figures of every size; milliseconds."""
    load = [os.getloadavg()[0]]
    sizes = {name: _of_size(size, pictures, rounds) for name, size in SIZES.items()}
    load.append(os.getloadavg()[0])
    return {"pictures": pictures, "readers": os.cpu_count() or 1, "load_average": load, "sizes": sizes}


def _of_size(size: tuple[int, int], pictures: int, rounds: int) -> dict[str, float]:
    files = [_picture(size, number) for number in range(pictures)]
    readings = [read(file) for file in files]
    answers = [packed(seen(reading)) for reading in readings]
    whole = _timed(lambda number: judge(unpacked(packed(seen(read(files[number]))))), pictures)
    opened = _timed(lambda number: grey(files[number], is_quick=True), pictures)
    judged = _timed(lambda number: judge(unpacked(answers[number])), pictures)
    return {
        "p50_ms": statistics.median(whole),
        "p95_ms": float(np.quantile(whole, 0.95)),
        "opening_p50_ms": statistics.median(opened),
        "judging_p50_ms": statistics.median(judged),
        "a_second": _throughput(files, rounds),
    }


def _throughput(files: list[bytes], rounds: int) -> float:
    """Return pictures a second through the children, with as many askers as there are children."""
    readers = os.cpu_count() or 1
    pool = Children(readers)
    try:
        with ThreadPoolExecutor(readers) as threads:
            list(threads.map(pool.ask, files[: readers * WARM_UP]))
            begun = time.perf_counter()
            list(threads.map(pool.ask, files * rounds))
            return len(files) * rounds / (time.perf_counter() - begun)
    finally:
        pool.close()


def _timed(call: Callable[[int], object], calls: int) -> list[float]:
    """Return milliseconds of each call; the first ones only warm up."""
    took = []
    for number in [*range(min(WARM_UP, calls)), *range(calls)]:
        begun = time.perf_counter()
        call(number)
        took.append((time.perf_counter() - begun) * 1000)
    return took[min(WARM_UP, calls) :]


def _picture(size: tuple[int, int], seed: int) -> bytes:
    """Return a JPEG of a table top with a code that takes two thirds of the shorter side."""
    generator = np.random.default_rng(seed)
    code = printed(f"upi://pay?pa=shop{seed:06}@securebank&pn=Corner%20Shop&am=120.00&cu=INR", level="M")
    photograph = Image.open(BytesIO(photographed(code, generator)))
    side = min(size) * 2 // 3
    table = generator.normal(150, 12, (size[1] // 2, size[0] // 2)).clip(0, 255).astype(np.uint8)
    whole = Image.fromarray(table).resize(size, Image.Resampling.BILINEAR)
    whole.paste(photograph.resize((side, side), Image.Resampling.BICUBIC), ((size[0] - side) // 2, side // 4))
    file = BytesIO()
    whole.convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
