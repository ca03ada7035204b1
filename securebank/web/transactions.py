"""A transaction that is tried again when the database asks for it."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from securebank.kernel.errors import Conflict

Result = TypeVar("Result")

ATTEMPTS: Final = 3
# Seconds; longer with each attempt and random, so that two that collided don't meet again.
PAUSE: Final = 0.02

RETRYABLE: Final = (errors.SerializationFailure, errors.DeadlockDetected)


class Busy(Conflict):
    """Somebody else held a lock for too long; nothing was changed."""

    code = "busy"
    title = "Please try again"


def in_transaction(action: Callable[[], Result]) -> Result:
    """Run ``action`` in one transaction, again when PostgreSQL gave it up to resolve a conflict.

    Inside a transaction there is nothing to try again, because it is already lost: the error rises.

    Raises:
        Busy: a lock was not free in time.
    """
    if connection.in_atomic_block:
        return _once(action)
    for attempt in range(1, ATTEMPTS):
        try:
            return _once(action)
        except OperationalError as error:
            if not isinstance(error.__cause__, RETRYABLE):
                raise
            time.sleep(PAUSE * attempt * (1 + random.random()))  # noqa: S311 -- jitter, not a secret
    return _once(action)


def _once(action: Callable[[], Result]) -> Result:
    try:
        with transaction.atomic():
            return action()
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable):
            raise Busy(_("The bank is busy with this account. Nothing was changed; try again.")) from error
        raise
