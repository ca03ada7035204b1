"""``manage.py verify_books``: recompute all balances from the entries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import verification


class Command(BaseCommand):
    help = "Recompute the books from their entries; names each difference and exits with 1 if there is one."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = 0
        with verification.one_snapshot():
            for name in verification.CHECKS:
                differences = verification.run_check(name)
                found += len(differences)
                self.stdout.write(f"{'FAILED' if differences else 'ok':<6} {name}")
                for difference in differences:
                    self.stdout.write(f"       {difference.subject}: {difference.detail}")
        if found:
            raise CommandError(f"{found} differences", returncode=1)
        self.stdout.write("The books are right.")
