"""Training as a program of its own: the bank's processes never load what learns."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings

# Of one training, in seconds.
LONGEST: Final = 3600
# Nobody waits for a training; payments on the same machine do.
NICE: Final = 10
# Between two looks at the program, in seconds.
LOOK: Final = 0.5
# Characters of what it printed last.
TAIL: Final = 4_000
# What a program without secrets needs to find its interpreter and libraries.
KEPT_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "VIRTUAL_ENV")


class TrainingFailed(Exception):
    """The program ended otherwise than well; the text says how."""


class TrainingStopped(Exception):
    """It is no longer wanted."""


def train(*, data: Path, out: Path, log: Path, tell: Callable[[str], bool], seconds: float) -> None:
    """Run ``python -m ml.fraud.train`` and wait for it.

    Args:
        data: a folder of Parquet files.
        out: where the model goes.
        log: a file that gets what it prints.
        tell: is given the end of that now and then; answers whether to go on.
        seconds: it is stopped after so long.

    Raises:
        TrainingFailed: it ended with another status than 0, or took too long.
        TrainingStopped: ``tell`` said so.
    """
    command = [sys.executable, "-m", "ml.fraud.train", "--data", str(data), "--schema", "bank", "--out", str(out)]
    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    with log.open("wb") as printed:
        process = subprocess.Popen(  # noqa: S603 -- our own program, with paths of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
            env=environment,
            process_group=0,
        )
        try:
            os.setpriority(os.PRIO_PGRP, process.pid, NICE)
            _watch(process, log, tell, time.monotonic() + seconds)
        finally:
            _end(process)
    if process.returncode != 0:
        raise TrainingFailed(f"The program ended with status {process.returncode}.")


def tail(log: Path) -> str:
    """Return the end of what was printed, without what draws progress bars."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL))
        told = file.read().decode("utf-8", "replace")
    # The database takes no zeros; of a line that was drawn over and over the last state counts.
    lines = [line.rsplit("\r", 1)[-1] for line in told.replace("\0", "").split("\n")]
    return "\n".join(lines)[-TAIL:]


def link_base(data: Path) -> None:
    """Put the payments that are learnt from beside the bank's own into the folder, if there are any."""
    if not settings.FRAUD_TRAINING_BASE:
        return
    for file in sorted(Path(settings.FRAUD_TRAINING_BASE).glob("payments-*.parquet")):
        target = data / file.name
        try:
            target.symlink_to(file.resolve())
        except OSError:
            shutil.copyfile(file, target)


def _watch(process: subprocess.Popen[bytes], log: Path, tell: Callable[[str], bool], until: float) -> None:
    while True:
        try:
            process.wait(LOOK)
        except subprocess.TimeoutExpired:
            pass
        else:
            tell(tail(log))
            return
        if time.monotonic() > until:
            raise TrainingFailed("The program took too long.")
        if not tell(tail(log)):
            raise TrainingStopped


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
