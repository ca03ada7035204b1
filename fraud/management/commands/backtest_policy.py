"""Try a policy on the past and say what it would change."""

import json
import sys
import time
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from fraud import policy_document
from fraud.active_policy import policy_of
from fraud.backtests import history
from fraud.backtests.tally import Tally
from fraud.errors import PolicyInvalid, PolicyMissing
from fraud.models import PolicyVersion
from fraud.policy_difference import digest
from fraud.selectors import policies as selected
from fraud.services import backtesting

CANNOT: Final = 1
INVALID: Final = 2
LONGEST_FILE: Final = 1_000_000
FIGURES: Final = (
    "alerts", "held", "declined", "locked", "caught", "missed", "false_alarms", "unlabelled",
    "held_minor", "declined_minor", "caught_minor", "missed_minor", "false_alarms_minor",
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Judge stored payments again, under the active policy and under another, and compare. The figures are kept"
        " with --policy N where N is a draft. Exit status: 0 compared, 1 not possible, 2 the policy is not valid."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--policy", type=int, metavar="N", help="the version of this number; the active by default")
        which.add_argument("--file", type=Path, metavar="FILE", help="a policy document as JSON")
        parser.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="first day, in UTC; all time by default")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(
        self, *_args: Any, policy: int | None, file: Path | None, since: datetime | None, json: bool, **_: Any
    ) -> None:
        against = selected.active_version()
        name, document, draft = _candidate(against, policy, file)
        try:
            new = policy_document.read(document, name=name)
        except PolicyInvalid as fault:
            raise CommandError(f"{fault.facts['field']}: {fault}", returncode=INVALID) from fault
        period = (since or datetime.fromtimestamp(0, tz=UTC), timezone.now())
        begun = time.monotonic()
        with Progress(console=Console(file=sys.stderr), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("payments", total=history.count(since=period[0], until=period[1]))
            tally = backtesting.compare(
                old=policy_of(against.pk),
                new=new,
                since=period[0],
                until=period[1],
                told=lambda done: bar.advance(task, done),
            )
        found = backtesting.kept(
            tally,
            document=digest(document),
            against=against.name,
            period=period,
            ms=round(1000 * (time.monotonic() - begun)),
        )
        if draft is not None:
            backtesting.keep(number=draft, found=found)
        self.stdout.write(_as_json(found) if json else _told(tally, against.name, name))


def _candidate(against: PolicyVersion, number: int | None, file: Path | None) -> tuple[str, Any, int | None]:
    """Return name and document of what is tried, and the number of the draft that keeps the figures."""
    if file is not None:
        return file.stem, _read(file), None
    try:
        version = against if number is None else selected.version_of(number)
    except PolicyMissing as fault:
        raise CommandError(f"There is no policy {number}.", returncode=CANNOT) from fault
    is_draft = version.state == PolicyVersion.State.DRAFT
    return version.name, version.document, version.number if is_draft else None


def _read(file: Path) -> Any:
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise CommandError(f"{file} is larger than {LONGEST_FILE:,} bytes.", returncode=INVALID)
        return json.loads(file.read_text("utf-8"))
    except OSError as fault:
        raise CommandError(f"{file}: {fault.strerror}", returncode=CANNOT) from fault
    except ValueError as fault:
        raise CommandError(f"{file} is no JSON: {fault}", returncode=INVALID) from fault


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as fault:
        raise ArgumentTypeError("write a day as 2026-01-31") from fault


def _as_json(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2)


def _told(tally: Tally, old_name: str, new_name: str) -> str:
    """Return the figures as a table; amounts in paise, so that they can be added up."""
    table = Table("", old_name, new_name, "difference", title=f"{tally.payments:,} payments", title_justify="left")
    for name in FIGURES:
        old, new = getattr(tally.old, name), getattr(tally.new, name)
        table.add_row(name, f"{old:,}", f"{new:,}", f"{new - old:+,}")
    table.add_section()
    for code, (old, new) in sorted(tally.hits.items()):
        table.add_row(code, f"{old:,}", f"{new:,}", f"{new - old:+,}")
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table)
        console.print(
            f"{tally.labelled:,} payments carry a label, {tally.frauds:,} of them fraud; caught, missed and"
            f" false alarms are counted among these only. {tally.changed:,} payments would end otherwise;"
            f" {tally.unreadable:,} older decisions hold too little to be judged again."
        )
    return captured.get()
