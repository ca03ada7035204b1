"""The search for a nonce in a process of its own, which gets what the processors have to spare.

Payments are made on the same machine. In a thread of the worker the search would also keep the worker's other threads
from the interpreter. A machine that has nothing to spare must not stop the sealing, so a search that takes long goes on
as an equal; ``docs/decisions/0040-mining-beside-payments.md`` has what was measured. Imports no Django.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from select import select
from typing import IO, Final, cast

from ledger.chain import headers

# So long a search is modest: on an idle machine a nonce of the usual difficulty takes a twentieth of it.
PATIENCE_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.1
ROOT: Final = Path(__file__).resolve().parents[2]
# The first thing that the process does, before it loads anything. What a system doesn't know or allow it does without.
STEP_BACK: Final = """
import os
try:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
except (AttributeError, OSError):
    os.nice(19)
"""
SEARCH: Final = "from ledger.chain import spare; spare.main()"
# Where the second search begins, so that it tries no nonce again.
FAR: Final = headers.NONCES // 2


class SearchFailed(RuntimeError):
    """The process ended without a nonce, and nobody had asked it to."""


def search(prefix: bytes, difficulty: int, *, is_cancelled: Callable[[], bool]) -> int | None:
    """Search like ``headers.search``, first with spare time only, then as an equal.

    Raises:
        SearchFailed: the process that searched is gone.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    found = _searched(
        f"{STEP_BACK}{SEARCH}", prefix, difficulty, 0, is_over=lambda: is_cancelled() or time.monotonic() > until
    )
    if found is None and not is_cancelled():
        found = _searched(SEARCH, prefix, difficulty, FAR, is_over=is_cancelled)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Search as told, and write the nonce; end without it when the process that asked has ended."""
    parent, prefix, difficulty, start = sys.argv[1:] if arguments is None else arguments

    def is_alone() -> bool:
        return os.getppid() != int(parent)

    nonce = headers.search(bytes.fromhex(prefix), int(difficulty), is_cancelled=is_alone, start=int(start))
    sys.stdout.write("" if nonce is None else str(nonce))


def _searched(script: str, prefix: bytes, difficulty: int, start: int, *, is_over: Callable[[], bool]) -> int | None:
    asked = (str(os.getpid()), prefix.hex(), str(difficulty), str(start))
    # Without site packages it starts in five milliseconds; the standard library is all it needs.
    command = [sys.executable, "-S", "-c", script, *asked]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        answer = cast("IO[bytes]", process.stdout)
        while not select([answer], [], [], LOOK_SECONDS)[0]:
            if is_over():
                process.kill()
                return None
        written = answer.read()
    if not written:
        raise SearchFailed(f"the search ended with {process.returncode}")
    return int(written)
