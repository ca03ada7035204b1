"""Everything that must be done before the bank opens, in one process: each import of Django costs a second.

Writes one line for each step that it does, for ``securebank.up`` to show.
"""

import os
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main() -> None:
    """Migrate, take in shipped models and load demo data; each only if needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securebank.settings")
    django.setup()
    _migrate()
    # Adds nothing when they are there; a look at a few files.
    call_command("register_models", shadow=settings.DEMO_MODE, verbosity=0, stdout=StringIO())
    if settings.DEMO_MODE:
        _load_demo_data(settings.STATE_DIR / "demo.txt")


def _step(title: str) -> None:
    print(title, flush=True)  # noqa: T201 - the line is this process's answer


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _step("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)


def _load_demo_data(told: Path) -> None:
    """Load the demo people if they aren't there, and keep what the command says about who can sign in."""
    if not told.is_file():
        _step("Opening accounts for the demo customers")
    output = StringIO()
    call_command("demo_data", stdout=output)
    told.touch(mode=0o600)
    told.write_text(output.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
