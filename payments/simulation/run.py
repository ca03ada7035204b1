"""Play a script in the bank, each act at its time."""

import time
from collections.abc import Callable, Iterable
from threading import Event

from django.utils import timezone

from payments.simulation.acts import Act
from payments.simulation.stage import Stage
from payments.simulation.tally import Tally


def play(
    script: Iterable[Act], stage: Stage, *, count: int | None, stop: Event, tell: Callable[[Tally], None]
) -> Tally:
    """Carry out what the script says until so many payments were tried, or ``stop`` is set.

    A bank that can't keep up with the script is sent the next payment at once.

    Args:
        script: what happens when.
        stage: the bank.
        count: payments; None for as many as come until ``stop``.
        stop: ends the play before the next act.
        tell: is shown the totals after each act.
    """
    tally = Tally()
    began = time.monotonic()
    for act in script:
        if stop.wait(max(0.0, began + act.at - time.monotonic())):
            break
        tally.add(act, stage.perform(act, now=timezone.now()))
        tell(tally)
        if count is not None and tally.payments >= count:
            break
    return tally
