"""``manage.py verify_chain``: verify the sealed log against the books."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ledger.chain import notes, verification
from ledger.chain.findings import Report


class Command(BaseCommand):
    help = "Verify the chain from its first booking on; names the first thing that is wrong and exits with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--level",
            choices=[level.value for level in verification.Level],
            default=verification.Level.FULL.value,
            help="quick: headers, links, work, signatures; full: every booking as well",
        )
        parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint that was kept elsewhere")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *_: Any, level: str, checkpoint: Path | None, processes: int, **__: Any) -> None:
        if processes < 1:
            raise CommandError("--processes is 1 or more")
        kept = None if checkpoint is None else self._read(checkpoint)
        report = self._verify(verification.Level(level), kept, processes)
        if report.fault is not None:
            raise CommandError(f"The chain is not right. {report.fault}", returncode=1)
        pending = f", {report.pending} pending" if level == verification.Level.FULL else ""
        self.stdout.write(f"The chain is right: {report.blocks} blocks, {report.sealed} bookings{pending}.")

    def _read(self, path: Path) -> str:
        if not path.is_file() or path.stat().st_size > notes.LONGEST_NOTE:
            raise CommandError(f"{path} is no checkpoint")
        return path.read_text(encoding="utf-8", errors="replace")

    def _verify(self, level: verification.Level, kept: str | None, processes: int) -> Report:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # Beside the answer, which may go into a file.
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("bookings", total=None)
            return verification.verify(
                level=level,
                kept_checkpoint=kept,
                processes=processes,
                tell=lambda done, size: progress.update(task, completed=done, total=size),
            )
