"""What every WebSocket of the bank shares: who is let in, how much a client may say, and when the connection ends."""

import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone
from redis.exceptions import RedisError

from accounts import live
from accounts.selectors.notifications import frame
from accounts.socket_auth import SocketGrant, grant_of
from accounts.socket_watch import watch

# Longest message a client may send, in bytes: all of ours are far shorter.
LONGEST_MESSAGE: Final = 4096
# Messages a second a client may send, and how many it may save up.
MESSAGES_A_SECOND: Final = 20
BURST: Final = 40

POLICY_VIOLATION: Final = 1008
MESSAGE_TOO_BIG: Final = 1009

Order = Callable[[dict[str, Any]], Awaitable[None]]


class LiveConsumer(AsyncWebsocketConsumer):
    """Lets in whoever the handshake proves to be somebody, and closes when that no longer holds.

    A subclass says who may (``is_admissible``), what happens first (``begin``), what the client may say (``orders``)
    and what it leaves behind (``finish``).
    """

    grant: SocketGrant
    is_admitted = False

    async def connect(self) -> None:
        """Let in whoever may come; refuse the rest before accepting."""
        self.tokens, self.counted_at = float(BURST), time.monotonic()
        grant = await grant_of(self.scope)
        if grant is None or not await self.is_admissible(grant):
            await self.close()
            return
        self.grant = grant
        self.is_admitted = watch.admit(self)
        if not self.is_admitted:
            await self.accept(grant.subprotocol)
            await self.close(live.TOO_MANY_SOCKETS)
            return
        await self.channel_layer.group_add(grant.group, self.channel_name)
        await self.begin()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 # Channels' signature
        """Leave every group; a connection that was never let in is in none."""
        if not self.is_admitted:
            return
        watch.dismiss(self)
        # With the layer's server gone there is no subscription left to end.
        with suppress(RedisError, OSError):
            await self.finish()
            await self.channel_layer.group_discard(self.grant.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one message of the client; what it can't mean is answered, what floods closes the connection."""
        if len(text_data or bytes_data or "") > LONGEST_MESSAGE:
            await self.close(MESSAGE_TOO_BIG)
        elif not self._may_speak():
            await self.close(POLICY_VIOLATION)
        else:
            await self._obey(_message(text_data))

    # --- what subclasses say

    async def is_admissible(self, grant: SocketGrant) -> bool:  # noqa: ARG002 # for subclasses
        """Tell whether this person may connect here; everybody may, unless a subclass asks for more."""
        return True

    async def begin(self) -> None:
        """Accept, and greet."""
        await self.accept(self.grant.subprotocol)

    async def finish(self) -> None:
        """Leave what ``begin`` joined."""

    def orders(self) -> dict[str, Order]:
        """Return what the client may say, by the message's type."""
        return {"ping": self._ping}

    # --- what the channel layer and the watch bring

    async def sign_out(self, event: dict[str, Any]) -> None:  # noqa: ARG002 # Channels' signature
        """Close: the session or token family was ended."""
        await self.end()

    async def end(self) -> None:
        """Close: what the connection stood on is gone."""
        await self.close(live.SIGNED_OUT)

    async def catch_up_to(self, number: int) -> None:
        """Send what a lost push left out; nothing where pushes aren't numbered."""

    # --- answering

    async def _obey(self, message: dict[str, Any] | None) -> None:
        orders = self.orders()
        order = message.get("type") if message else None
        if message is None or not isinstance(order, str) or order not in orders:
            await self._refuse("unknown_message")
            return
        await orders[order](message)

    async def _ping(self, message: dict[str, Any]) -> None:  # noqa: ARG002 # one signature for all orders
        await self._reply("pong")

    async def _reply(self, kind: str, **data: Any) -> None:
        await self._send(frame(frame_id="", kind=kind, time=timezone.now(), data=data))

    async def _refuse(self, code: str) -> None:
        await self._reply("error", code=code)

    async def _send(self, made: dict[str, Any]) -> None:
        await self.send(json.dumps(made, ensure_ascii=False))

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
