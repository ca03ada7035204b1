"""Retraining: asked for by a supervisor or by new labels, done by whichever worker, compared with the champion.

The row is the queue, as for backtests: a worker takes the turn, says now and then that it is alive, and another takes
over when it no longer does. A run is tried ``TURNS`` times, then it has failed. What is trained becomes a candidate;
whether it may judge is for ``fraud.services.promotion``.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

import fraud.tasks
from accounts.models import User
from accounts.services import audit
from fraud import metrics
from fraud.model_errors import ModelRefused, TrainingMissing, TrainingRunning
from fraud.models import CountedLabel, Label, ModelVersion, TrainingRun
from fraud.services import gate, promotion, registry
from fraud.training import export, program
from securebank.kernel.ids import new_id
from securebank.web.nudges import nudge

TURNS: Final = 3
# Writing a page of payments takes under a second, training says something each half. Who is silent for so long is gone.
LOST: Final = timedelta(minutes=2)
OPEN: Final = (TrainingRun.State.WAITING, TrainingRun.State.RUNNING)

NOT_INSTALLED: Final = "This worker can't train: the bank's training extra is not installed (securebank[training])."
NO_LABELS: Final = "There are no labelled payments to learn from."

State = TrainingRun.State
Step = TrainingRun.Step


@transaction.atomic
def ask(
    *, person: User | None, cause: TrainingRun.Cause = TrainingRun.Cause.HAND, is_queued: bool = True
) -> TrainingRun:
    """Have a new model of payments trained.

    Args:
        person: who wants it; None for the bank itself.
        cause: why.
        is_queued: whether a worker is to be sent for; whoever works on it themselves needs none.

    Raises:
        MayNotPromote: the person's role does not allow it.
        TrainingRunning: one is under way.
    """
    registry.need(person)
    if TrainingRun.objects.filter(state__in=OPEN).exists():
        raise TrainingRunning
    run, is_new = TrainingRun.objects.get_or_create(
        slot=ModelVersion.Slot.PAYMENTS,
        state=State.WAITING,
        defaults={"cause": cause, "asked_by": person, "last_label": _newest_label()},
    )
    if not is_new:
        raise TrainingRunning
    audit.record(action="training_asked", actor=person, subject=run, details={"cause": str(cause)})
    if is_queued:
        nudge(fraud.tasks.run_training, run_id=str(run.pk))
    return run


@transaction.atomic
def cancel(*, run_id: UUID, person: User, now: datetime) -> None:
    """Stop a training. The worker notices within a second.

    Raises:
        MayNotPromote: the person's role does not allow it.
        TrainingMissing: there is no such run, or it has ended.
    """
    registry.need(person)
    stopped = TrainingRun.objects.filter(pk=run_id, state__in=OPEN).update(state=State.CANCELLED, ended_at=now)
    if not stopped:
        raise TrainingMissing
    metrics.TRAINING_RUNS.labels(State.CANCELLED).inc()
    audit.record(action="training_cancelled", actor=person, subject=TrainingRun(pk=run_id))


def look_after(*, now: datetime) -> None:
    """Ask for a training when enough payments were labelled; send for those that nobody works on."""
    if _is_due(now):
        ask(person=None, cause=TrainingRun.Cause.LABELS)
    free = Q(state=State.WAITING, asked_at__lt=now - LOST) | Q(state=State.RUNNING, seen_at__lt=now - LOST)
    for run_id in TrainingRun.objects.filter(free).values_list("pk", flat=True):
        nudge(fraud.tasks.run_training, run_id=str(run_id))


def new_labels() -> int:
    """Return how many payments were labelled since the last training was asked for."""
    last = TrainingRun.objects.order_by("-asked_at").values_list("last_label", flat=True).first()
    return CountedLabel.objects.filter(pk__gt=last or 0).count()


def work(*, run_id: UUID, now: Callable[[], datetime]) -> None:
    """Train. Safe to call for a run that another works on, or that has ended."""
    run = _taken(run_id, now())
    if run is None:
        return
    if run.turns > TURNS:
        _end(run, State.FAILED, now(), fault="The workers that tried it were lost.")
        return
    folder = Path(settings.FRAUD_TRAINING_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # Customers' payments lie in it: gone with the training, and nobody else's to read meanwhile.
        with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as place:
            _train(run, Path(place), now)
    except program.TrainingStopped:
        return
    except (program.TrainingFailed, ModelRefused, export.NothingToLearn) as fault:
        _end(run, State.FAILED, now(), fault=str(fault) or NO_LABELS)


def _train(run: TrainingRun, place: Path, now: Callable[[], datetime]) -> None:
    if not export.is_possible():
        raise program.TrainingFailed(NOT_INSTALLED)
    data, out = place / "data", place / "model"
    data.mkdir()
    exported = export.write(data, now=now(), tell=lambda rows: _note(run, now(), rows=rows))
    if exported is None:
        raise program.TrainingStopped
    program.link_base(data)
    _note(run, now(), step=Step.TRAIN, rows=exported.rows, frauds=exported.frauds)
    program.train(
        data=data,
        out=out,
        log=place / "log.txt",
        tell=lambda log: _note(run, now(), log=log),
        seconds=program.LONGEST,
    )
    _complete_card(out / "card.json", run, exported)
    _note(run, now(), step=Step.COMPARE)
    version = registry.register(out, origin=str(run.pk), person=run.asked_by)
    _compare(version)
    _end(run, State.DONE, now(), result=version)


def _complete_card(path: Path, run: TrainingRun, exported: export.Exported) -> None:
    """Add what only the bank knows: which of its payments the model has seen."""
    try:
        card = json.loads(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise program.TrainingFailed("The program wrote no card.") from fault
    card |= {
        "stored_until": exported.until.isoformat(),
        "stored": {"run": str(run.pk), "rows": exported.rows, "frauds": exported.frauds},
    }
    path.write_text(json.dumps(card), encoding="utf-8")


def _compare(version: ModelVersion) -> None:
    """Keep what the newest labels say about a candidate, and let it judge where the bank's policy is that it may."""
    champion = promotion.champion_of(version.slot)
    if champion is None or version.state != ModelVersion.State.CANDIDATE:
        return
    version.gate = gate.examine(version, champion).as_json()
    version.save(update_fields=["gate"])
    promotion.promote_by_policy(version)


