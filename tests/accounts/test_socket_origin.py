import pytest

from accounts.socket_auth import is_same_origin
from tests import sockets


def scope(*, origins: list[str], host: str) -> dict[str, object]:
    headers = [(b"host", host.encode()), *((b"origin", origin.encode()) for origin in origins)]
    return {"type": "websocket", "headers": headers}


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (sockets.ORIGIN, sockets.HOST),
        ("http://localhost:9000", "localhost:9000"),
    ],
)
def test_the_sites_own_pages_are_of_the_same_origin(origin: str, host: str) -> None:
    assert is_same_origin(scope(origins=[origin], host=host))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("null", sockets.HOST),
        ("", sockets.HOST),
        ("http://evil.example", sockets.HOST),
        ("http://evil.example", "evil.example"),
        ("http://127.0.0.1:8001", sockets.HOST),
        ("http://127.0.0.1", sockets.HOST),
        ("https://127.0.0.1:8000", sockets.HOST),
        ("http://127.0.0.1:8000.evil.example", sockets.HOST),
        ("http://evil.example/http://127.0.0.1:8000", sockets.HOST),
        ("http://user@127.0.0.1:8000", sockets.HOST),
        ("http://[::1", "[::1"),
        ("file://", sockets.HOST),
    ],
)
def test_everything_else_is_another_origin(origin: str, host: str) -> None:
    assert not is_same_origin(scope(origins=[origin], host=host))


@pytest.mark.parametrize("origins", [[], [sockets.ORIGIN, "http://evil.example"], [sockets.ORIGIN, sockets.ORIGIN]])
def test_a_handshake_names_exactly_one_origin(origins: list[str]) -> None:
    assert not is_same_origin(scope(origins=origins, host=sockets.HOST))
