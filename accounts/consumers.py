"""The WebSocket of notices: ``/ws/notifications``."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone
from redis.exceptions import RedisError

from accounts import live
from accounts.live import Room
from accounts.models import User
from accounts.selectors import notifications as selectors
from accounts.socket_auth import SocketGrant, grant_of
from accounts.socket_watch import watch

# Longest message a client may send, in bytes: all of ours are far shorter.
LONGEST_MESSAGE: Final = 4096
# Messages a second a client may send, and how many it may save up.
MESSAGES_A_SECOND: Final = 20
BURST: Final = 40
# How far back a connection replays. Who missed more reads the list over REST.
LONGEST_REPLAY: Final = 1000
# Digits of a number in a bigint column.
LONGEST_NUMBER: Final = 18

POLICY_VIOLATION: Final = 1008
MESSAGE_TOO_BIG: Final = 1009


class NotificationConsumer(AsyncWebsocketConsumer):
    """Sends one person's notices in order, each once a connection.

    What the channel layer brings is a hint: a notice whose number follows the
    last one sent goes out as it came, one that leaves a gap makes the consumer
    read the missing ones from the database, one that it has sent is dropped.
    """

    grant: SocketGrant
    # Everything above ``floor`` up to ``position`` was sent on this connection.
    floor: int
    position: int

    async def connect(self) -> None:
        """Let in whoever the handshake proves to be somebody; refuse the rest before accepting."""
        self.rooms: set[Room] = set()
        self.sending = asyncio.Lock()
        self.tokens, self.counted_at = float(BURST), time.monotonic()
        grant = await grant_of(self.scope)
        if grant is None:
            await self.close()
            return
        self.grant = grant
        self.is_admitted = watch.admit(self)
        if not self.is_admitted:
            await self.accept(grant.subprotocol)
            await self.close(live.TOO_MANY_SOCKETS)
            return
        async with self.sending:
            await self.channel_layer.group_add(grant.group, self.channel_name)
            # First the group, then the number: what comes in between is pushed and numbered above it.
            await self._enter(Room.USER)
            await self._greet()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 # Channels' signature
        """Leave every group; a connection that was never let in is in none."""
        if not getattr(self, "is_admitted", False):
            return
        watch.dismiss(self)
        # With the layer's server gone there is no subscription left to end.
        with suppress(RedisError, OSError):
            for room in list(self.rooms):
                await self._quit(room)
            await self.channel_layer.group_discard(self.grant.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one message of the client; what it can't mean is answered, what floods closes the connection."""
        if len(text_data or bytes_data or "") > LONGEST_MESSAGE:
            await self.close(MESSAGE_TOO_BIG)
        elif not self._may_speak():
            await self.close(POLICY_VIOLATION)
        else:
            await self._obey(_message(text_data))

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

    async def sign_out(self, event: dict[str, Any]) -> None:  # noqa: ARG002 # Channels' signature
        """Close: the session or token family was ended."""
        await self.end()

    async def end(self) -> None:
        """Close: what the connection stood on is gone."""
        await self.close(live.SIGNED_OUT)

    async def catch_up_to(self, number: int) -> None:
        """Send what a lost push left out."""
        async with self.sending:
            if Room.USER in self.rooms and number > self.position:
                await self._catch_up()

    # --- what the client says

    async def _obey(self, message: dict[str, Any] | None) -> None:
        orders: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "join": self._join,
            "leave": self._leave,
            "resume": self._resume,
            "ping": self._ping,
        }
        order = message.get("type") if message else None
        if message is None or not isinstance(order, str) or order not in orders:
            await self._refuse("unknown_message")
            return
        await orders[order](message)

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

    async def _ping(self, message: dict[str, Any]) -> None:  # noqa: ARG002 # one signature for all orders
        await self._reply("pong")

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

    async def _reply(self, kind: str, **data: Any) -> None:
        await self._send(selectors.frame(frame_id="", kind=kind, time=timezone.now(), data=data))

    async def _refuse(self, code: str) -> None:
        await self._reply("error", code=code)

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.send(json.dumps(frame, ensure_ascii=False))

    # --- rooms and limits

    def _group(self, room: Room) -> str:
        return live.user_group(self.grant.user_id) if room is Room.USER else room.value

    async def _enter(self, room: Room) -> None:
        self.rooms.add(room)
        await self.channel_layer.group_add(self._group(room), self.channel_name)

    async def _quit(self, room: Room) -> None:
        self.rooms.discard(room)
        await self.channel_layer.group_discard(self._group(room), self.channel_name)

    def _may_speak(self) -> bool:
        """Take one message from the allowance, which fills up again with time."""
        now = time.monotonic()
        self.tokens = min(float(BURST), self.tokens + (now - self.counted_at) * MESSAGES_A_SECOND)
        self.counted_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def _message(text: str | None) -> dict[str, Any] | None:
    """Return the JSON object a client sent, or ``None``."""
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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
