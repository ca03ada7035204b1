"""The whole bank on one machine: engines, web server and worker, started in order and watched."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from securebank import environment as env
from securebank.up import attach, children, engines, keys, places, probe
from securebank.up.errors import CannotStart

PROJECT: Final = Path(__file__).resolve().parent.parent.parent
HOST: Final = "127.0.0.1"
WATCH_SECONDS: Final = 0.25
READY_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 30.0
# Payments a second of the demo's invented customers.
PACE: Final = 0.3

Tell = Callable[[str], None]


@dataclass(slots=True)
class Bank:
    """A bank that runs, or is on its way.

    Attributes:
        where: the folders it uses.
        port: where its site is.
        tell: shows one line to the person at the terminal.
    """

    where: places.Places
    port: int
    tell: Tell
    machines: engines.Engines | None = None
    web: children.Child | None = None
    worker: children.Child | None = None
    restarts: int = 0
    restart_at: float = field(default=0.0)

    def start(self) -> None:
        """Start everything and wait until a customer can be served.

        Raises:
            CannotStart: something is missing, taken, or died on the way.
        """
        keys.make_missing(self.where.state / "keys")
        (self.where.state / "static").mkdir(exist_ok=True)
        self.tell("Starting PostgreSQL and Valkey")
        self.machines = engines.start(self.where)
        environment = self._environment(self.machines.environment)
        self._prepare(environment)
        attach.publish(self.where.state, environment)
        self.tell("Opening the doors")
        ready = self.where.state / "worker.ready"
        ready.unlink(missing_ok=True)
        self.worker = self._run("worker", ["securebank.up.worker", str(ready)], environment)
        self.web = self._run("web", web_arguments(self.port), environment)
        is_open = lambda: ready.exists() and probe.is_healthy(port=self.port)  # noqa: E731 - said once, here
        if not children.wait_until(is_open, children=[self.web, self.worker], seconds=READY_SECONDS):
            blamed = next((each for each in (self.web, self.worker) if not each.is_running()), self.web)
            raise CannotStart(f"The {blamed.program.name} process did not start:\n{blamed.last_words(20)}")

    def watch(self) -> str:
        """Return when something that the bank can't do without has died, and say what."""
        while True:
            time.sleep(WATCH_SECONDS)
            for child in [*(self.machines.processes if self.machines else []), self.web]:
                if child is not None and not child.is_running():
                    name, code = child.program.name, child.process.returncode
                    return (
                        f"{name} ended by itself (code {code}). The end of {child.program.log}:\n{child.last_words()}"
                    )
            self._mind_worker()

    def stop(self) -> None:
        """Stop every child: doors first, engines last."""
        attach.withdraw(self.where.state)
        for child in (self.web, self.worker):
            if child is not None and child.is_running():
                child.process.send_signal(child.program.stop_signal)
        for child in (self.web, self.worker):
            if child is not None:
                child.stop()
        if self.machines is not None:
            self.machines.stop()

    def _mind_worker(self) -> None:
        """Start a dead worker again, each time after a longer pause: payments go on without it."""
        if self.worker is None or self.worker.is_running():
            return
        now = time.monotonic()
        if self.restart_at == 0.0:
            pause = min(2.0**self.restarts, LONGEST_PAUSE_SECONDS)
            self.tell(f"The worker ended (code {self.worker.process.returncode}); starting another in {pause:.0f} s")
            self.restart_at = now + pause
        elif now >= self.restart_at:
            self.restarts, self.restart_at = self.restarts + 1, 0.0
            self.worker = children.start(self.worker.program, records=self.where.state / "children")

    def _prepare(self, environment: Mapping[str, str]) -> None:
        log = self.where.state / "log" / "prepare.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "securebank.up.prepare"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=PROJECT,
                env=environment,
                text=True,
            )
            try:
                for line in process.stdout or ():
                    self.tell(line.strip())
                process.wait()
            finally:
                # Told to stop meanwhile: what it has not committed is done again at the next start.
                process.kill()
                process.communicate()
        if process.returncode != 0:
            raise CannotStart(f"Preparing the bank failed. The end of {log}:\n{log.read_text('utf-8')[-3000:]}")

    def _environment(self, urls: Mapping[str, str]) -> dict[str, str]:
        chosen = {
            "DJANGO_SETTINGS_MODULE": "securebank.settings",
            "SECUREBANK_DEMO": "1",
            "SECUREBANK_SIMULATE": str(PACE),
            "SECUREBANK_ORIGIN": f"http://{HOST}:{self.port}",
        }
        return {**chosen, **os.environ, **urls, "SECUREBANK_STATE_DIR": str(self.where.state)}

    def _run(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> children.Child:
        program = children.Program(
            name=name,
            command=[sys.executable, "-m", *arguments],
            log=self.where.state / "log" / f"{name}.log",
            environment=environment,
            folder=PROJECT,
        )
        return children.start(program, records=self.where.state / "children")


def web_arguments(port: int) -> list[str]:
    """Return how the web server is called; its own access log is off, since ours carries the request ids."""
    return ["daphne", "-b", HOST, "-p", str(port), "-v", "0", "--no-server-name", "securebank.asgi:application"]


def check_pace() -> None:
    """Say why the pace of the demo's invented customers can't be as the environment has it."""
    try:
        env.pace("SECUREBANK_SIMULATE", PACE)
    except env.WrongSetting as refusal:
        raise CannotStart(f"{refusal}.") from None


def check_port(written: str) -> int:
    """Return the port to serve on, or say why it can't be."""
    if not written.isascii() or not written.isdigit() or not 0 < int(written) < 2**16:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not '{written}'.")
    port = int(written)
    with socket.socket(socket.AF_INET) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except PermissionError:
            raise CannotStart(f"Port {port} is reserved for the administrator; choose one from 1024 on.") from None
        except OSError:
            raise CannotStart(f"Port {port} is taken. Choose another: make run PORT={port + 1}") from None
    return port
