"""Show the code that a demo colleague's authenticator app would show."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.demo import cast, codes


class Command(BaseCommand):
    help = "Print the current second-factor code of one member of the demo staff."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", choices=[colleague.email for colleague in cast.STAFF])

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("This works in the demo bank only: SECUREBANK_DEMO is not set.")
        secret = codes.secret_of(options["email"])
        if secret is None:
            raise CommandError("Run demo_data first.")
        self.stdout.write(codes.code_of(secret))
