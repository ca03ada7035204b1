"""What every test stands on. The engines are started earlier, in ``tests/engines.py``."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from fraud import scoring
from tests.database import flush_past_the_triggers
from tests.ledger.mutants import mutate

__all__ = ["flush_past_the_triggers", "mutate"]


@pytest.fixture(scope="session", autouse=True)
def rules_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Judge payments by the rules alone, so that figures don't change with each new model."""
    # Whoever imported the application while tests were collected has loaded the shipped one.
    scoring.process.scorer = None
    with override_settings(FRAUD_MODEL_DIR=str(tmp_path_factory.mktemp("no-model"))):
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Serve static files under their own names: no test should need ``collectstatic``."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield
