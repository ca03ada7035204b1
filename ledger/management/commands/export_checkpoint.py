"""``manage.py export_checkpoint``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.chain import selectors as chain
from ledger.chain.notes import Note
from ledger.chain.witness import Export, write_export
from securebank.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Write the newest checkpoint for a witness, with the proof that the log grew from what the witness knows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", type=int, default=0, dest="old_size", help="the size that the witness knows")
        parser.add_argument("--out", type=Path, help="file to write; without it, the export is shown")

    def handle(self, *_args: Any, old_size: int, out: Path | None, **_options: Any) -> None:
        try:
            latest = chain.latest_checkpoint()
            proof = chain.consistency_proof(old_size, latest.tree_size)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        text = write_export(Export(Note.parse(latest.note), old_size, proof.path))
        if out is None:
            self.stdout.write(text, ending="")
        else:
            out.write_text(text, encoding="utf-8")
