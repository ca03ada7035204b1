"""The process environment, read once and typed."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_A_SECOND = 10.0


class MissingSetting(RuntimeError):
    """The bank can't start without this variable."""


class WrongSetting(RuntimeError):
    """The bank can't start with what this variable says."""


def text(name: str, default: str | None = None) -> str:
    """Return a variable; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise MissingSetting(f"set {name}")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no variable."""
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """Return an integer variable."""
    return int(os.environ.get(name, default))


def count(name: str, default: int) -> int:
    """Return an integer variable of 1 or more."""
    value = number(name, default)
    if value < 1:
        raise WrongSetting(f"{name} must be 1 or more, not {value}")
    return value


def pace(name: str, default: float) -> float:
    """Return how often something happens each second, from 0 to 10."""
    written = os.environ.get(name) or str(default)
    try:
        value = float(written)
    except ValueError:
        value = -1.0
    # Written so that no comparison with NaN holds.
    if not 0 <= value <= MOST_A_SECOND:
        raise WrongSetting(f"{name} must be a number from 0 to {MOST_A_SECOND:g}, not '{written}'")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str, *, folder: Path | None = None) -> str:
    """Return a secret from ``NAME``, from the file named by ``NAME_FILE``, or from ``folder``.

    Files are how containers hand over secrets without showing them in the process list.
    """
    if name in os.environ:
        return os.environ[name]
    if f"{name}_FILE" in os.environ:
        return Path(os.environ[f"{name}_FILE"]).read_text(encoding="ascii").strip()
    if folder is not None and (folder / name.lower()).is_file():
        return (folder / name.lower()).read_text(encoding="ascii").strip()
    raise MissingSetting(f"set {name} or {name}_FILE")


def secret_or_nothing(name: str, *, folder: Path) -> str:
    """Return a secret that not every process is given, or an empty text."""
    try:
        return secret(name, folder=folder)
    except MissingSetting:
        return ""


def database(url: str) -> dict[str, Any]:
    """Return Django's connection settings for a PostgreSQL URL.

    A ``host`` query parameter names a socket folder, as libpq writes it:
    ``postgresql://bank@/securebank?host=/run/postgresql``.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise MissingSetting("DATABASE_URL must begin with postgresql://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
    }


def broker(url: str) -> str:
    """Return the URL under which Celery's library knows a Redis URL; for sockets it has a spelling of its own.

    >>> broker("unix:///run/valkey/socket?db=2")
    'redis+socket:///run/valkey/socket?virtual_host=2'
    >>> broker("redis://cache:6379/0")
    'redis://cache:6379/0'
    """
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"
