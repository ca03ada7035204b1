"""One answer for one intent, however often a client sends it.

A client that sets ``Idempotency-Key`` may send the same request again, at once or days later,
and gets the first answer byte for byte instead of a second payment. Keys belong to one user and
one endpoint. What they hold:

- The record is written in the transaction of the thing done: both are there, or neither.
- A refusal (a problem document) stores nothing: asked again, it is looked at again. A payment
  that the fraud check declined is no refusal but a payment that ended, and is stored.
- The answer stored under a key is given to its signed-in owner without looking at the PIN again:
  it moves nothing, and the owner may read that payment anyway.
- Secrets stay out of the fingerprint. A hash of a body whose only unknown part is a short PIN
  would let a reader of the database find the PIN by trying all of them.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

from django.db import IntegrityError, connection
from django.db.models.functions import Now
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from securebank.kernel.errors import Conflict, Invalid
from securebank.web.models import IdempotencyRecord
from securebank.web.transactions import in_transaction

Prepared = TypeVar("Prepared")

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
LONGEST_KEY: Final = 255
KEPT_FOR: Final = timedelta(hours=48)
SECRETS: Final = frozenset({"pin", "otp", "password"})

# By hand: every payment asks twice.
STORED: Final = """
    SELECT fingerprint, status, body FROM web_idempotencyrecord
    WHERE user_id = %(user_id)s AND endpoint = %(endpoint)s AND key = %(key)s
"""


class KeyReused(Invalid):
    """The key was used for another request before."""

    code = "idempotency_key_reused"
    title = "This idempotency key belongs to another request"


class InProgress(Conflict):
    """The first request with this key has not ended yet."""

    code = "idempotency_in_progress"
    title = "This request is being worked on"


def run_once(*, request: Request, endpoint: str, action: Callable[[], Response]) -> HttpResponse:
    """Run ``action`` in one transaction with its stored answer, or return the answer stored before.

    Args:
        request: whose user, body and path parameters make the scope and the fingerprint.
        endpoint: stable name of the operation, such as ``transactions.transfer``.
        action: does the work and returns the answer; may be run again after a deadlock.

    Raises:
        KeyReused: the key came with another body before.
        InProgress: the same request is running now.
        ValidationError: the key is not 1 to 255 printable ASCII characters.
    """
    return run_prepared(request=request, endpoint=endpoint, prepare=lambda: None, action=lambda _prepared: action())


def run_prepared(
    *, request: Request, endpoint: str, prepare: Callable[[], Prepared], action: Callable[[Prepared], Response]
) -> HttpResponse:
    """Do as ``run_once``, with a first step before the transaction, skipped when an answer is stored.

    The first step is for what must outlive a refusal, such as counting a wrong PIN.
    """
    key = _key(request)
    if key is None:
        return _rendered(in_transaction(partial(action, prepare())))
    slot = _Slot(user_id=request.user.pk, endpoint=endpoint, key=key, fingerprint=_fingerprint(request))
    earlier = slot.stored()
    if earlier is not None:
        return earlier
    prepared = prepare()
    return in_transaction(lambda: slot.answer(lambda: action(prepared)))


def purge() -> int:
    """Drop answers older than ``KEPT_FOR``; return how many. A client that retries after days gets a new look."""
    deleted, _by_model = IdempotencyRecord.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()
    return deleted


class _Slot:
    """The place of one answer: one user, one endpoint, one key."""

    def __init__(self, *, user_id: Any, endpoint: str, key: str, fingerprint: bytes) -> None:
        self.scope = {"user_id": user_id, "endpoint": endpoint, "key": key}
        self.fingerprint = fingerprint

    def answer(self, action: Callable[[], Response]) -> HttpResponse:
        """Run the action in the caller's transaction and store its answer, unless one is stored."""
        self._lock()
        # Looked at again under the lock: the first request may have ended since the look before it.
        earlier = self.stored()
        if earlier is not None:
            return earlier
        answer = _rendered(action())
        try:
            IdempotencyRecord.objects.create(
                **self.scope, fingerprint=self.fingerprint, status=answer.status_code, body=answer.content
            )
        except IntegrityError as error:
            raise _in_progress() from error
        return answer

    def stored(self) -> HttpResponse | None:
        """Return the stored answer, if there is one; refuse a different request under its key."""
        with connection.cursor() as cursor:
            cursor.execute(STORED, self.scope)
            record = cursor.fetchone()
        if record is None:
            return None
        fingerprint, status, body = record
        if bytes(fingerprint) != self.fingerprint:
            raise KeyReused(_("Use a new key for a new request."))
        return HttpResponse(bytes(body), status=status, content_type="application/json", headers={REPLAYED: "true"})

    def _lock(self) -> None:
        """Take the slot until the transaction ends, or refuse at once: waiting would only hold a connection."""
        text = json.dumps([str(part) for part in self.scope.values()])
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
            (is_mine,) = cursor.fetchone()
        if not is_mine:
            raise _in_progress()


def _in_progress() -> InProgress:
    return InProgress(_("The first request with this key has not ended. Ask again shortly."))


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ValidationError({HEADER: [_("Use 1 to 255 printable ASCII characters.")]})
    return key


def _fingerprint(request: Request) -> bytes:
    """Return SHA-256 over the meaning of the request: path parameters and body, without secrets."""
    body = request.data
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in SECRETS}
    path = (request.parser_context or {}).get("kwargs", {})
    meaning = {"path": {name: str(value) for name, value in path.items()}, "body": body}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, separators=(",", ":")).encode()).digest()


def _rendered(answer: Response) -> HttpResponse:
    """Return the answer as the bytes that are sent now and at every replay."""
    return HttpResponse(JSONRenderer().render(answer.data), status=answer.status_code, content_type="application/json")
