"""One background process for one machine: a Celery worker for every queue, with the clock in a thread."""

import os
import sys
from pathlib import Path
from typing import Final

from celery.beat import EmbeddedService
from celery.signals import worker_ready

from securebank.celery import app

QUEUES: Final = "realtime,inference,chain,default"
THREADS: Final = "4"


def main(ready: Path) -> None:
    """Work until told to stop; touch ``ready`` once tasks are taken."""

    @worker_ready.connect(weak=False)
    def tell(**_: object) -> None:
        ready.touch()

    # The schedule needs no memory: every periodic task looks in the database for what is due.
    EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler").start()  # type: ignore[union-attr]  # a thread
    options = ["--pool", "threads", "--concurrency", THREADS, "--queues", QUEUES, "--loglevel", "INFO"]
    app.worker_main(["worker", *options, "--without-gossip", "--without-mingle", "--without-heartbeat"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securebank.settings")
    main(Path(sys.argv[1]))
