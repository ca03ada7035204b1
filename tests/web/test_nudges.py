import socket
import time
from collections.abc import Iterator

import pytest
from celery import current_app
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

import accounts.tasks
from securebank.web import nudges


@pytest.fixture(autouse=True)
def forget_the_broker() -> Iterator[None]:
    """Start and end with the broker of the settings, and no memory of its failures."""
    nudges.impatient_connection.cache_clear()
    nudges.breaker.reset()
    yield
    nudges.impatient_connection.cache_clear()
    nudges.breaker.reset()


def send() -> float:
    """Nudge once; return how many seconds that took."""
    began = time.perf_counter()
    nudges.send_now(accounts.tasks.sweep_notifications)
    return time.perf_counter() - began


def broker_at(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")


@pytest.fixture
def hung_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        broker_at(monkeypatch, server.getsockname()[1])
        yield


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that nobody reaches."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    broker_at(monkeypatch, port)


@pytest.mark.usefixtures("dead_broker")
def test_a_broker_that_is_down_costs_the_caller_next_to_nothing() -> None:
    assert send() < 0.5


@pytest.mark.usefixtures("hung_broker")
def test_a_broker_that_hangs_is_waited_for_once_and_not_long() -> None:
    first = send()
    others = [send() for _ in range(20)]

    assert first < 2 * nudges.PATIENCE + 0.1
    assert sum(others) < nudges.PATIENCE


@pytest.mark.usefixtures("dead_broker")
def test_says_once_that_nudges_get_lost(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        send()

    assert caplog.text.count("nudge_lost") == 1


@pytest.mark.usefixtures("dead_broker")
def test_tries_again_after_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    send()
    assert not nudges.breaker.lets_through()

    later = time.monotonic() + nudges.REST + 0.1
    monkeypatch.setattr("securebank.web.nudges.time.monotonic", lambda: later)

    assert [nudges.breaker.lets_through() for _ in range(3)] == [True, False, False]


@pytest.mark.django_db
@pytest.mark.usefixtures("dead_broker")
def test_a_lost_nudge_never_fails_the_writer(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        nudges.nudge(accounts.tasks.sweep_notifications)

    assert len(callbacks) == 1


@pytest.mark.django_db
def test_nudges_nobody_when_the_transaction_rolls_back(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        nudges.nudge(accounts.tasks.sweep_notifications)
        transaction.set_rollback(True)

    assert callbacks == []
