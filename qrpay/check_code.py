"""``python -m qrpay.check_code CODE --keys FILE``: check a signed code offline.

Needs Python, ``cryptography``, ``cbor2`` and ``base45``, no bank and no network; imports no Django. Ends with 0 when
the bank signed the code, with 1 when it did not, with 2 when it was called in a wrong way. Whether the code is still
unpaid, only the bank knows.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from qrpay.codes import published, signing
from qrpay.codes.errors import BadCode
from qrpay.codes.facts import CodeFacts, Scheme

SIGNED: Final = 0
NOT_SIGNED: Final = 1
WRONG_CALL: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one code; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m qrpay.check_code", description="Check a signed code offline.")
    parser.add_argument("code", help="the code's text")
    parser.add_argument(
        "--keys", required=True, type=Path, help="the bank's published keys; get them from where you trust them"
    )
    options = parser.parse_args(arguments)
    try:
        keys = published.read_json(options.keys.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return WRONG_CALL
    try:
        content = signing.verify(options.code, public_keys=keys)
    except BadCode as refusal:
        sys.stdout.write(f"FAILED  {refusal}\n")
        return NOT_SIGNED
    sys.stdout.write(f"ok      {_summary(content.facts(Scheme.SIGNED))}\n")
    return SIGNED


def _summary(facts: CodeFacts) -> str:
    amount = "any amount" if facts.amount is None else str(facts.amount)
    until = "" if facts.expires_at is None else f", until {facts.expires_at.isoformat()}"
    return f"{amount} {facts.currency} to account {facts.payee_address} ({facts.payee_name or 'no name'}){until}"


if __name__ == "__main__":
    sys.exit(main())
