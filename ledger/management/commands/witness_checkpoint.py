"""``manage.py witness_checkpoint``: the program ``ledger.witness_checkpoint``, where the bank's code is at hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.witness_checkpoint import SIGNED, main


class Command(BaseCommand):
    help = "Cosign an exported checkpoint if it follows from those that were seen before; touches no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("export")
        for name in ("--seen", "--log-keys", "--key"):
            parser.add_argument(name, required=True)
        parser.add_argument("--name")

    def handle(self, *_args: Any, **options: Any) -> None:
        given = {"--seen": "seen", "--log-keys": "log_keys", "--key": "key", "--name": "name"}
        named = [part for flag, name in given.items() if options[name] for part in (flag, str(options[name]))]
        status = main([str(options["export"]), *named])
        if status != SIGNED:
            raise CommandError("not signed", returncode=status)