def _is_due(now: datetime) -> bool:
    last = TrainingRun.objects.order_by("-asked_at").first()
    if last is not None and (last.is_open or now < (last.ended_at or last.asked_at) + settings.FRAUD_RETRAIN_PAUSE):
        return False
    return new_labels() >= settings.FRAUD_RETRAIN_LABELS


def _newest_label() -> int:
    return Label.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _taken(run_id: UUID, now: datetime) -> TrainingRun | None:
    """Return it with the turn taken, if it waits or its worker is gone."""
    turn = new_id()
    with transaction.atomic():
        free = Q(state=State.WAITING) | Q(state=State.RUNNING, seen_at__lt=now - LOST)
        run = TrainingRun.objects.select_for_update(of=("self",)).filter(free, pk=run_id).first()
        if run is None:
            return None
        run.state, run.step, run.turn, run.turns, run.seen_at = State.RUNNING, Step.EXPORT, turn, run.turns + 1, now
        run.save(update_fields=["state", "step", "turn", "turns", "seen_at"])
    return run


def _note(run: TrainingRun, now: datetime, **changes: Any) -> bool:
    """Write down how far it is; tell whether it is still wanted, and of this worker."""
    mine = TrainingRun.objects.filter(pk=run.pk, turn=run.turn, state=State.RUNNING)
    return bool(mine.update(seen_at=now, **changes))


def _end(run: TrainingRun, state: TrainingRun.State, now: datetime, **changes: Any) -> None:
    if _note(run, now, state=state, ended_at=now, **changes):
        metrics.TRAINING_RUNS.labels(state).inc()
        audit.record(action=f"training_{state}", actor=None, subject=run, details={"state": str(state)})
