"""``python -m qrpay.pictures.child``: reads codes from pictures, one at a time, for the process that started it.

Pictures come from strangers and decoders are written in C: what goes wrong here ends here. Memory is bounded by the
kernel, and so is the processor time of each picture. Standard input is a socket; the child ends when it closes.
"""

import os
import resource
import signal
import socket
import sys
from typing import Final

from qrpay.pictures import frames
from qrpay.pictures.limits import CPU_SECONDS, MEMORY_BYTES, MOST_BYTES
from qrpay.pictures.reading import read
from qrpay.pictures.unreadable import Unreadable, Why
from qrpay.pictures.wire import Seen, packed, seen

# Seconds between two looks at whether the parent is still there.
LOOK_SECONDS: Final = 5.0


def main() -> int:
    """Answer until nobody asks any more."""
    # Ctrl-C at a terminal goes to the whole group: the parent decides when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    parent = os.getppid()
    with socket.socket(fileno=sys.stdin.fileno()) as link:
        frames.send(link, frames.READY)
        while picture := _next(link, parent):
            _grant()
            frames.send(link, packed(_answer(picture)))
    return 0


def _next(link: socket.socket, parent: int) -> bytes:
    """Return the next picture, or nothing when the parent is gone."""
    while True:
        link.settimeout(LOOK_SECONDS)
        try:
            link.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            # Processes forked from the parent may hold the other end open.
            if os.getppid() != parent:
                return b""
            continue
        link.settimeout(None)
        # One byte more than a picture has, so that an empty one is a message too.
        return frames.receive(link, longest=MOST_BYTES + 1)


def _grant() -> None:
    """Let the kernel end this process when one picture takes too long."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))


def _answer(message: bytes) -> Seen | Why:
    try:
        return seen(read(message[1:]))
    except Unreadable as refusal:
        return refusal.why
    except MemoryError:
        return Why.LARGE


if __name__ == "__main__":
    sys.exit(main())
