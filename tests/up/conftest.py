"""State folders and environments for engines that a test starts for itself."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from securebank.up import binaries

GIVEN = ("DATABASE_URL", "REDIS_URL", "SECUREBANK_ENGINES", "SECUREBANK_STATE_DIR", "PORT", "SECUREBANK_ORIGIN")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="securebank-up-"))
    folder.chmod(0o711)
    yield folder
    folder.chmod(0o711)
    shutil.rmtree(folder)


@pytest.fixture
def no_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names no engine, as a newcomer's."""
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=list(binaries.Kind))
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, no_engines: None) -> binaries.Kind:
    """Each kind of programs in turn, where the machine has them."""
    wanted: binaries.Kind = request.param
    if not binaries.postgres_programs(wanted):
        pytest.skip(f"no PostgreSQL of kind {wanted}")
    monkeypatch.setenv("SECUREBANK_ENGINES", wanted)
    return wanted


def is_alive(pid: int) -> bool:
    """Tell whether a process runs (one that only waits to be collected doesn't)."""
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (ProcessLookupError, FileNotFoundError):
        return False
