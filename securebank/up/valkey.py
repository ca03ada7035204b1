"""Valkey (or Redis) as a child process, on a private socket.

It keeps nothing on disk: what must not be lost is a row in PostgreSQL.
"""

import socket
from pathlib import Path
from typing import Final

from securebank.up import binaries, children, places
from securebank.up.errors import CannotStart

START_SECONDS: Final = 10.0


def start(where: places.Places, *, name: str = "valkey") -> tuple[children.Child, str]:
    """Start the server; return the process and its URL."""
    server = binaries.valkey_program(binaries.wanted_kinds())
    folder = places.own_folder(where.sockets / name, mode=0o700)
    address = folder / "socket"
    address.unlink(missing_ok=True)
    command = [str(server), "--port", "0", "--unixsocket", str(address), "--unixsocketperm", "700"]
    command += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--daemonize", "no"]
    program = children.Program(
        name=name,
        command=command,
        log=where.state / "log" / f"{name}.log",
        environment={"LC_ALL": "C"},
        folder=folder,
    )
    child = children.start(program, records=where.state / "children")
    if not children.wait_until(lambda: _answers(address), children=[child], seconds=START_SECONDS):
        child.stop()
        raise CannotStart(f"{server.name} did not start. The end of {program.log}:\n{child.last_words()}")
    return child, f"unix://{address}?db=0"


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(address))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
