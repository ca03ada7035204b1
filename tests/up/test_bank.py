"""The whole bank, started as ``make run`` starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from securebank.up import bank, binaries, keys
from securebank.up.errors import CannotStart
from tests.up.conftest import is_alive

PATIENCE_SECONDS = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_bank(state: Path, port: int, **chosen: str) -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {"SECUREBANK_STATE_DIR": str(state), "PORT": str(port), **chosen}
    command = [sys.executable, "-m", "securebank.up"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=bank.PROJECT
    )
    try:
        assert process.stdout is not None
        shown: list[str] = []
        for line in process.stdout:
            shown.append(line)
            if "Ctrl-C stops everything" in line:
                break
        else:
            pytest.fail("".join(shown))
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def children_of(state: Path) -> dict[str, int]:
    return {path.stem: json.loads(path.read_text())["pid"] for path in (state / "children").glob("*.json")}


def wait_for_other(state: Path, name: str, pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if children_of(state).get(name, pid) != pid:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.timeout(200)
def test_opens_serves_and_closes(home: Path, kind: binaries.Kind) -> None:
    state, port = home / "var", free_port()
    with running_bank(state, port) as process:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
            health = json.load(answer)
        command = [sys.executable, "manage.py", "showmigrations", "--plan"]
        shown = subprocess.run(
            command,
            cwd=bank.PROJECT,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "SECUREBANK_STATE_DIR": str(state)},
        )
        started = children_of(state)
        first_worker = started["worker"]
        os.kill(first_worker, signal.SIGKILL)
        is_back = wait_for_other(state, "worker", first_worker)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
        seconds = time.monotonic() - began

    assert (health["status"], health["checks"]["database"]) == ("ok", "ok")
    assert sorted(started) == ["postgres", "valkey", "web", "worker"]
    assert is_back
    assert "[X]" in shown.stdout
    assert "[ ]" not in shown.stdout
    assert not (state / "environment.json").exists()
    assert (process.returncode, seconds < 15) == (0, True)
    assert not any(is_alive(pid) for pid in started.values())


@pytest.mark.timeout(200)
def test_says_which_part_died_and_stops_the_rest(home: Path, no_engines: None) -> None:
    state, port = home / "var", free_port()
    with running_bank(state, port) as process:
        started = children_of(state)
        os.kill(started["web"], signal.SIGKILL)
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert "web ended by itself (code -9)" in said
    assert not any(is_alive(pid) for pid in started.values())


def test_stops_at_once_while_it_still_prepares(home: Path, no_engines: None) -> None:
    environment = os.environ | {"SECUREBANK_STATE_DIR": str(home / "var"), "PORT": str(free_port())}
    command = [sys.executable, "-m", "securebank.up"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=bank.PROJECT)
    assert process.stdout is not None
    process.stdout.readline()
    started = children_of(home / "var")
    process.terminate()
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 0
    assert "Closing the bank" in said
    assert sorted(started) == ["postgres", "valkey"]
    assert not any(is_alive(pid) for pid in started.values())


def test_a_taken_port_is_said_before_anything_starts(home: Path, no_engines: None) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = os.environ | {"SECUREBANK_STATE_DIR": str(home / "var"), "PORT": str(port)}
        command = [sys.executable, "-m", "securebank.up"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=bank.PROJECT)

    assert done.returncode == 1
    assert f"Port {port} is taken. Choose another: make run PORT={port + 1}" in done.stdout.replace("\n", " ")
    assert children_of(home / "var") == {}


@pytest.mark.parametrize("written", ["", "0", "65536", "eighty", "-1", "８０８０"])
def test_refuses_what_is_no_port(written: str) -> None:
    with pytest.raises(CannotStart, match="PORT must be a number from 1 to 65535"):
        bank.check_port(written)


@pytest.mark.timeout(200)
def test_lives_by_itself_and_ends_with_the_bank(home: Path, no_engines: None) -> None:
    state, port = home / "var", free_port()
    with running_bank(state, port, SECUREBANK_SIMULATE="10") as process:
        address = json.loads((state / "environment.json").read_text())["DATABASE_URL"]
        has_begun = wait_for_label(address)
        started = children_of(state)
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)

    log = (state / "log" / "worker.log").read_text(encoding="utf-8")
    assert has_begun
    assert process.returncode == 0
    assert "Traceback" not in log
    assert not any(is_alive(pid) for pid in started.values())


def wait_for_label(address: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(address, autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute("SELECT count(*) FROM fraud_label WHERE source = 'simulator'").fetchone()
            if row is not None and row[0] > 0:
                return True
            time.sleep(0.1)
    return False


@pytest.mark.parametrize("written", ["-0.1", "10.5", "nan", "inf", "often"])
def test_refuses_what_is_no_pace(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECUREBANK_SIMULATE", written)

    with pytest.raises(CannotStart, match="SECUREBANK_SIMULATE must be a number from 0 to 10"):
        bank.check_pace()


def test_secrets_are_readable_by_their_owner_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*keys.NAMES, "SECUREBANK_QR_KEYS", "SECUREBANK_CHECKPOINT_KEY"):
        monkeypatch.delenv(name, raising=False)

    keys.make_missing(home / "keys")
    first = {path.name: path.read_text() for path in (home / "keys").iterdir()}
    keys.make_missing(home / "keys")

    assert {path.name: path.read_text() for path in (home / "keys").iterdir()} == first
    # The last two are the halves of the key that signs the log's checkpoints.
    assert len(set(first.values())) == len(keys.NAMES) + 3
    assert {path.stat().st_mode & 0o777 for path in (home / "keys").iterdir()} == {0o600}
