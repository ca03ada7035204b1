"""Backtests of drafts: asked for, worked off in slices by whichever worker, cancelled, and kept with the draft.

The row is the queue: a task works on one for a while, writes down how far it came and asks for its own continuation. A
worker that dies leaves its row ``running`` and silent; the sweep gives it to another, which goes on where the last page
ended.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

import fraud.tasks
from accounts.models import User
from accounts.services import audit
from fraud import policy_document
from fraud.active_policy import policy_of
from fraud.backtests import history
from fraud.backtests.history import Place
from fraud.backtests.tally import Tally
from fraud.errors import BacktestRunning, PolicyInvalid, PolicyMissing
from fraud.models import Backtest, PolicyVersion
from fraud.policy import Policy
from fraud.policy_difference import digest
from fraud.services.policies import own_draft
from securebank.kernel.ids import new_id
from securebank.web.nudges import nudge

# How long one task works before it makes room for others, in seconds.
SLICE: Final = 30.0
# A page takes under a second. Who says nothing for so long is gone.
LOST: Final = timedelta(seconds=60)
OPEN: Final = (Backtest.State.WAITING, Backtest.State.RUNNING)


@transaction.atomic
def ask(*, number: int, since: datetime, person: User, now: datetime) -> Backtest:
    """Have a draft tried on the payments since then, against the active policy.

    Raises:
        BacktestRunning: one of this draft is under way.
        PolicyInvalid: the document is not usable, or the period lies in the future.
        MayNotEditPolicy, PolicyMissing, PolicyFixed: see ``own_draft``.
    """
    version = own_draft(number=number, person=person)
    policy_document.read(version.document, name=version.name)
    if since >= now:
        raise PolicyInvalid(_("Choose a day in the past."), field="since")
    if version.backtests.filter(state__in=OPEN).exists():
        raise BacktestRunning
    backtest = Backtest.objects.create(
        version=version,
        document_hash=digest(version.document),
        against=PolicyVersion.objects.get(state=PolicyVersion.State.ACTIVE),
        since=since,
        until=now,
        total=history.count(since=since, until=now),
        asked_by=person,
    )
    audit.record(
        action="policy_backtest_asked",
        actor=person,
        subject=version,
        details={"since": since.isoformat(), "payments": backtest.total},
    )
    nudge(fraud.tasks.run_backtest, backtest_id=str(backtest.pk))
    return backtest


@transaction.atomic
def cancel(*, number: int, person: User, now: datetime) -> None:
    """Stop the backtest of a draft; nothing happens when none runs.

    Raises:
        MayNotEditPolicy, PolicyMissing, PolicyFixed: see ``own_draft``.
    """
    version = own_draft(number=number, person=person)
    stopped = version.backtests.filter(state__in=OPEN).update(state=Backtest.State.CANCELLED, ended_at=now)
    if stopped:
        audit.record(action="policy_backtest_cancelled", actor=person, subject=version)


def work(*, backtest_id: UUID, now: Callable[[], datetime], seconds: float = SLICE) -> None:
    """Work on one backtest for a while. Safe to call for one that another works on, or that has ended."""
    backtest = _taken(backtest_id, now())
    if backtest is None:
        return
    begun, tally = time.monotonic(), Tally.from_json(backtest.checkpoint.get("tally", {}))
    new = policy_document.read(backtest.version.document, name=backtest.version.name)
    earlier_ms = backtest.worked_ms
    old = policy_of(backtest.against_id)
    for page in history.pages(start=_place(backtest), until=backtest.until, old=old, new=new):
        tally.add(page.judged, page.unreadable)
        elapsed = time.monotonic() - begun
        backtest.worked_ms = earlier_ms + round(1000 * elapsed)
        backtest.done = tally.payments + tally.unreadable
        if page.rest is None:
            _finish(backtest, tally, now())
        elif not _noted(backtest, tally, page.rest, now()):
            return
        elif elapsed >= seconds:
            _hand_on(backtest)
            return


def look_after(*, now: datetime) -> None:
    """Send workers to what nobody works on: a nudge was lost, or a worker."""
    forgotten = Backtest.objects.filter(state__in=OPEN, seen_at__lt=now - LOST).values_list("pk", flat=True)
    for backtest_id in forgotten:
        nudge(fraud.tasks.run_backtest, backtest_id=str(backtest_id))


def compare(*, old: Policy, new: Policy, since: datetime, until: datetime, told: Callable[[int], None]) -> Tally:
    """Return the figures at once, for whoever waits for them; ``told`` hears how many payments each page added."""
    tally = Tally()
    for page in history.pages(start=Place(since), until=until, old=old, new=new):
        tally.add(page.judged, page.unreadable)
        told(len(page.judged) + page.unreadable)
    return tally


def kept(tally: Tally, *, document: str, against: str, period: tuple[datetime, datetime], ms: int) -> dict[str, Any]:
    """Return what a version keeps of its backtest."""
    since, until = period
    return {
        "document": document,
        "against": against,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "milliseconds": ms,
        # From the smallest to the largest amount is how a heap begins; people read it the other way.
        "figures": tally.to_json() | {"sample": [list(entry) for entry in sorted(tally.sample, reverse=True)]},
    }


def _taken(backtest_id: UUID, now: datetime) -> Backtest | None:
    """Return it with the turn taken, if it waits or its worker is gone."""
    turn = new_id()
    free = Q(state=Backtest.State.WAITING) | Q(state=Backtest.State.RUNNING, seen_at__lt=now - LOST)
    taken = Backtest.objects.filter(free, pk=backtest_id).update(state=Backtest.State.RUNNING, turn=turn, seen_at=now)
    return Backtest.objects.select_related("version").get(pk=backtest_id, turn=turn) if taken else None


def _place(backtest: Backtest) -> Place:
    written = backtest.checkpoint.get("place")
    if written is None:
        return Place(backtest.since)
    at = parse_datetime(written[0])
    return Place(at or backtest.since, UUID(written[1]))


def _mine(backtest: Backtest) -> Any:
    return Backtest.objects.filter(pk=backtest.pk, turn=backtest.turn, state=Backtest.State.RUNNING)


def _noted(backtest: Backtest, tally: Tally, rest: Place, now: datetime) -> bool:
    """Write down how far it came; tell whether it is still wanted, and of this worker."""
    checkpoint = {"tally": tally.to_json(), "place": [rest.at.isoformat(), str(rest.decision_id)]}
    return bool(
        _mine(backtest).update(checkpoint=checkpoint, done=backtest.done, worked_ms=backtest.worked_ms, seen_at=now)
    )


def _hand_on(backtest: Backtest) -> None:
    if _mine(backtest).update(state=Backtest.State.WAITING):
        nudge(fraud.tasks.run_backtest, backtest_id=str(backtest.pk))


@transaction.atomic
def _finish(backtest: Backtest, tally: Tally, now: datetime) -> None:
    """Keep the figures with the draft, unless the draft is no longer what was tried."""
    version = PolicyVersion.objects.select_for_update().filter(pk=backtest.version_id).first()
    ended = _mine(backtest).update(
        state=Backtest.State.DONE,
        ended_at=now,
        done=backtest.done,
        worked_ms=backtest.worked_ms,
        checkpoint={},
    )
    is_draft = version is not None and version.state == PolicyVersion.State.DRAFT
    if version is None or not ended or not is_draft or digest(version.document) != backtest.document_hash:
        return
    version.backtest = kept(
        tally,
        document=backtest.document_hash,
        against=backtest.against.name,
        period=(backtest.since, backtest.until),
        ms=backtest.worked_ms,
    )
    version.save(update_fields=["backtest"])


def keep(*, number: int, found: dict[str, Any]) -> None:
    """Keep with a draft what a comparison of this very document found.

    Raises:
        PolicyMissing: there is no such draft, or it says something else by now.
    """
    with transaction.atomic():
        version = PolicyVersion.objects.select_for_update().filter(number=number).first()
        is_same = version is not None and digest(version.document) == found["document"]
        if version is None or not is_same or version.state != PolicyVersion.State.DRAFT:
            raise PolicyMissing
        version.backtest = found
        version.save(update_fields=["backtest"])
        audit.record(action="policy_backtest_kept", actor=None, subject=version)
