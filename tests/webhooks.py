"""A customer's HTTPS server on this machine, and an internet of two wires that leads to it."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.webhooks.addresses import Target
from accounts.webhooks.posting import PublicInternet

HOST = "hooks.shop.example"
URL = f"https://{HOST}/notices?key=1"
# Nobody is called there: the wire leads to this machine.
ADDRESS = "9.9.9.9"


class Nowhere(PublicInternet):
    """No name leads anywhere, and nothing is called."""

    def resolve(self, target: Target) -> Sequence[str]:
        """Know no name."""
        raise socket.gaierror

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Reach nobody."""
        raise ConnectionRefusedError


@dataclass
class Heard:
    """One message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The customer's server: what it heard, and how it answers."""

    port: int = 0
    status: int = 204
    answer: bytes = b""
    location: str = ""
    drips: bool = False
    heard: list[Heard] = field(default_factory=list)


class Wires(PublicInternet):
    """Names and addresses as a test lays them; what is allowed stays as in earnest."""

    names: ClassVar[dict[str, list[Sequence[str]]]] = {}
    looked_up: ClassVar[list[str]] = []
    called: ClassVar[list[tuple[str, int]]] = []
    port: ClassVar[int] = 0
    trusts: ClassVar[bool] = True

    def resolve(self, target: Target) -> Sequence[str]:
        """Answer what is next for this name; the last answer stays."""
        self.looked_up.append(target.host)
        answers = self.names.get(target.host)
        if not answers:
            raise socket.gaierror
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Lead to the receiver, whatever the address."""
        self.called.append((address, port))
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def tls(self) -> ssl.SSLContext:
        """Trust the test's own authority."""
        return trusting() if self.trusts else super().tls()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Take the message; answer as told."""
        me = cast("_Server", self.server).receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        me.heard.append(Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        if me.drips:
            self._drip()
            return
        self.send_response(me.status)
        if me.location:
            self.send_header("Location", me.location)
        self.send_header("Content-Length", str(len(me.answer)))
        self.end_headers()
        self.wfile.write(me.answer)

    def _drip(self) -> None:
        """Send a header without end, a byte at a time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(50):
            self.wfile.write(b"x")
            time.sleep(0.05)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    receiver: Receiver
    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """Callers who hang up early are expected."""


@contextmanager
def receiving(*, name: str = HOST, is_tls: bool = True) -> Iterator[Receiver]:
    """Run a receiver whose certificate is for ``name``, at the end of the wires."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if is_tls:
        server.socket = _serving(name).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.receiver = Receiver(port=server.server_address[1])
    Wires.names = {HOST: [[ADDRESS]]}
    Wires.looked_up, Wires.called, Wires.port, Wires.trusts = [], [], server.receiver.port, True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certificate("Tests only", key, issuer="Tests only", signer=key, is_authority=True)


@cache
def trusting() -> ssl.SSLContext:
    """Return what a bank uses that knows the test's authority."""
    _key, certificate = _authority()
    return ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())


@cache
def _serving(name: str) -> ssl.SSLContext:
    signer, _authority_certificate = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(name, key, issuer="Tests only", signer=signer, is_authority=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        pem = Path(folder) / "server.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(pem)
    return context


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, *, issuer: str, signer: ec.EllipticCurvePrivateKey, is_authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(signer, hashes.SHA256())
