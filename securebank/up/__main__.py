"""``python -m securebank.up``: the whole bank with one command. ``make run`` calls it."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.status import Status

from securebank.up import bank, children, engines
from securebank.up.errors import CannotStart


class Progress:
    """Shows what is being done, and how long each step took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status = console.status("")
        self._title = ""
        self._began = time.monotonic()

    def tell(self, title: str) -> None:
        """Finish the step at hand and begin another."""
        self.finish()
        self._title, self._began = title, time.monotonic()
        self._status.update(f"{title} …")
        self._status.start()

    def finish(self) -> None:
        """Finish the step at hand."""
        self._status.stop()
        if self._title:
            self._console.print(f"  [green]✓[/] {self._title} [dim]{time.monotonic() - self._began:.1f} s[/]")
        self._title = ""


def main() -> int:
    """Run the bank until it is told to stop; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m securebank.up", description="Start the whole bank.")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")
    if parser.parse_args().with_parent:
        children.die_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    console = Console(highlight=False)
    try:
        return _run(console)
    except CannotStart as refusal:
        console.print(f"[red]SecureBank did not start.[/] {refusal}", markup=True, soft_wrap=True)
        return 1


def _run(console: Console) -> int:
    began = time.monotonic()
    state = Path(os.environ.get("SECUREBANK_STATE_DIR", bank.PROJECT / "var"))
    where = engines.prepare(state)
    port = bank.check_port(os.environ.get("PORT") or "8000")
    bank.check_pace()
    progress = Progress(console)
    running = bank.Bank(where=where, port=port, tell=progress.tell)
    try:
        running.start()
        progress.finish()
        _welcome(console, where.state, port, time.monotonic() - began)
        running.tell = console.print
        console.print(f"[red]{running.watch()}[/]", soft_wrap=True)
    except KeyboardInterrupt:
        progress.finish()
        console.print("Closing the bank …")
        return 0
    finally:
        _ignore_signals()
        running.stop()
    return 1


def _welcome(console: Console, state: Path, port: int, seconds: float) -> None:
    told = state / "demo.txt"
    people = told.read_text(encoding="utf-8").strip() if told.is_file() else ""
    # Browsers tie passkeys to a host's name, and an address is none.
    addresses = f"[bold]http://{bank.HOST}:{port}[/]\n[dim]For passkeys open http://localhost:{port}[/]"
    console.print(Panel(addresses, title="SecureBank is open", expand=False))
    if people:
        console.print(people, markup=False, soft_wrap=True)
    console.print(
        f"[dim]Started in {seconds:.1f} s. Logs: {state / 'log'}. Ctrl-C stops everything.[/]", soft_wrap=True
    )


def _interrupt(number: int, _frame: object) -> None:
    # Once is enough: a second Ctrl-C must not break the orderly end.
    _ignore_signals()
    raise KeyboardInterrupt(number)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
