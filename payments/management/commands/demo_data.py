"""Fill the demo bank once, and say who can sign in."""

import io
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from payments.demo import cast, codes, load, secrets


class Command(BaseCommand):
    help = "Register demo customers and staff with accounts and payments; the second time, only say who can sign in."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Demo people belong in a demo bank only: SECUREBANK_DEMO is not set.")
        was_loaded = load.is_loaded()
        keys = secrets.load(settings.STATE_DIR / secrets.KEPT_IN)
        if was_loaded:
            self.stdout.write("The demo people are already here.")
        else:
            load.load(keys=keys, now=timezone.now())
        self.stdout.write(_told(keys))


def _told(keys: secrets.DemoSecrets) -> str:
    text = io.StringIO()
    console = Console(file=text, width=120)
    table = Table(title="Who can sign in", title_justify="left")
    for heading in ("Who", "Email", "Handle or role", "Authenticator secret"):
        table.add_column(heading, overflow="fold")
    for customer in cast.CUSTOMERS:
        table.add_row(customer.name, customer.email, f"{customer.handle}@securebank", "")
    table.add_section()
    for colleague in cast.STAFF:
        secret = codes.secret_of(colleague.email) or ""
        table.add_row(colleague.name, colleague.email, colleague.role or "ADMINISTRATOR", secret)
    console.print(table)
    console.print(f"Password of all: {keys.password}    Payment PIN where one is set: {keys.pin}", highlight=False)
    console.print("Staff need a second factor: manage.py demo_code EMAIL prints the current code.", highlight=False)
    return text.getvalue()
