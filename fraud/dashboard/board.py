"""One look a tick for all staff sockets of a process."""

import asyncio
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseError

from fraud.dashboard import figures, rendering
from fraud.dashboard.figures import TICK, Snapshot
from fraud.dashboard.watchers import may_watch

log = structlog.get_logger(__name__)


class Watcher(Protocol):
    """A socket as the board sees it.

    Attributes:
        seen: what it was sent last.
        language: of the HTML it asked for; "" when it asked for none.
    """

    seen: Snapshot
    language: str

    @property
    def user_id(self) -> UUID:
        """Whose socket it is."""

    async def show(self, kind: str, data: dict[str, Any]) -> None:
        """Send one frame."""

    async def end(self) -> None:
        """Close it: its owner may watch no longer."""


class Board:
    """The sockets of this process that watch, and the task that serves them while there are any."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._task: asyncio.Task[None] | None = None
        self._is_blind = False

    async def join(self, watcher: Watcher) -> None:
        """Send everything once, then what changes."""
        watcher.seen = {}
        await self._tell([watcher], await database_sync_to_async(figures.desk.latest)(), kind="snapshot")
        self._watchers.add(watcher)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def leave(self, watcher: Watcher) -> None:
        """Forget a socket that closed."""
        self._watchers.discard(watcher)
        if not self._watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def look(self) -> None:
        """Close whose owner may watch no longer; send the others what has changed."""
        allowed = await database_sync_to_async(may_watch)({watcher.user_id for watcher in self._watchers})
        for watcher in [each for each in self._watchers if each.user_id not in allowed]:
            await watcher.end()
        staying = [each for each in self._watchers if each.user_id in allowed]
        await self._tell(staying, await database_sync_to_async(figures.desk.latest)(), kind="update")

    async def _tell(self, watchers: list[Watcher], snapshot: Snapshot, *, kind: str) -> None:
        """Send each socket the sections that differ from what it has; nothing when none does."""
        made: dict[tuple[str, frozenset[str]], dict[str, str]] = {}
        for watcher in watchers:
            changed = frozenset(name for name, value in snapshot.items() if watcher.seen.get(name) != value)
            if not changed:
                continue
            data: dict[str, Any] = {name: snapshot[name] for name in changed}
            if watcher.language:
                key = (watcher.language, changed)
                if key not in made:
                    made[key] = await database_sync_to_async(rendering.sections)(
                        snapshot, names=changed, language=watcher.language
                    )
                data["html"] = made[key]
            watcher.seen = snapshot
            await watcher.show(kind, data)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.look()
            except DatabaseError as error:
                await self._say_blind(type(error).__name__)
            else:
                self._is_blind = False

    async def _say_blind(self, reason: str) -> None:
        """Tell the pages once that what they show is old."""
        if self._is_blind:
            return
        self._is_blind = True
        log.warning("staff_board_blind", reason=reason)
        for watcher in list(self._watchers):
            # Whatever comes next is news, and takes the warning away.
            watcher.seen = {}
            await watcher.show("stale", {})


board: Final = Board()
