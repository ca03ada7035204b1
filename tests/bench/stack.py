"""A whole bank of its own for one benchmark: what ``make run`` starts, in a folder that goes away again."""

import dataclasses
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from securebank.up import bank, children, engines, probe

# What would lead a benchmark to somebody else's bank.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "SECUREBANK_STATE_DIR", "SECUREBANK_ORIGIN", "PORT")
KEYS = ("SECUREBANK_SECRET_KEY", "SECUREBANK_TOKEN_KEY", "SECUREBANK_PIN_PEPPER")


@dataclasses.dataclass(slots=True)
class Stack:
    """A bank that runs for a benchmark."""

    bank: bank.Bank
    web: list[children.Child]
    ports: list[int]

    @property
    def processes(self) -> dict[str, list[int]]:
        """The process ids behind each part of the bank."""
        machines = self.bank.machines.processes if self.bank.machines else []
        parts = {child.program.name: [child.process.pid] for child in machines}
        worker = [self.bank.worker.process.pid] if self.bank.worker else []
        return {"web": [child.process.pid for child in self.web], "worker": worker} | parts


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a state folder, and an environment in which nobody else's bank is named."""
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ["SECUREBANK_DEMO"] = "1"
    # Nobody pays beside the benchmark.
    os.environ["SECUREBANK_SIMULATE"] = "0"
    for name in KEYS:
        os.environ.setdefault(name, "for-the-benchmark-only-" + "0" * 50)
    folder = Path(tempfile.mkdtemp(prefix="securebank-bench-"))
    # As root, PostgreSQL's own account must be able to walk in.
    folder.chmod(0o711)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_bank(*, web: int = 1, tell: Callable[[str], None] = lambda _: None) -> Iterator[Stack]:
    """Run a bank with so many web processes, and connect this process's Django to it."""
    with private_folder() as folder:
        one = bank.Bank(where=engines.prepare(folder), port=free_port(), tell=tell)
        extra: list[children.Child] = []
        try:
            one.start()
            assert one.web is not None
            ports = [one.port]
            for number in range(2, web + 1):
                ports.append(free_port())
                extra.append(_another_web(one.web.program, number, ports[-1], folder))
            _join(one)
            yield Stack(one, [one.web, *extra], ports)
        finally:
            for child in extra:
                child.stop()
            one.stop()


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _another_web(first: children.Program, number: int, port: int, folder: Path) -> children.Child:
    command = [*first.command[:2], *bank.web_arguments(port)]
    program = dataclasses.replace(
        first, name=f"web-{number}", command=command, log=first.log.with_name(f"web-{number}.log")
    )
    child = children.start(program, records=folder / "children")
    is_open = lambda: probe.is_healthy(port=port)  # noqa: E731 - said once, here
    if not children.wait_until(is_open, children=[child], seconds=bank.READY_SECONDS):
        raise RuntimeError(child.last_words(20))
    return child


def _join(one: bank.Bank) -> None:
    assert one.machines is not None
    os.environ.update(
        one.machines.environment,
        DJANGO_SETTINGS_MODULE="securebank.settings",
        SECUREBANK_STATE_DIR=str(one.where.state),
        SECUREBANK_LOG_LEVEL="WARNING",
    )
    django.setup()
