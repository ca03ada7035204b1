"""Production as ``docker-compose.yml`` describes it, without containers."""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect

from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import Signer
from qrpay.codes.keys import MasterKey
from securebank.up import children, engines, postgres, probe
from tests.up.compose import PROJECT, Compose, services
from tests.up.test_bank import free_port

PASSWORD = "correct-horse-battery-staple"
INSIDE = ("web-1:8000", "web-2:8000", "nginx:8080", "nginx:8443")
# What a customer's branch would do: production takes no deposits from nowhere.
PAY_IN = """
import sys, uuid, django
django.setup()
import ledger.services
from accounts.models import BankAccount
from ledger.models import LedgerAccount
from ledger.types import EntryOrder, EntryType
from securebank.kernel.money import Money
account = BankAccount.objects.get(pk=sys.argv[1])
cash = ledger.services.system_account(code="settlement:INR", kind=LedgerAccount.Kind.ASSET, currency="INR")
order = EntryOrder(uuid.uuid4(), cash.pk, account.ledger_account_id, Money(500_00, "INR"), EntryType.DEPOSIT)
ledger.services.post_entry(order)
"""


def certificate() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def log_keys() -> dict[str, str]:
    signer = Signer.generate("bank.example/ledger")
    return {
        "qr_keys": MasterKey.generate(1).line,
        "checkpoint_key": signer.text,
        "checkpoint_public_keys": PublishedKey(signer.verifier, datetime.now(UTC)).line,
    }


def as_role(url: str, role: str) -> str:
    return url.replace(f"{postgres.ROLE}@", f"{role}@")


def make_roles(running: engines.Engines, home: Path) -> None:
    """Run the script that the database's container runs when its folder is empty."""
    url = running.environment["DATABASE_URL"]
    with psycopg.connect(url.replace(f"/{postgres.DATABASE}?", "/postgres?"), autocommit=True) as connection:
        connection.execute("DROP DATABASE securebank")
    environment = {"PGHOST": url.partition("host=")[2], "POSTGRES_USER": postgres.ROLE, "PATH": os.environ["PATH"]}
    for name in ("OWNER", "APP"):
        path = home / f"{name.lower()}-password"
        path.write_text("only-for-this-test", encoding="ascii")
        environment[f"SECUREBANK_{name}_PASSWORD_FILE"] = str(path)
    subprocess.run(["sh", PROJECT / "deploy/postgres/roles.sh"], env=environment, check=True)


@pytest.fixture
def production(home: Path, no_engines: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compose]:
    if shutil.which("psql") is None:
        pytest.skip("the roles are made with psql")
    with engines.start(
        engines.prepare(home / "engines"), options={"fsync": "off", "max_connections": "200"}
    ) as running:
        make_roles(running, home)
        url = running.environment["DATABASE_URL"]
        compose = Compose(root=home, ports={place: free_port() for place in INSIDE}, given={})
        compose.given = {
            "SECUREBANK_ORIGIN": f"https://127.0.0.1:{compose.ports['nginx:8443']}",
            "SECUREBANK_HOSTS": "127.0.0.1",
        }
        monkeypatch.setenv("SECUREBANK_ORIGIN", compose.given["SECUREBANK_ORIGIN"])
        (home / "state" / "static").mkdir(parents=True)
        public, private = certificate()
        secrets = {name: f"only-for-this-test-{name}-" + "0" * 50 for name in ("secret_key", "token_key", "pin_pepper")}
        compose.keep_secrets(
            secrets
            | {
                "owner_database_url": as_role(url, "securebank_owner"),
                "app_database_url": as_role(url, "securebank_app"),
            }
            | log_keys()
            | {"redis_url": running.environment["REDIS_URL"], "tls_certificate": public, "tls_key": private}
        )
        try:
            compose.finish("migrate")
            workers = ("worker-realtime", "worker-default", "worker-inference", "worker-chain")
            compose.start("web-1", "web-2", *workers, "beat")
            for name in ("web-1", "web-2"):
                wait_for(compose, name, compose.ports[f"{name}:8000"])
            yield compose
        finally:
            compose.stop()


def wait_for(compose: Compose, name: str, port: int) -> None:
    child = compose.running[name]
    is_up = children.wait_until(lambda: probe.is_healthy(port=port), children=[child], seconds=60)
    assert is_up, child.last_words(30)


