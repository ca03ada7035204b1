"""Let invented customers pay, and thieves try their luck."""

import io
import logging
import math
import signal
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from payments.demo import secrets
from payments.simulation.members import Members, NoDemoBank
from payments.simulation.run import play
from payments.simulation.script import Script
from payments.simulation.stage import Stage
from payments.simulation.tally import REFUSED, Status, Tally

# Payments a second: what a mid-sized bank sees at a quiet hour, and more than one process can make.
RATE = 1.65
MOST = 1000.0


class Command(BaseCommand):
    help = "Send realistic payments of invented customers through the bank, labelled, with fraud among them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rate", type=_rate, default=RATE, help="payments a second, on average (%(default)s)")
        parser.add_argument("--count", type=_count, help="payments; without it, until Ctrl-C")
        parser.add_argument(
            "--fraud-rate", type=_share, default=0.03, help="share of payments that are fraud (%(default)s)"
        )
        parser.add_argument("--seed", type=int, help="the same seed chooses the same people and payments again")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Invented payments belong in a demo bank only: SECUREBANK_DEMO is not set.")
        try:
            members = Members(secrets.load(settings.STATE_DIR / secrets.KEPT_IN))
        except NoDemoBank as missing:
            raise CommandError(str(missing)) from missing
        script = Script(seed=options["seed"], rate=options["rate"], fraud_rate=options["fraud_rate"])
        count = options["count"]
        with _until_told() as stop, _quiet(), _shown(count) as progress:
            bar = progress.add_task("", total=count)
            tally = play(
                script,
                Stage(members),
                count=count,
                stop=stop,
                tell=lambda so_far: progress.update(bar, completed=so_far.payments, description=str(so_far)),
            )
        self.stdout.write(_told(tally))


def _rate(written: str) -> float:
    rate = _number(written)
    if not 0 < rate <= MOST:
        raise ArgumentTypeError(f"must be above 0 and at most {MOST:g} payments a second, not '{written}'")
    return rate


def _share(written: str) -> float:
    share = _number(written)
    if not 0 <= share <= 1:
        raise ArgumentTypeError(f"must lie between 0 and 1, not '{written}'")
    return share


def _count(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written) > 0):
        raise ArgumentTypeError(f"must be a whole number from 1 on, not '{written}'")
    return int(written)


def _number(written: str) -> float:
    """Return the number, or NaN for what is none: it lies in no range."""
    try:
        return float(written)
    except ValueError:
        return math.nan


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what is logged of each payment: it would run through the bar."""
    before = logging.root.manager.disable
    logging.disable(max(before, logging.INFO))
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _until_told() -> Iterator[Event]:
    """Set the event at Ctrl-C or SIGTERM, so that the payment at hand is finished; a second one ends at once."""
    stop = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def finish(_number: int, _frame: object) -> None:
        stop.set()
        _restore(before)

    for number in before:
        signal.signal(number, finish)
    try:
        yield stop
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _shown(count: int | None) -> Progress:
    """Return a progress bar on the terminal; where there is none, nothing is shown."""
    console = Console(stderr=True)
    end = "" if count is None else f" of {count}"
    return Progress(
        SpinnerColumn(),
        BarColumn(bar_width=24),
        TextColumn("{task.completed:.0f}" + end),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _told(tally: Tally) -> str:
    text = io.StringIO()
    console = Console(file=text, width=100)
    table = Table(title=f"{tally.payments} payments", title_justify="left")
    for heading in ("Kind", "Approved", "Held", "Declined", "Refused"):
        table.add_column(heading, justify="left" if heading == "Kind" else "right")
    outcomes = (Status.COMPLETED, Status.HELD, Status.DECLINED, REFUSED)
    for kind in ("", *tally.kinds):
        table.add_row(kind or "honest", *(str(tally.ended(outcome, kind=kind)) for outcome in outcomes))
    console.print(table)
    console.print(str(tally), highlight=False)
    for code, number in tally.refusals.most_common():
        console.print(f"refused with {code}: {number}", highlight=False)
    return text.getvalue()
