"""``manage.py rotate_qr_keys``."""

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qrpay.codes.keys import BadRing, KeyRing, MasterKey

FILE: Final = "securebank_qr_keys"


class Command(BaseCommand):
    help = "Make the key that seals codes from the next start on; earlier ones only open and verify."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.KEY_DIR, help=f"where the file {FILE} is")
        parser.add_argument("--first", action="store_true", help="make the first key, where there is none yet")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["folder"] / FILE
        ring = self._first(path) if options["first"] else self._next(path)
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(ring.text, encoding="ascii")
        unfinished.rename(path)
        self.stdout.write(f"key {ring.newest.key_id} seals; {len(ring.keys) - 1} before it open")

    def _first(self, path: Path) -> KeyRing:
        if path.exists():
            raise CommandError(f"{path} is there already")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return KeyRing((MasterKey.generate(1),))

    def _next(self, path: Path) -> KeyRing:
        if not path.is_file():
            raise CommandError(f"no {FILE} in {path.parent}; --first makes one")
        try:
            return KeyRing.parse(path.read_text(encoding="ascii")).rotated()
        except BadRing as error:
            raise CommandError(str(error)) from error
