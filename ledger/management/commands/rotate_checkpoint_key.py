"""``manage.py rotate_checkpoint_key``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ledger.chain import key_ring


class Command(BaseCommand):
    help = "Make the key that signs checkpoints from the next start on; the earlier ones stay published."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder",
            type=Path,
            default=settings.KEY_DIR,
            help="where the two files are; makes them there if there are none yet (with --name)",
        )
        parser.add_argument("--name", help="the log's name, for its first key only, such as bank.example/ledger")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if options["name"]:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            key_ring.make_missing(folder, name=options["name"], now=timezone.now())
        elif not (folder / key_ring.SIGNING_FILE).is_file():
            raise CommandError(f"no signing key in {folder}; --name makes a log's first one")
        else:
            key_ring.rotate(folder, now=timezone.now())
        self.stdout.write((folder / key_ring.PUBLIC_FILE).read_text("utf-8").strip())
