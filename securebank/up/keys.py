"""The secrets of a bank on one machine: made once, readable by their owner only."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ledger.chain import key_ring
from qrpay.codes.keys import MasterKey

NAMES: Final = ("SECUREBANK_SECRET_KEY", "SECUREBANK_TOKEN_KEY", "SECUREBANK_PIN_PEPPER")


def make_missing(folder: Path) -> None:
    """Make the secrets that neither the environment nor an earlier start has given."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in NAMES:
        _make_missing(folder, name, secrets.token_urlsafe(64) + "\n")
    _make_missing(folder, "SECUREBANK_QR_KEYS", MasterKey.generate(1).line + "\n")
    if not any(f"SECUREBANK_CHECKPOINT_KEY{ending}" in os.environ for ending in ("", "_FILE")):
        key_ring.make_missing(folder, name=_log_name(), now=datetime.now(UTC))


def _make_missing(folder: Path, name: str, text: str) -> None:
    path = folder / name.lower()
    if name in os.environ or f"{name}_FILE" in os.environ or path.is_file():
        return
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="ascii")
    unfinished.rename(path)


def _log_name() -> str:
    """Return the name under which this bank's log signs, for ever: the host's at the first start."""
    return f"{urlsplit(os.environ.get('SECUREBANK_ORIGIN', 'http://127.0.0.1')).hostname}/ledger"
