"""One small bank a test."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.doors.world import World, make_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Make the bank with one of everything; nothing listens where its webhook leads."""
    with override_settings(WEBHOOK_LOOPBACK=True):
        yield make_world()
