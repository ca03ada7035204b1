"""Refuse models that no migration describes. Like ``makemigrations --check``, but asks no database."""

import sys

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def main() -> int:
    """Compare; return the exit status."""
    django.setup()
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    ours = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    changes = detector.changes(graph=loader.graph, trim_to_apps=ours)
    faults = [f"{app}: {operation.describe()}" for app, found in changes.items() for operation in found[0].operations]
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
