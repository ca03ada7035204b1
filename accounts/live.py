"""Names of the channel layer's groups, and how frames are sent to them."""

import asyncio
import hashlib
import threading
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

# How long sending to the layer may take before the frames are left to the watch, in seconds.
PATIENCE: Final = 2.0

# Close codes of ours, from the range that RFC 6455 leaves to applications.
SIGNED_OUT: Final = 4001
TOO_MANY_SOCKETS: Final = 4008

log = structlog.get_logger(__name__)


class Room(StrEnum):
    """What a client may join."""

    USER = "user"
    CHAIN = "chain"
    ALERTS = "alerts"


def user_group(user_id: UUID | str) -> str:
    """Return the group of all connections of one person."""
    return f"user.{user_id}"


def family_group(family_id: UUID | str) -> str:
    """Return the group of the connections opened with one family of tokens."""
    return f"family.{family_id}"


def session_group(session_key: str) -> str:
    """Return the group of one browser session, without giving its key away."""
    return f"session.{hashlib.sha256(session_key.encode()).hexdigest()[:32]}"


async def _send_all(messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(layer.group_send(group, message) for group, message in messages))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return this process's loop for sending: the layer keeps a connection a loop, and a new one costs milliseconds."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="live-sending", daemon=True).start()
    return loop


def send_all(messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Send messages to groups. What gets lost on the way is found by the watch of the receiving process."""
    if not messages:
        return
    try:
        asyncio.run_coroutine_threadsafe(_send_all(messages), _loop()).result()
    except (RedisError, OSError) as error:
        log.warning("push_lost", messages=len(messages), reason=type(error).__name__)


def push(frames: Mapping[UUID, list[dict[str, Any]]]) -> None:
    """Send each person's numbered frames, in order, to all their connections."""
    send_all([(user_group(user_id), {"type": "frames", "frames": batch}) for user_id, batch in frames.items()])
