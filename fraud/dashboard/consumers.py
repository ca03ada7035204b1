"""The WebSocket of the live figures: ``/ws/staff``."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async

from accounts.live_consumer import LiveConsumer
from accounts.models import User
from accounts.socket_auth import SocketGrant
from fraud.dashboard.board import board
from fraud.dashboard.figures import Snapshot
from fraud.dashboard.watchers import may_watch


class StaffConsumer(LiveConsumer):
    """Sends analysts all figures once, then each section that changes.

    Frames are ``snapshot``, ``update`` and ``stale`` (the figures can't be read now). With ``?html=1`` a frame also
    carries the sections as the page shows them, in the reader's language, under ``html``.
    """

    seen: Snapshot
    language = ""

    @property
    def user_id(self) -> UUID:
        """Whose socket it is."""
        return self.grant.user_id

    async def is_admissible(self, grant: SocketGrant) -> bool:
        """Let in staff who may decide about payments and have a second factor."""
        return bool(await database_sync_to_async(may_watch)([grant.user_id]))

    async def begin(self) -> None:
        """Accept, and send everything once."""
        asked = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        if asked.get("html") == ["1"]:
            self.language = await database_sync_to_async(_language)(self.user_id)
        await self.accept(self.grant.subprotocol)
        await board.join(self)

    async def finish(self) -> None:
        """Watch no longer."""
        board.leave(self)

    async def show(self, kind: str, data: dict[str, Any]) -> None:
        """Send one frame."""
        await self._reply(kind, **data)


def _language(user_id: UUID) -> str:
    return User.objects.values_list("language", flat=True).get(pk=user_id)
