"""Engines for the tests: started before Django reads its settings, gone with the test run.

One PostgreSQL serves all workers of a run (each has its own database there, named by pytest-django); every worker has
a Valkey of its own, because channels and queues know no databases.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import Signer
from qrpay.codes.keys import KeyRing, MasterKey
from securebank.up import engines, places, valkey

# The same for every worker of a run, and for every run: signatures in failures can be compared.
LOG_KEY = Signer("bank.test/ledger", b"A key that only tests sign with!")
CODE_KEYS = KeyRing(
    (MasterKey(1, b"A key that only tests retired it"), MasterKey(2, b"A key that only tests seal with!"))
)
KEYS = ("SECUREBANK_SECRET_KEY", "SECUREBANK_TOKEN_KEY", "SECUREBANK_PIN_PEPPER")
PREFIX = f"securebank-tests-{os.getuid()}-"
# Nothing of a test run outlives it, so nothing waits for the disk.
OPTIONS = {"max_connections": "200", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Go before pytest-django, which loads the settings in the same hook."""
    os.environ.setdefault("SECUREBANK_DEMO", "1")
    os.environ["SECUREBANK_SIMULATE"] = "0"
    for name in KEYS:
        os.environ.setdefault(name, f"for-tests-only-{name.lower()}-" + "0" * 50)
    os.environ.setdefault("SECUREBANK_CHECKPOINT_KEY", LOG_KEY.text)
    os.environ.setdefault("SECUREBANK_QR_KEYS", CODE_KEYS.text)
    ring = PublishedKey(LOG_KEY.verifier, datetime(2020, 1, 1, tzinfo=UTC))
    os.environ.setdefault("SECUREBANK_CHECKPOINT_PUBLIC_KEYS", ring.line)
    # Races take ten; a thread that an earlier test left behind may hold one of its own for a while.
    os.environ.setdefault("SECUREBANK_DB_POOL", "16")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _begin_run()
    elif "SECUREBANK_TESTS_STATE" in os.environ:
        _begin_worker(Path(os.environ["SECUREBANK_TESTS_STATE"]), worker)
    return (yield)


def _begin_run() -> None:
    # Tests never write into a database that somebody else keeps.
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    _sweep()
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    # As root, PostgreSQL's own account must be able to walk in.
    root.chmod(0o711)
    where = engines.prepare(root)
    running = engines.start(where, options=OPTIONS)
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    atexit.register(running.stop)
    os.environ["SECUREBANK_TESTS_STATE"] = str(root)
    os.environ.update(running.environment)
    os.environ["SECUREBANK_STATE_DIR"] = str(root)
    (root / "static").mkdir()


def _begin_worker(root: Path, worker: str) -> None:
    child, url = valkey.start(places.find_places(root), name=f"valkey-{worker}")
    atexit.register(child.stop)
    os.environ["REDIS_URL"] = url


def _sweep() -> None:
    """Remove what killed test runs left; a running one holds its lock."""
    for root in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with (root / "lock").open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        shutil.rmtree(root, ignore_errors=True)
