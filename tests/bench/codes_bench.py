"""Payment codes: how fast they are sealed, opened, signed, checked and drawn, and that no nonce comes twice.

``python -m tests.bench.codes_bench [--seals 1000000] [--calls 2000] [--json FILE]``

No database: the formats alone, in one process. Seals are made under one key, each with a random nonce of 96 bits. Among
n of them two are expected to be alike n²/2^97 times: for a million 6e-18, for the bound of 2^32 one in 2^33. So a
million without a repetition says that the generator isn't broken, and nothing more about the bound.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import base45
from rich.console import Console

from payments.receipts.codes import code_rows
from qrpay.codes import emv, epc, reading, sealing, signing, swiss, upi
from qrpay.codes.content import Content
from qrpay.codes.keys import KeyRing, MasterKey
from tests.qrpay import examples

KEY: Final = MasterKey(1, bytes(range(32)))
ENVIRONMENT: Final = "bench"
# The version byte and the key's id stand before the nonce: base45 spells those 14 bytes in 21 letters.
HEADER_LETTERS: Final = 21
CODE: Final = Content(
    code_id=UUID("0192f0c0-0000-7000-8000-000000000001"),
    account="100000000093",
    currency="INR",
    issued_at=datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
    amount=150_00,
    life=900,
    name="Ben Das",
    is_single_use=True,
)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure."""
    ring = KeyRing((KEY,))
    keys = reading.Keys(ring, ENVIRONMENT)
    public = ring.public_keys(environment=ENVIRONMENT)
    sealed = sealing.seal(CODE, key=KEY, environment=ENVIRONMENT)
    signed = signing.sign(CODE, key=KEY, environment=ENVIRONMENT)
    calls: dict[str, Callable[[], Any]] = {
        "seal": lambda: sealing.seal(CODE, key=KEY, environment=ENVIRONMENT),
        "open a sealed code": lambda: reading.read(sealed, keys=keys),
        "sign": lambda: signing.sign(CODE, key=KEY, environment=ENVIRONMENT),
        "check a signed code": lambda: signing.verify(signed, public_keys=public),
        "read UPI": lambda: upi.read(examples.UPI, signers={}),
        "read EMVCo": lambda: emv.read(examples.EMV),
        "read EPC": lambda: epc.read(examples.EPC),
        "read a Swiss bill": lambda: swiss.read(examples.SWISS),
        "draw a sealed code": lambda: code_rows(sealed),
    }
    return {
        "seals": options.seals,
        "repeated": repeated(options.seals),
        "calls": options.calls,
        "us": {name: timed(call, options.calls) for name, call in calls.items()},
        "modules": {"sealed": len(code_rows(sealed)) - 8, "signed": len(code_rows(signed)) - 8},
        "letters": {"sealed": len(sealed), "signed": len(signed)},
        "load_average": os.getloadavg()[0],
    }


def repeated(number: int) -> int:
    """Return how many of so many seals bear a nonce that came before."""
    seen: set[bytes] = set()
    static = replace(CODE, is_single_use=False)
    # Millions of small objects and none of them in a circle.
    gc.disable()
    try:
        for count in range(number):
            text = sealing.seal(static if count % 2 else CODE, key=KEY, environment=ENVIRONMENT)
            seen.add(base45.b45decode(text[4 : 4 + HEADER_LETTERS])[2:])
    finally:
        gc.enable()
    return number - len(seen)


def timed(call: Callable[[], Any], number: int) -> dict[str, float]:
    """Return median and 99th percentile of so many calls, microseconds; drawing is asked a tenth as often."""
    call()
    began = time.perf_counter()
    call()
    number = number if time.perf_counter() - began < 0.002 else max(20, number // 10)  # seconds
    times = []
    for _call in range(number):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e6)
    return {"p50": statistics.median(times), "p99": statistics.quantiles(times, n=100)[98]}


def main() -> int:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seals", type=int, default=1_000_000)
    asked.add_argument("--calls", type=int, default=2000)
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    report = run(options)
    console = Console()
    console.print("{seals:,} seals, {repeated} repeated nonces".format(**report))
    for name, found in report["us"].items():
        console.print(f"  {name}: p50 {found['p50']:.0f} µs, p99 {found['p99']:.0f} µs")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if report["repeated"] else 0


if __name__ == "__main__":
    sys.exit(main())
