"""What every test stands on. The engines are started earlier, in ``tests/engines.py``."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.database import flush_past_the_triggers
from tests.ledger.mutants import mutate

__all__ = ["flush_past_the_triggers", "mutate"]


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Serve static files under their own names: no test should need ``collectstatic``."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield
