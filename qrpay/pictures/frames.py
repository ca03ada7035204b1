"""Messages between the bank and its child: four bytes of length, then the message. Without Django."""

import socket
import struct
import time
from typing import Final

# The first message of a child.
READY: Final = b"ready"
LENGTH: Final = struct.Struct(">I")
# What a child may answer; the largest code with all its evidence takes 60 KiB.
LONGEST_ANSWER: Final = 1024 * 1024


def send(link: socket.socket, message: bytes) -> None:
    """Send one message.

    Raises:
        OSError: the other side is gone, or didn't take it in time (``TimeoutError``).
    """
    link.sendall(LENGTH.pack(len(message)) + message)


def receive(link: socket.socket, *, longest: int, until: float | None = None) -> bytes:
    """Return the next message, or nothing when the other side has closed.

    Args:
        link: connected.
        longest: bytes beyond which nothing is read.
        until: moment of ``time.monotonic`` beyond which nobody waits.

    Raises:
        OSError: it broke off in the middle, is too long, or didn't come in time (``TimeoutError``).
    """
    head = _exactly(link, LENGTH.size, until)
    if not head:
        return b""
    (length,) = LENGTH.unpack(head)
    if length > longest:
        raise OSError("the message is too long")
    body = _exactly(link, length, until)
    if len(body) < length:
        raise OSError("the message broke off")
    return body


def _exactly(link: socket.socket, length: int, until: float | None) -> bytes:
    """Return so many bytes; fewer when the other side has closed."""
    received = bytearray()
    while len(received) < length:
        if until is not None:
            link.settimeout(max(until - time.monotonic(), 0.001))
        part = link.recv(min(length - len(received), 1 << 20))
        if not part:
            break
        received += part
    return bytes(received)
