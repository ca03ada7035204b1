"""``manage.py trial_balance``: every account's balance on its side, and the two sums."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger import selectors
from securebank.kernel.money import Money


class Command(BaseCommand):
    help = "Print the trial balance of one currency, now or at a past moment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("currency")
        parser.add_argument("--at", type=datetime.fromisoformat, help="a moment with its offset, ISO 8601")

    def handle(self, *_args: Any, currency: str, at: datetime | None, **_options: Any) -> None:
        lines = selectors.trial_balance(currency=currency, at=at)
        for line in lines:
            self.stdout.write(f"{line.code:<40} {line.debit!s:>20} {line.credit!s:>20}")
        none = Money(0, currency)
        debit, credit = sum((line.debit for line in lines), none), sum((line.credit for line in lines), none)
        self.stdout.write(f"{'':<40} {debit!s:>20} {credit!s:>20}")
