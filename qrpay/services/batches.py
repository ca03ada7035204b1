"""Many pictures judged at once: workers help, and whoever sent them doesn't depend on any."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import translation

import qrpay.tasks
from accounts.models import User
from qrpay.constants import PICTURE_CLAIM, PICTURE_KEPT
from qrpay.evidence.telling import told
from qrpay.models import BatchPicture
from qrpay.pictures.errors import ReadersBusy
from qrpay.services.detecting import detect
from qrpay.types import Source
from securebank.kernel.errors import DomainError
from securebank.kernel.ids import new_id
from securebank.web.nudges import nudge

# Workers that are asked to help; more would only wait for the same processors.
HELPERS: Final = 2
# Seconds between two looks at whether a helper is done, and for how long at most.
LOOK_SECONDS: Final = 0.02
PATIENCE: Final = 90.0


def judge_all(*, customer: User, pictures: Sequence[bytes], now: Callable[[], datetime]) -> list[dict[str, Any]]:
    """Judge pictures and return what REST says about each, in the order in which they came.

    The rows are the queue. Workers are nudged, and the caller's own thread works on the rows as well, so the answer
    comes without any worker too.

    Args:
        customer: whose history they go to.
        pictures: ``constants.MOST_IN_BATCH`` at most.
        now: aware clock.
    """
    batch = new_id()
    with transaction.atomic():
        BatchPicture.objects.bulk_create(
            BatchPicture(
                batch=batch,
                position=position,
                customer=customer,
                language=translation.get_language() or "en",
                picture=picture,
                created_at=now(),
            )
            for position, picture in enumerate(pictures)
        )
        for _ in range(min(HELPERS, len(pictures) - 1)):
            nudge(qrpay.tasks.judge_pictures, batch=str(batch))
    try:
        return _answers(batch, now)
    finally:
        BatchPicture.objects.filter(batch=batch).delete()


def work(*, batch: UUID, now: Callable[[], datetime]) -> None:
    """Judge pictures of a batch until none is left that nobody works on. Safe to do twice, and from many sides."""
    while row := _claimed(batch, now()):
        with translation.override(row.language):
            answer = _answer(row, now())
        # Only the answer: the row may be gone, and then nobody wants to know.
        BatchPicture.objects.filter(pk=row.pk).update(answer=answer, picture=b"")


def forget_old(*, now: datetime) -> None:
    """Delete pictures whose sender is gone: a process ended in the middle of its request."""
    BatchPicture.objects.filter(created_at__lt=now - PICTURE_KEPT).delete()


def _answers(batch: UUID, now: Callable[[], datetime]) -> list[dict[str, Any]]:
    """Work, then wait for those who took the rest."""
    until = time.monotonic() + PATIENCE
    while True:
        work(batch=batch, now=now)
        rows = BatchPicture.objects.filter(batch=batch)
        if not rows.filter(answer__isnull=True).exists() or time.monotonic() > until:
            found = rows.order_by("position").values_list("answer", flat=True)
            return [answer or _error(ReadersBusy()) for answer in found]
        time.sleep(LOOK_SECONDS)


def _claimed(batch: UUID, now: datetime) -> BatchPicture | None:
    """Take on the next picture that nobody works on."""
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - PICTURE_CLAIM)
    with transaction.atomic():
        waiting = BatchPicture.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        row = waiting.filter(is_free, batch=batch, answer__isnull=True).order_by("position").first()
        if row is not None:
            row.claimed_at = now
            row.save(update_fields=["claimed_at"])
    return row


def _answer(row: BatchPicture, now: datetime) -> dict[str, Any]:
    try:
        detection = detect(customer=row.customer, picture=bytes(row.picture), source=Source.API, now=now)
    except DomainError as refusal:
        return _error(refusal)
    return told(detection)


def _error(refusal: DomainError) -> dict[str, Any]:
    return {"error": {"code": refusal.code, "title": refusal.title, "detail": str(refusal)}}
