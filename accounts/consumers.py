"""The WebSocket of notices: ``/ws/notifications``."""

import asyncio
from typing import Any, Final
from urllib.parse import parse_qs

from channels.db import database_sync_to_async

from accounts import live
from accounts.live import Room
from accounts.live_consumer import LiveConsumer, Order
from accounts.models import User
from accounts.selectors import notifications as selectors
from accounts.socket_auth import SocketGrant

# How far back a connection replays. Who missed more reads the list over REST.
LONGEST_REPLAY: Final = 1000
# Digits of a number in a bigint column.
LONGEST_NUMBER: Final = 18


class NotificationConsumer(LiveConsumer):
    """Sends one person's notices in order, each once a connection.

    What the channel layer brings is a hint: a notice whose number follows the
    last one sent goes out as it came, one that leaves a gap makes the consumer
    read the missing ones from the database, one that it has sent is dropped.
    """

    # Everything above ``floor`` up to ``position`` was sent on this connection.
    floor: int
    position: int

    async def begin(self) -> None:
        """Join one's own group, and begin where the page that connects left off."""
        self.rooms: set[Room] = set()
        self.sending = asyncio.Lock()
        async with self.sending:
            # First the group, then the number: what comes in between is pushed and numbered above it.
            await self._enter(Room.USER)
            await self._greet()

    async def finish(self) -> None:
        """Leave every room."""
        for room in list(self.rooms):
            await self._quit(room)

    def orders(self) -> dict[str, Order]:
        """Return what the client may say."""
        return super().orders() | {"join": self._join, "leave": self._leave, "resume": self._resume}

    # --- what the channel layer and the watch bring

    async def frames(self, event: dict[str, Any]) -> None:
        """Send on a person's frames that were pushed."""
        async with self.sending:
            for frame in event["frames"]:
                number = int(frame["id"])
                if number > self.position + 1:
                    await self._catch_up()
                if number == self.position + 1:
                    await self._send(frame)
                    self.position = number

    async def hint(self, event: dict[str, Any]) -> None:
        """Send on what was announced in a shared room."""
        await self._send(event["frame"])

    async def catch_up_to(self, number: int) -> None:
        """Send what a lost push left out."""
        async with self.sending:
            if Room.USER in self.rooms and number > self.position:
                await self._catch_up()

    # --- what the client says

    async def _join(self, message: dict[str, Any]) -> None:
        room = _room(message)
        if room is None:
            await self._refuse("unknown_room")
        elif room is Room.ALERTS and not await database_sync_to_async(_may_review)(self.grant):
            await self._refuse("not_allowed")
        else:
            await self._enter(room)
            await self._reply("joined", room=room.value, last=str(self.position))
            await self.catch_up_to(self.position + 1)

    async def _leave(self, message: dict[str, Any]) -> None:
        room = _room(message)
        if room is None:
            await self._refuse("unknown_room")
        else:
            await self._quit(room)
            await self._reply("left", room=room.value)

    async def _resume(self, message: dict[str, Any]) -> None:
        after = _number(message.get("after"))
        if after is None:
            await self._refuse("unknown_number")
            return
        async with self.sending:
            if self.floor - after > LONGEST_REPLAY:
                await self._refuse("resume_too_old")
                return
            await self._replay(after)
            await self._catch_up()
            await self._reply("resumed", last=str(self.position))

    # --- sending

    async def _greet(self) -> None:
        """Begin where the page that connects left off, as ``?after=`` says, or with what comes next."""
        last = await database_sync_to_async(selectors.last_number)(user_id=self.grant.user_id)
        after = _number(parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0])
        is_known = after is not None and 0 <= last - after <= LONGEST_REPLAY
        self.position = self.floor = after if after is not None and is_known else last
        await self.accept(self.grant.subprotocol)
        await self._reply(
            "joined", room=Room.USER.value, last=str(self.position), is_complete=after is None or is_known
        )
        await self._catch_up()

    async def _catch_up(self) -> None:
        """Send everything above the last number sent, a page at a time."""
        while page := await database_sync_to_async(_page)(self.grant, self.position, None):
            for frame in page:
                await self._send(frame)
                self.position = int(frame["id"])
            if len(page) < selectors.PAGE:
                return

    async def _replay(self, after: int) -> None:
        """Send what lies between ``after`` and the first number this connection began with."""
        place = after
        while place < self.floor and (page := await database_sync_to_async(_page)(self.grant, place, self.floor)):
            for frame in page:
                await self._send(frame)
                place = int(frame["id"])
        self.floor = min(self.floor, after)

    # --- rooms

    def _group(self, room: Room) -> str:
        return live.user_group(self.grant.user_id) if room is Room.USER else room.value

    async def _enter(self, room: Room) -> None:
        self.rooms.add(room)
        await self.channel_layer.group_add(self._group(room), self.channel_name)

    async def _quit(self, room: Room) -> None:
        self.rooms.discard(room)
        await self.channel_layer.group_discard(self._group(room), self.channel_name)


def _room(message: dict[str, Any]) -> Room | None:
    asked = message.get("room")
    return Room(asked) if isinstance(asked, str) and asked in set(Room) else None


def _number(written: Any) -> int | None:
    """Return a frame id as a number; ASCII digits only."""
    text = str(written) if isinstance(written, str | int) and not isinstance(written, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def _page(grant: SocketGrant, after: int, up_to: int | None) -> list[dict[str, Any]]:
    return selectors.frames_of(selectors.numbered_after(user_id=grant.user_id, after=after, up_to=up_to))


def _may_review(grant: SocketGrant) -> bool:
    user = User.objects.filter(pk=grant.user_id).first()
    return user is not None and user.has_perm("payments.review_payment")
