"""``/health`` and ``/metrics``."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import Client, override_settings
from redis.exceptions import ConnectionError as RedisGone

from ledger.models import ChainCheck
from securebank import health
from tests.fraud.models import CHAMPION, serving


def gone(error: Exception) -> Any:
    def fail() -> None:
        raise error

    return fail


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as found:
        yield found


@pytest.mark.django_db
def test_health_names_every_part(client: Client) -> None:
    with serving(CHAMPION):
        answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json().keys() == {"status", "version", "uptime_seconds", "checks"}
    assert answer.json()["checks"] == {
        "database": "ok",
        "cache": "ok",
        "queue": "ok",
        "chain": "unverified",
        "models": "ok",
    }


@pytest.mark.django_db
def test_without_valkey_the_bank_is_degraded_and_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.CHECKS, "cache", gone(RedisGone("host valkey-7 at 10.1.2.3")))

    answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["cache"] == "unavailable"
    assert "10.1.2.3" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "status", "chain"), [("", "ok", "ok"), ("block 3: altered", "degraded", "altered")])
def test_an_altered_ledger_calls_for_people(client: Client, fault: str, status: str, chain: str) -> None:
    ChainCheck.objects.create(tree_size=5, fault=fault)

    with serving(CHAMPION):
        answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"], answer.json()["checks"]["chain"]) == (200, status, chain)
    assert "block 3" not in answer.content.decode()


def test_without_database_the_bank_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    monkeypatch.setitem(health.CHECKS, "database", gone(OSError("no route")))

    answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert [line["check"] for line in logs if line["event"] == "health_check_failed"] == ["database"]


def test_health_is_only_read(client: Client) -> None:
    assert client.post("/health").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "::1"])
def test_metrics_answer_the_inner_network(client: Client, address: str) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=address)

    assert answer.status_code == 200
    assert b"# TYPE" in answer.content


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("10.0.0.7", {"X-Forwarded-For": "203.0.113.9"}),
        ("10.0.0.7", {"Forwarded": "for=203.0.113.9"}),
        ("", {}),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}),
        ("203.0.113.9", {"Authorization": "Bearer "}),
    ],
)
def test_metrics_hide_from_the_outside(client: Client, address: str, headers: dict[str, str]) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == 404


@pytest.mark.django_db
@override_settings(METRICS_TOKEN="scraper's own")
def test_metrics_answer_whoever_has_the_token(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer scraper's own"})

    assert answer.status_code == 200


def test_a_request_is_logged_with_its_id_and_without_its_secrets(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"email": "nobody@example.com", "password": "canary-password"})

    client.post(
        "/health?token=canary-token", body, "application/json", headers={"Authorization": "Bearer canary-bearer"}
    )

    lines = [record.msg for record in caplog.records if record.name == "django_structlog.middlewares.request"]
    assert len({line["request_id"] for line in lines if isinstance(line, dict)}) == 1
    assert "canary" not in str(lines)


def test_a_forged_address_is_not_believed(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.post("/health", REMOTE_ADDR="198.51.100.4", headers={"X-Forwarded-For": "192.0.2.66"})

    lines = [record.msg for record in caplog.records if record.name == "django_structlog.middlewares.request"]
    assert {line["ip"] for line in lines if isinstance(line, dict)} == {"198.51.100.4"}