def call(compose: Compose, web: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    """Call one web process as the proxy would."""
    headers = {"Content-Type": "application/json", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"http://127.0.0.1:{compose.ports[f'{web}:8000']}{path}", data=data, headers=headers)
    with urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def sign_up(compose: Compose, name: str) -> tuple[str, dict[str, Any]]:
    body = {"email": f"{name}@example.com", "password": PASSWORD, "name": name.title(), "handle": name}
    answer = call(compose, "web-1", "/api/auth/register", body)
    return answer["access"], answer["user"]


async def pay_and_listen(compose: Compose, payer: str, payee: str) -> dict[str, Any]:
    address = f"ws://127.0.0.1:{compose.ports['web-2:8000']}/ws/notifications"
    body = {"to": "bob", "amount": "12.50"}
    async with connect(address, subprotocols=["bearer", payee], open_timeout=20) as socket:  # type: ignore[list-item]
        await asyncio.to_thread(call, compose, "web-1", "/api/transactions/transfer", body, payer)
        async with asyncio.timeout(10):
            async for frame in socket:
                told: dict[str, Any] = json.loads(frame)
                if told["type"] == "payment_received":
                    return told
    raise AssertionError("the socket closed")


def pay_in(compose: Compose, account_id: str) -> None:
    environment = compose.program("web-1").environment
    settings = {"DJANGO_SETTINGS_MODULE": "securebank.settings"}
    subprocess.run([sys.executable, "-c", PAY_IN, account_id], env={**environment, **settings}, cwd=PROJECT, check=True)


def status_of(url: str, **headers: str) -> int:
    unverified = ssl.create_default_context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    try:
        with urlopen(Request(url, headers=headers), context=unverified) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code


@pytest.mark.timeout(300)
def test_the_composition_serves_pays_and_pushes(production: Compose) -> None:
    payer, alice = sign_up(production, "alice")
    payee, _ = sign_up(production, "bob")
    pay_in(production, alice["accounts"][0]["id"])

    told = asyncio.run(pay_and_listen(production, payer, payee))

    assert told["data"]["amount"] == "12.50"
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application_connection(production) as connection:
        connection.execute("DELETE FROM ledger_journalentry")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application_connection(production) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    assert children.wait_until(lambda: sealed(production) == 2, children=list(production.running.values()), seconds=30)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application_connection(production) as connection:
        connection.execute("DELETE FROM ledger_block")
    if shutil.which("nginx") is not None:
        check_proxy(production)


def application_connection(compose: Compose) -> "psycopg.Connection[Any]":
    return psycopg.connect((compose.root / "secrets" / "app_database_url").read_text(encoding="ascii"))


def sealed(compose: Compose) -> int:
    with application_connection(compose) as connection:
        (count,) = connection.execute("SELECT count(*) FROM ledger_leaf").fetchone() or (0,)
    return int(count)


def check_proxy(compose: Compose) -> None:
    compose.start("nginx")
    public = compose.given["SECUREBANK_ORIGIN"]
    proxy = compose.running["nginx"]
    is_up = children.wait_until(lambda: is_listening(f"{public}/health"), children=[proxy], seconds=20)
    assert is_up, proxy.last_words(30)

    assert status_of(f"{public}/account/login/") == 200
    assert status_of(f"{public}/metrics") == 404
    assert status_of(f"{public}/api/accounts") == 401
    # A forged scheme or address reaches nobody: the proxy says who asks.
    assert status_of(f"{public}/health", **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "127.0.0.1"}) == 200


def is_listening(url: str) -> bool:
    try:
        return status_of(url) == 200
    except OSError:
        return False


def test_no_secret_stands_in_the_file() -> None:
    for name, service in services().items():
        for variable, value in service.get("environment", {}).items():
            is_secret = any(
                word in variable for word in ("PASSWORD", "SECRET", "KEY", "PEPPER", "DATABASE_URL", "REDIS")
            )
            assert not is_secret or value.startswith("/run/secrets/"), f"{name}: {variable}"


def test_every_service_that_stays_has_a_health_check() -> None:
    without = {name for name, service in services().items() if "healthcheck" not in service}

    assert without == {"migrate"}
