"""Limits on how often something may be tried.

Counted in the database, in one statement that locks its row: two processes can't both take the last try, nothing is
forgotten when the cache is emptied, and sign-in needs no cache server at all.
"""

import hashlib
import math
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from securebank.kernel.errors import TooMany

TAKE = """
INSERT INTO web_ratecounter AS counter (key, hits, ends_at)
VALUES (%(key)s, 1, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN counter.ends_at <= clock_timestamp() THEN 1 ELSE counter.hits + 1 END,
    ends_at = CASE WHEN counter.ends_at <= clock_timestamp() THEN excluded.ends_at ELSE counter.ends_at END
RETURNING hits, extract(epoch FROM ends_at - clock_timestamp())
"""
GIVE_BACK = (
    "UPDATE web_ratecounter SET hits = hits - 1 WHERE key = %(key)s AND hits > 0 AND ends_at > clock_timestamp()"
)
COUNTED = "SELECT hits FROM web_ratecounter WHERE key = %(key)s AND ends_at > clock_timestamp()"


class TooManyTries(TooMany):
    """The limit is used up; ``retry_after`` says for how many seconds."""

    code: ClassVar[str] = "too_many_requests"
    title: ClassVar[str] = "Too many requests"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many tries in how many seconds."""

    tries: int
    seconds: int


def rate(name: str) -> Rate:
    """Return the configured rate of that name."""
    tries, seconds = settings.RATE_LIMITS[name]
    return Rate(tries, seconds)


def take(name: str, *subject: str) -> None:
    """Use up one try of a subject, such as an address, at what ``name`` limits.

    Call it outside a transaction, or a rollback gives the try back.

    Raises:
        TooManyTries: the subject has none left in this window.
    """
    allowed = rate(name)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": _key(name, subject), "seconds": allowed.seconds})
        hits, seconds_left = cursor.fetchone()
    if hits > allowed.tries:
        raise TooManyTries(_("Too many tries. Please wait a moment."), retry_after=max(1, math.ceil(seconds_left)))


def give_back(name: str, *subject: str) -> None:
    """Return a try that turned out not to count, such as a sign-in that succeeded."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"key": _key(name, subject)})


def count(name: str, *subject: str, seconds: int) -> None:
    """Note one more event of a subject that limits nothing by itself; forgotten so long after the first one."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": _key(name, subject), "seconds": seconds})


def counted(name: str, *subject: str) -> int:
    """Return how many events of a subject are remembered."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"key": _key(name, subject)})
        row = cursor.fetchone()
    return row[0] if row else 0


def _key(name: str, subject: tuple[str, ...]) -> bytes:
    """Return a digest: addresses of people aren't kept in clear for a limit."""
    return hashlib.sha256("\x1f".join((name, *subject)).encode()).digest()
