"""Train a new model of payments from the bank's own labels."""

import sys
import threading
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from fraud.model_errors import TrainingRunning
from fraud.models import TrainingRun
from fraud.services import training

LOOK_SECONDS: Final = 0.5


class Command(BaseCommand):
    help = "Train a model of payments here and now, compare it with the champion and keep it as a candidate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", action="store_true", help="leave it to a worker of the queue `training`")

    def handle(self, *_args: Any, queue: bool, **_options: Any) -> None:
        try:
            run = training.ask(person=None, is_queued=queue)
        except TrainingRunning as refusal:
            raise CommandError(str(refusal)) from refusal
        if queue:
            self.stdout.write(f"Training {run.pk} waits for a worker.")
            return
        self._work(run)
        run.refresh_from_db()
        if run.state != TrainingRun.State.DONE or run.result is None:
            raise CommandError(f"{run.log}\n{run.fault or f'The training is {run.state}.'}".strip())
        verdict = run.result.gate.get("verdict", "not compared")
        self.stdout.write(
            f"{run.result.name}: {run.rows:,} payments, {run.frauds:,} frauds; beside the champion: {verdict};"
            f" it is a {run.result.state}"
        )

    def _work(self, run: TrainingRun) -> None:
        """Train in a thread of its own, and show meanwhile how far it is."""
        worker = threading.Thread(target=_train, args=[run], name="training")
        worker.start()
        told = ""
        while worker.is_alive():
            worker.join(LOOK_SECONDS)
            run.refresh_from_db(fields=["state", "step", "rows", "log"])
            line = (run.log.strip().splitlines() or [""])[-1]
            now = f"{run.get_step_display()} {run.rows:,} {line}"
            if now != told:
                told = now
                print(now, file=sys.stderr)


def _train(run: TrainingRun) -> None:
    try:
        training.work(run_id=run.pk, now=timezone.now)
    finally:
        connection.close()
