"""How ``manage.py`` finds the bank that ``make run`` has started from the same checkout."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAMES: Final = ("DATABASE_URL", "REDIS_URL", "SECUREBANK_DEMO", "SECUREBANK_ORIGIN", "SECUREBANK_STATE_DIR")
FILE: Final = "environment.json"


def publish(state: Path, environment: Mapping[str, str]) -> None:
    """Write down what a command needs to reach the running bank; for the owner's eyes only."""
    path = state / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps({name: environment[name] for name in NAMES if name in environment}), encoding="utf-8")


def withdraw(state: Path) -> None:
    """Forget it: the bank has closed."""
    (state / FILE).unlink(missing_ok=True)


def join(project: Path) -> None:
    """Take over the running bank's environment, unless this one names a database itself."""
    path = Path(os.environ.get("SECUREBANK_STATE_DIR", project / "var")) / FILE
    if "DATABASE_URL" not in os.environ and "DATABASE_URL_FILE" not in os.environ and path.is_file():
        os.environ.update(json.loads(path.read_text(encoding="utf-8")))
