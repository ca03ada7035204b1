"""``python -m ledger.verify_receipt FILE --key PUBKEY``: check a receipt offline.

Needs Python and the ``cryptography`` package, no bank and no network; imports no Django. Ends with 0 when the receipt
proves what it shows, with 1 when it does not, with 2 when it was called in a wrong way.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ledger.chain.key_ring import LONGEST_RING, PublishedKey, read_published
from ledger.chain.keys import BadKey
from ledger.chain.receipt_checks import PROVEN, Question, ReceiptRefused, steps
from ledger.chain.receipts import LONGEST_RECEIPT, BadReceipt, Receipt, read_receipt

PROVES: Final = 0
DOES_NOT: Final = 1
WRONG_CALL: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one file; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ledger.verify_receipt", description="Check a receipt offline.")
    parser.add_argument("file", type=Path, help="the receipt, as the bank gave it away")
    parser.add_argument(
        "--key",
        required=True,
        help="the bank's public key: a vkey, or a file with the bank's published keys; get it from where you trust it",
    )
    options = parser.parse_args(arguments)
    try:
        content, keys = _content(options.file), _keys(options.key)
    except (OSError, ValueError) as error:
        _say(f"{parser.prog}: {error}", to_error=True)
        return WRONG_CALL
    try:
        receipt = read_receipt(content)
        for step in steps(Question(receipt, keys, datetime.now(UTC))):
            _say(f"ok      {PROVEN[step]}")
    except (BadReceipt, ReceiptRefused) as refusal:
        _say(f"FAILED  {refusal}")
        return DOES_NOT
    _say(_summary(receipt))
    return PROVES


def _content(path: Path) -> bytes:
    """Read no more than a receipt can have, however large the file is."""
    with path.open("rb") as file:
        return file.read(LONGEST_RECEIPT + 1)


def _keys(written: str) -> tuple[PublishedKey, ...]:
    """Return the keys of a file of that name, or the key that the text itself is."""
    is_key = written.count("+") > 1
    if is_key:
        return read_published(written)
    with Path(written).open("rb") as file:
        content = file.read(LONGEST_RING + 1)
    try:
        return read_published(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadKey(f"{written} holds no keys") from None


def _summary(receipt: Receipt) -> str:
    shown, height = receipt.shown, receipt.block.height
    way = {"in": "received", "out": "paid", "own": "moved between your accounts"}[shown["direction"]]
    return (
        f"\nThe receipt proves: {shown['amount']} {shown['currency']} {way}, booked at {shown['booked_at']},\n"
        f"sealed in block {height} as number {receipt.leaf_index} of the bank's log.\n"
        "It does not prove names and note: those are the bank's word."
    )


def _say(text: str, *, to_error: bool = False) -> None:
    """Write what can be written: a file from anywhere may hold letters that a terminal refuses."""
    stream = sys.stderr if to_error else sys.stdout
    encoding = stream.encoding or "ascii"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
