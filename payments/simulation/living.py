"""The demo bank lives: beside the people who try it out, invented customers pay at a slow pace."""

import threading
from collections.abc import Iterator
from threading import Event
from typing import Final

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from fraud.models import Alert
from payments.demo import secrets
from payments.models import Payment
from payments.simulation.acts import Act
from payments.simulation.members import Members, NoDemoBank
from payments.simulation.run import play
from payments.simulation.script import Script
from payments.simulation.stage import Stage
from payments.simulation.tally import Tally

# Share of payments that are fraud. At the pace of ``make run`` that is one in a minute and a half, in bursts; about
# every third is held.
FRAUD_RATE: Final = 0.04
# A demo is no archive: with so many payments the bank is left as it is.
MOST_PAYMENTS: Final = 20_000
# No analyst is sent more work while so many alerts are open.
MOST_OPEN_ALERTS: Final = 40
# Payments after which both are counted.
LOOK_EVERY: Final = 25
# Seconds: the bank opens first; and a database that has gone away is asked again.
PATIENCE: Final = 5.0
RETRY: Final = 10.0

log = structlog.get_logger(__name__)


def start(stop: Event) -> threading.Thread | None:
    """Let the bank live until ``stop`` is set, if it is a demo bank that shall; in a thread of its own."""
    if not settings.DEMO_MODE or settings.SIMULATE_RATE == 0:
        return None
    # A daemon: whatever it is doing is one transaction, and no reason to keep a process.
    thread = threading.Thread(target=live, args=(stop, settings.SIMULATE_RATE), name="living-demo", daemon=True)
    thread.start()
    return thread


def live(stop: Event, rate: float, *, seed: int | None = None) -> None:
    """Send payments until ``stop`` is set or the bank is full."""
    wait = PATIENCE
    while not stop.wait(wait):
        try:
            members = Members(secrets.load(settings.STATE_DIR / secrets.KEPT_IN))
            script = Script(seed=seed, rate=rate, fraud_rate=FRAUD_RATE)
            play(while_there_is_room(script), Stage(members), count=None, stop=stop, tell=_ignore)
        except NoDemoBank as missing:
            log.warning("living_demo_off", reason=str(missing))
        except (OperationalError, InterfaceError):
            log.warning("living_demo_waits", seconds=RETRY)
            connection.close()
            wait = RETRY
            continue
        break
    connection.close()


def while_there_is_room(script: Script) -> Iterator[Act]:
    """Yield the script's acts until the bank is full; thieves rest while analysts have enough to do."""
    for number, act in enumerate(script):
        if number % LOOK_EVERY == 0:
            if Payment.objects.count() >= MOST_PAYMENTS:
                log.info("living_demo_full", payments=MOST_PAYMENTS)
                return
            is_much = Alert.objects.filter(state=Alert.State.OPEN).count() >= MOST_OPEN_ALERTS
            script.fraud_rate = 0.0 if is_much else FRAUD_RATE
        yield act


def _ignore(_tally: Tally) -> None:
    """Nobody watches the totals: the bank's own pages show what happens."""
