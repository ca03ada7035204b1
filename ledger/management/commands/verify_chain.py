"""``manage.py verify_chain``: verify the sealed log against the books."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ledger.chain import notes, verification
from ledger.chain.findings import Report
from ledger.models import LedgerAccount


class Command(BaseCommand):
    help = "Verify the chain from its first booking on; names the first thing that is wrong and exits with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--level",
            choices=[level.value for level in verification.Level],
            default=verification.Level.FULL.value,
            help="quick: headers, links, work, signatures; account: one account's bookings as well; full: all of them",
        )
        parser.add_argument("--account", metavar="CODE", help="of the level account: the ledger account's code")
        parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint that was kept elsewhere")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(
        self, *_: Any, level: str, account: str | None, checkpoint: Path | None, processes: int, **__: Any
    ) -> None:
        if processes < 1:
            raise CommandError("--processes is 1 or more")
        kept = None if checkpoint is None else self._read(checkpoint)
        report = self._verify(verification.Level(level), self._account(level, account), kept, processes)
        if report.fault is not None:
            raise CommandError(f"The chain is not right. {report.fault}", returncode=1)
        pending = f", {report.pending} pending" if level != verification.Level.QUICK else ""
        self.stdout.write(f"The chain is right: {report.blocks} blocks, {report.sealed} bookings{pending}.")

    def _read(self, path: Path) -> str:
        if not path.is_file() or path.stat().st_size > notes.LONGEST_NOTE:
            raise CommandError(f"{path} is no checkpoint")
        return path.read_text(encoding="utf-8", errors="replace")

    def _account(self, level: str, code: str | None) -> int | None:
        if (level == verification.Level.ACCOUNT) != (code is not None):
            raise CommandError("--level account and --account CODE belong together")
        if code is None:
            return None
        found = LedgerAccount.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"there is no ledger account {code}")
        return found.pk

    def _verify(self, level: verification.Level, account_id: int | None, kept: str | None, processes: int) -> Report:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # Beside the answer, which may go into a file.
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("bookings", total=None)
            return verification.verify(
                level=level,
                account_id=account_id,
                kept_checkpoint=kept,
                processes=processes,
                tell=lambda done, size: progress.update(task, completed=done, total=size),
            )
