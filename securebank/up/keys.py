"""The secrets of a bank on one machine: made once, readable by their owner only."""

import os
import secrets
from pathlib import Path
from typing import Final

NAMES: Final = ("SECUREBANK_SECRET_KEY", "SECUREBANK_TOKEN_KEY", "SECUREBANK_PIN_PEPPER")


def make_missing(folder: Path) -> None:
    """Make the secrets that neither the environment nor an earlier start has given."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in NAMES:
        path = folder / name.lower()
        if name in os.environ or f"{name}_FILE" in os.environ or path.is_file():
            continue
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(64) + "\n", encoding="ascii")
        unfinished.rename(path)
