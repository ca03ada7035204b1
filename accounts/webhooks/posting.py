"""One POST to a customer's server: to an address that was checked, in bounded time, with a bounded answer."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.webhooks import addresses
from accounts.webhooks.addresses import Target

# What one message may take, from the look-up of the name to the answer's last byte, in seconds.
PATIENCE: Final = 5.0
# What is read of an answer, with its headers, in bytes.
LONGEST_ANSWER: Final = 64 * 1024
# Names looked up at the same time; the system's resolver knows no time-out of ours.
LOOKUPS: Final = 8

SUCCESS: Final = range(200, 300)


class NotReached(Exception):
    """No answer; ``reason`` says why in one word that may be logged and shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Internet(Protocol):
    """The part of the world that a message goes through; tests have one of their own."""

    def resolve(self, target: Target) -> Sequence[str]:
        """Return the addresses of a host, or raise ``OSError``."""

    def allows(self, target: Target, address: str) -> bool:
        """Tell whether a message for this target may go to this address."""

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Open a connection."""

    def tls(self) -> ssl.SSLContext:
        """Return whom to trust."""


class PublicInternet:
    """The real one."""

    def resolve(self, target: Target) -> Sequence[str]:
        """Ask the system's resolver."""
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_names, address in found))

    def allows(self, target: Target, address: str) -> bool:
        """Allow public servers, and in a local trial this machine."""
        return addresses.is_loopback(address) if target.is_local else addresses.is_public(address)

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Connect to the address itself."""
        return socket.create_connection((address, port), timeout=seconds)

    def tls(self) -> ssl.SSLContext:
        """Trust what the system trusts."""
        return _system_trust()


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a message's time, on the monotonic clock."""

    at: float

    def left(self) -> float:
        """Return the seconds left.

        Raises:
            TimeoutError: none is.
        """
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def internet() -> Internet:
    """Return the internet that settings name."""
    made: Internet = import_string(settings.WEBHOOK_INTERNET)()
    return made


def post(target: Target, *, body: bytes, headers: dict[str, str]) -> int:
    """Send one message; return the status that the server answered with.

    The name is looked up once; every address it has must be allowed, and the
    connection goes to one of those addresses, so a name that changes its
    address in between gains nothing. A redirect is an answer like any other.

    Raises:
        NotReached: ``unresolved``, ``address_refused``, ``timeout``, ``tls`` or ``unreachable``.
    """
    world = internet()
    deadline = Deadline(time.monotonic() + PATIENCE)
    try:
        connection = http.client.HTTPConnection(target.host, target.port)
        with _connected(world, target, deadline) as link:
            connection.sock = link
            link.settimeout(deadline.left())
            connection.request("POST", target.path, body, _host(target) | headers)
            return _status(link, deadline)
    except TimeoutError as error:
        raise NotReached("timeout") from error
    except ssl.SSLError as error:
        raise NotReached("tls") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotReached("unreachable") from error


def _connected(world: Internet, target: Target, deadline: Deadline) -> socket.socket:
    """Return a connection to the first allowed address that takes it."""
    last: OSError = ConnectionRefusedError()
    for address in _allowed(world, target, deadline):
        try:
            link = world.connect(address, target.port, deadline.left())
        except TimeoutError:
            raise
        except OSError as error:
            last = error
            continue
        if not target.is_tls:
            return link
        link.settimeout(deadline.left())
        # Closes the connection when the handshake fails.
        return world.tls().wrap_socket(link, server_hostname=target.host)
    raise last


def _allowed(world: Internet, target: Target, deadline: Deadline) -> Sequence[str]:
    """Return the addresses of a host; one bad apple spoils them all."""
    try:
        found = _lookups().submit(world.resolve, target).result(timeout=deadline.left())
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as error:
        raise NotReached("unresolved") from error
    if not found or not all(world.allows(target, address) for address in found):
        raise NotReached("address_refused")
    return found


def _host(target: Target) -> dict[str, str]:
    is_usual = target.port == addresses.HTTPS_PORT and target.is_tls
    return {"Host": target.host if is_usual else f"{target.host}:{target.port}", "Connection": "close"}


def _status(link: socket.socket, deadline: Deadline) -> int:
    """Return the answer's status; what else it says is read, so that the server may finish, and dropped."""
    answer = http.client.HTTPResponse(cast("socket.socket", _Answer(link, deadline)), method="POST")
    try:
        answer.begin()
        with suppress(OSError, http.client.HTTPException):
            answer.read(LONGEST_ANSWER)
        return answer.status
    finally:
        answer.close()


class _Answer(io.RawIOBase):
    """What a server sends, until its time or its bytes are used up: one byte a second gains nobody anything."""

    def __init__(self, link: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._link = link
        self._deadline = deadline
        self._bytes_left = LONGEST_ANSWER

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return itself as ``http.client`` wants to read it."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come."""
        if not self._bytes_left:
            raise http.client.HTTPException
        self._link.settimeout(self._deadline.left())
        count = self._link.recv_into(memoryview(buffer)[: self._bytes_left])
        self._bytes_left -= count
        return count


@cache
def _system_trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def _lookups() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LOOKUPS, thread_name_prefix="webhook-lookup")
