"""Processes that live and die with the one that started them."""

import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
POLL_SECONDS: Final = 0.02
STOP_SECONDS: Final = 8.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how to ask it to stop."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    account: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class Child:
    """A running program."""

    program: Program
    process: subprocess.Popen[bytes]
    record: Path

    def is_running(self) -> bool:
        """Tell whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask it to stop, wait, and make sure."""
        if self.is_running():
            self.process.send_signal(self.program.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.record.unlink(missing_ok=True)

    def last_words(self, lines: int = 8) -> str:
        """Return the end of its log."""
        return "\n".join(self.program.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def start(program: Program, *, records: Path) -> Child:
    """Start a program that stops when this process dies, and write down that it is ours.

    Call it from the main thread: the kernel ties a child to the thread that made it.
    """
    program.log.parent.mkdir(parents=True, exist_ok=True)
    account = program.account
    with program.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.folder,
            env=program.environment,
            # Ctrl-C in the terminal reaches the parent alone, which then stops its children in order.
            process_group=0,
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [account.pw_gid],
            preexec_fn=_die_with_parent(program.stop_signal),  # noqa: PLW1509 - calls prctl and nothing else
        )
    records.mkdir(exist_ok=True)
    record = records / f"{program.name}.json"
    facts = {"pid": process.pid, "born": _birth(process.pid), "stop_signal": int(program.stop_signal)}
    record.write_text(json.dumps(facts), encoding="ascii")
    return Child(program=program, process=process, record=record)


def die_with_parent(stop_signal: signal.Signals) -> None:
    """Ask the kernel to send us a signal when our parent dies, however it dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)


def stop_leftovers(records: Path) -> list[str]:
    """Stop what an earlier, killed run left behind; return the names.

    Only what was written down at its start and still has the same number *and* time of birth is ours.
    """
    left = [(path, facts) for path in sorted(records.glob("*.json")) if (facts := _alive(path)) is not None]
    for _, facts in left:
        _send(facts["pid"], facts["stop_signal"])
    deadline = time.monotonic() + STOP_SECONDS
    while any(_alive(path) for path, _ in left) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for path, facts in left:
        if _alive(path):
            _send(facts["pid"], signal.SIGKILL)
    for path in records.glob("*.json"):
        path.unlink()
    return [path.stem for path, _ in left]


def wait_until(is_ready: Callable[[], bool], *, children: Iterable[Child], seconds: float) -> bool:
    """Wait for a condition; give up when the time is over or a child has died."""
    deadline = time.monotonic() + seconds
    watched = list(children)
    while not is_ready():
        if time.monotonic() > deadline or not all(child.is_running() for child in watched):
            return False
        time.sleep(POLL_SECONDS)
    return True


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    # Everything is looked up before the fork: between fork and exec only the system call is safe.
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def in_child() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return in_child


def _birth(pid: int) -> str:
    """Return when a process was born, or an empty string when there is none (a zombie counts as none)."""
    try:
        # The name in brackets may hold anything, so count from its end: field 3 is the state, field 22 the birth.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
        shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603, S607
        return shown.stdout.decode("ascii", "replace").strip()
    except ProcessLookupError:
        return ""
    return "" if fields[0] == "Z" else f"{_boot_id()}:{fields[19]}"


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _alive(record: Path) -> dict[str, int] | None:
    try:
        facts = json.loads(record.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    is_ours = bool(facts["born"]) and facts["born"] == _birth(facts["pid"])
    return {"pid": facts["pid"], "stop_signal": facts["stop_signal"]} if is_ours else None


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
