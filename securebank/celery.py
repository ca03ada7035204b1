"""The Celery application. A task is a nudge: the row it works on is the queue."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securebank.settings")

app = Celery("securebank")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_: object) -> None:
    """Stop Celery from replacing the logging that Django has set up."""


@worker_init.connect
def freeze(**_: object) -> None:
    """Spare the collector what a worker has loaded: now, when all tasks are, and before a pool of processes forks."""
    # Not with this module, which web processes and the shell import while models aren't there yet.
    from securebank.garbage import freeze_what_is_loaded  # noqa: PLC0415

    freeze_what_is_loaded()


@worker_process_init.connect
def load_models(**_: object) -> None:
    """Load what judges payments before the first one comes; each process has its own."""
    from fraud.scoring import scorer  # noqa: PLC0415 -- Django is set up by now, and wasn't when this was imported
    from fraud.selectors.models import champion_hash  # noqa: PLC0415 -- likewise

    scorer().follow(champion_hash())
