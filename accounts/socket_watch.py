"""The watch over a process's open connections.

Pushes through the channel layer are fast, but may be lost. So every few
seconds one query for all connections of the process finds those whose session,
token family or owner is no longer good, and those that missed a notice.
"""

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseError
from django.utils import timezone

from accounts import socket_auth
from accounts.selectors import sockets as selectors

# Seconds between looks: with the look itself, a connection outlives its session by less than five.
INTERVAL: Final = 3.5

# Connections of one person to one process. Our choice: more tabs and devices than a person keeps open.
MAX_PER_PERSON: Final = 20

log = structlog.get_logger(__name__)


class Watched(Protocol):
    """A connection as the watch sees it."""

    grant: socket_auth.SocketGrant

    async def end(self) -> None:
        """Close it: what it stood on is gone."""

    async def catch_up_to(self, number: int) -> None:
        """Send what it has missed up to that number."""


class Watch:
    """The open connections of this process."""

    def __init__(self) -> None:
        self._sockets: defaultdict[UUID, set[Watched]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    def admit(self, socket: Watched) -> bool:
        """Take a connection under watch, unless its owner has too many."""
        if len(self._sockets[socket.grant.user_id]) >= MAX_PER_PERSON:
            return False
        self._sockets[socket.grant.user_id].add(socket)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return True

    def dismiss(self, socket: Watched) -> None:
        """Forget a connection that closed."""
        mine = self._sockets[socket.grant.user_id]
        mine.discard(socket)
        if not mine:
            del self._sockets[socket.grant.user_id]
        if not self._sockets and self._task is not None:
            self._task.cancel()
            self._task = None

    async def look(self) -> None:
        """Close what no longer stands, bring up to date what missed something."""
        sockets = [socket for mine in self._sockets.values() for socket in mine]
        now = timezone.now()
        found = await database_sync_to_async(_standing)([socket.grant for socket in sockets], now)
        for socket in sockets:
            person = found.people.get(socket.grant.user_id)
            if person is None or not _stands(socket.grant, found, person, now):
                await socket.end()
            else:
                await socket.catch_up_to(person.last_number)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self.look()
            except DatabaseError as error:
                log.warning("socket_watch_blind", reason=type(error).__name__)


def _standing(grants: list[socket_auth.SocketGrant], now: datetime) -> selectors.Standing:
    return selectors.standing(
        keys={grant.key for grant in grants if not grant.subprotocol},
        families={UUID(grant.key) for grant in grants if grant.subprotocol},
        people={grant.user_id for grant in grants},
        now=now,
    )


def _stands(grant: socket_auth.SocketGrant, found: selectors.Standing, person: selectors.Person, now: datetime) -> bool:
    if grant.key not in found.keys or (grant.expires_at is not None and grant.expires_at <= now):
        return False
    return not grant.stamp or grant.stamp == socket_auth.stamp_of(person.password_hash)


watch: Final = Watch()
