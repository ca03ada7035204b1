"""Prove that every verdict can be reached again from what was stored with it."""

import sys
from collections import Counter
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rich.console import Console
from rich.progress import track

from fraud.services import replay

# Different decisions that are told one by one; the rest is only counted.
TOLD = 20


def _moment(written: str) -> datetime:
    found = parse_datetime(written if "T" in written else f"{written}T00:00:00")
    if found is None:
        raise CommandError("Write --since as 2026-11-20 or 2026-11-20T08:00:00+05:30.")
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _positive(written: str) -> int:
    number = int(written)
    if number < 1:
        raise ValueError(written)
    return number


class Command(BaseCommand):
    help = "Judge stored decisions again from their snapshots; exit 1 when any comes out otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_moment, help="only decisions from this moment on")
        parser.add_argument("--limit", type=_positive, help="only so many, oldest first")

    def handle(self, *_args: Any, since: datetime | None, limit: int | None, **_options: Any) -> None:
        total = replay.count(since=since, limit=limit)
        same = different = 0
        missing: Counter[str] = Counter()
        for each in track(
            replay.replay_all(since=since, limit=limit),
            description="Replaying",
            total=total,
            console=Console(file=self.stderr._out),  # type: ignore[attr-defined] # noqa: SLF001 -- rich wants the stream
        ):
            if each.missing:
                missing[each.missing] += 1
            elif each.differences:
                different += 1
                if different <= TOLD:
                    self.stdout.write(f"{each.decision.pk} differs: {'; '.join(each.differences)}")
            else:
                same += 1
        self.stdout.write(f"{same} the same, {different} different, {missing.total()} not replayable")
        for what, number in missing.most_common():
            self.stdout.write(f"not replayable: {number} without {what}")
        if different:
            sys.exit(1)
