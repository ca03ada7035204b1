"""One POST over real TLS to a real server, and the many that are never sent."""

import socket
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.webhooks import addresses, posting
from tests import webhooks
from tests.webhooks import ADDRESS, HOST, URL, Receiver, Wires


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_INTERNET = "tests.webhooks.Wires"
    with webhooks.receiving() as made:
        yield made


def send(url: str = URL) -> int:
    return posting.post(addresses.target_of(url), body=b"{}", headers={"Content-Type": "application/json"})


def refused(url: str = URL) -> str:
    with pytest.raises(posting.NotReached) as refusal:
        send(url)
    return refusal.value.reason


def test_posts_to_the_address_that_it_checked(receiver: Receiver) -> None:
    assert send() == 204

    [message] = receiver.heard
    assert (message.path, message.headers["host"], message.body) == ("/notices?key=1", HOST, b"{}")
    assert Wires.called == [(ADDRESS, 443)]


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], [ADDRESS, "10.0.0.7"], ["fd00:ec2::254", ADDRESS], []],
)
def test_opens_no_connection_when_one_address_is_private(receiver: Receiver, answer: list[str]) -> None:
    Wires.names = {HOST: [answer]}

    assert refused() == "address_refused"
    assert Wires.called == []


def test_looks_a_name_up_once_so_that_it_can_not_change_in_between(receiver: Receiver) -> None:
    Wires.names = {HOST: [[ADDRESS], ["127.0.0.1"]]}

    assert send() == 204
    assert (Wires.looked_up, Wires.called) == ([HOST], [(ADDRESS, 443)])
    assert refused() == "address_refused"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_no_redirect(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.location = status, "https://127.0.0.1/admin"

    assert send() == status
    assert len(Wires.called) == 1


def test_the_systems_resolver_gets_no_name_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolver(host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("connected"))

    assert refused("https://rebinding.example/") == "address_refused"


def test_trusts_nobody_whom_the_system_does_not(receiver: Receiver) -> None:
    Wires.trusts = False

    assert refused() == "tls"
    assert receiver.heard == []


def test_refuses_a_certificate_for_another_name(settings: Settings) -> None:
    settings.WEBHOOK_INTERNET = "tests.webhooks.Wires"
    with webhooks.receiving(name="else.example") as receiver:
        assert refused() == "tls"
    assert receiver.heard == []


def test_gives_up_on_a_server_that_drips(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.5)
    receiver.drips = True

    assert refused() == "timeout"


def test_gives_up_on_a_resolver_that_hangs(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.1)

    def hang(_wires: Wires, _target: addresses.Target) -> list[str]:
        time.sleep(0.4)
        return [ADDRESS]

    monkeypatch.setattr(Wires, "resolve", hang)

    assert refused() == "timeout"
    assert Wires.called == []


def test_reads_little_of_a_long_answer(receiver: Receiver) -> None:
    receiver.status, receiver.answer = 200, b"x" * (4 * posting.LONGEST_ANSWER)

    assert send() == 200


def test_says_when_a_name_leads_nowhere(receiver: Receiver) -> None:
    assert refused("https://gone.shop.example/") == "unresolved"


def test_says_when_nobody_answers(receiver: Receiver) -> None:
    Wires.port = 1

    assert refused() == "unreachable"


def test_local_trials_reach_this_machine(settings: Settings) -> None:
    settings.WEBHOOK_LOOPBACK = True
    with webhooks.receiving(is_tls=False) as receiver:
        assert send(f"http://127.0.0.1:{receiver.port}/in") == 204

    assert receiver.heard[0].headers["host"] == f"127.0.0.1:{receiver.port}"


def test_local_trials_speak_plain_http_to_this_machine_only(settings: Settings) -> None:
    settings.WEBHOOK_LOOPBACK = True
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.settimeout(0.2)
        settings.WEBHOOK_INTERNET = "tests.webhooks.Wires"
        Wires.names, Wires.called = {"localhost": [["10.0.0.1"]]}, []

        assert refused(f"http://localhost:{port}/") == "address_refused"
        assert Wires.called == []
