"""The password and PIN of all demo people, chosen once an installation."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from accounts.services import pin_rules

# In the state folder.
KEPT_IN: Final = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoSecrets:
    """What the demo people sign in and pay with."""

    password: str
    pin: str


def load(path: Path) -> DemoSecrets:
    """Return the secrets kept at ``path``; choose and keep them if there are none."""
    if not path.exists():
        _keep(path, DemoSecrets(password=f"demo-{secrets.token_hex(6)}", pin=_pin()))
    return DemoSecrets(**json.loads(path.read_text()))


def _pin() -> str:
    while pin_rules.is_weak(pin := f"{secrets.randbelow(10_000):04d}"):
        pass
    return pin


def _keep(path: Path, chosen: DemoSecrets) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Readable by the owner from the first byte on: a later chmod would leave a gap.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(chosen), file)
