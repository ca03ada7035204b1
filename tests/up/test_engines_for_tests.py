"""The engines that every other test relies on."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÑANDÚ')")

        assert cursor.fetchone() == ("ñandú",)


def test_cache_answers() -> None:
    cache.set("greeting", "hello", 5)

    assert cache.get("greeting") == "hello"
