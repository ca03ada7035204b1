"""The engines of one bank: PostgreSQL and Valkey, given by the environment or started as children."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Self

from securebank.up import children, places, postgres, valkey

# One machine, one bank: every web and worker thread may hold a connection.
SERVER_OPTIONS: Final = {"max_connections": "100"}


@dataclass(slots=True)
class Engines:
    """Running engines; stops them on leaving the ``with`` block.

    Attributes:
        environment: ``DATABASE_URL`` and ``REDIS_URL`` for whoever uses them.
        sockets: the folder of their sockets; it goes with them, for it may lie outside the state folder.
        processes: those started here, in order of start; empty if the environment named both engines.
    """

    environment: dict[str, str]
    sockets: Path
    processes: list[children.Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop what was started here, last first."""
        for child in reversed(self.processes):
            child.stop()
        shutil.rmtree(self.sockets, ignore_errors=True)


def start(where: places.Places, *, options: Mapping[str, str] = SERVER_OPTIONS) -> Engines:
    """Start the engines that the environment doesn't name.

    Hold the state folder's lock and stop leftovers first, see ``places.hold_lock`` and ``children.stop_leftovers``.

    Raises:
        CannotStart: an engine is missing or refuses.
    """
    engines = Engines(environment={}, sockets=where.sockets)
    starters = {
        "REDIS_URL": partial(valkey.start, where),
        "DATABASE_URL": partial(postgres.start, where, options=options),
    }
    try:
        for name, begin in starters.items():
            if name in os.environ:
                engines.environment[name] = os.environ[name]
                continue
            child, url = begin()
            engines.processes.append(child)
            engines.environment[name] = url
    except BaseException:
        engines.stop()
        raise
    return engines


def prepare(state: Path) -> places.Places:
    """Make a state folder ours: choose places, take the lock, stop what a killed run left."""
    where = places.find_places(state)
    places.hold_lock(where.state)
    children.stop_leftovers(where.state / "children")
    return where
