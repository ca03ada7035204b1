"""One background process for one machine: a Celery worker for every queue, with clock and living demo in threads."""

import os
import sys
from pathlib import Path
from threading import Event
from typing import Final

from celery.beat import EmbeddedService
from celery.signals import worker_ready, worker_shutting_down

from securebank.celery import app

QUEUES: Final = "realtime,inference,chain,training,default"
THREADS: Final = "4"


def main(ready: Path) -> None:
    """Work until told to stop; touch ``ready`` once tasks are taken."""
    stop = Event()

    @worker_ready.connect(weak=False)
    def tell(**_: object) -> None:
        ready.touch()
        # Imported when all models are loaded.
        from payments.simulation import living  # noqa: PLC0415 - see above

        living.start(stop)

    @worker_shutting_down.connect(weak=False)
    def end_living(**_: object) -> None:
        stop.set()

    # The schedule needs no memory: every periodic task looks in the database for what is due.
    EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler").start()  # type: ignore[union-attr]  # a thread
    options = ["--pool", "threads", "--concurrency", THREADS, "--queues", QUEUES, "--loglevel", "INFO"]
    app.worker_main(["worker", *options, "--without-gossip", "--without-mingle", "--without-heartbeat"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securebank.settings")
    main(Path(sys.argv[1]))
