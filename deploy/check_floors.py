"""Refuse a lock that holds a version with a known hole.

Each floor is the first version without the security faults published for that package up to November 2026.
"""

import re
import sys
from pathlib import Path
from typing import Final

from packaging.version import Version

FLOORS: Final = {
    "autobahn": "26.10.1",
    "celery": "5.7.0",
    "channels": "4.3.2",
    "channels-redis": "4.3.0",
    "cryptography": "50.0.0",
    "daphne": "4.2.2",
    "django": "5.2.19",
    "django-allauth": "65.21.1",
    "djangorestframework": "3.18.2",
    "djangorestframework-simplejwt": "5.5.1",
    "kombu": "5.7.0",
    "pillow": "13.0.0",
    "pyjwt": "2.15.0",
    "redis": "6.4.0",
    "twisted": "26.4.0",
}
LOCKS: Final = Path(__file__).parent / "locks"
PINNED: Final = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def below_floor(lock: str) -> list[str]:
    r"""Return a line for each package of a lock that is older than its floor.

    >>> below_floor("django==5.2.18 \\\n    --hash=sha256:00\nredis==8.1.0 \\\n")
    ['django 5.2.18 is below 5.2.19']
    """
    return [
        f"{name} {version} is below {FLOORS[name]}"
        for name, version in PINNED.findall(lock)
        if name in FLOORS and Version(version) < Version(FLOORS[name])
    ]


def main() -> int:
    """Check every lock; return the exit status."""
    faults = [
        f"{path.name}: {fault}"
        for path in sorted(LOCKS.glob("*.txt"))
        for fault in below_floor(path.read_text(encoding="utf-8"))
    ]
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
