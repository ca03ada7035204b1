"""Take the shipped models into the registry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fraud.models import ModelVersion
from fraud.services import registry


class Command(BaseCommand):
    help = "Take the models that this release is shipped with into the registry; run it after each migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shadow", action="store_true", help="let new models of payments score in the shadow")

    def handle(self, *_args: Any, shadow: bool, **_options: Any) -> None:
        for version in registry.register_shipped():
            version.refresh_from_db()
            is_payments = version.slot == ModelVersion.Slot.PAYMENTS
            if shadow and is_payments and version.state == ModelVersion.State.CANDIDATE:
                registry.try_in_shadow(version_id=version.pk, person=None)
            version.refresh_from_db()
            self.stdout.write(f"{version.slot}: {version.name} is a {version.state}")
