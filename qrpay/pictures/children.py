"""The children of this process that read pictures: started when needed, replaced when broken, ended with it."""

import atexit
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

from qrpay.pictures import frames
from qrpay.pictures.errors import ReadersBusy, refusal_of
from qrpay.pictures.kinds import kind_of
from qrpay.pictures.limits import WALL_SECONDS
from qrpay.pictures.unreadable import Why

PROJECT: Final = Path(__file__).resolve().parents[2]
# How long somebody waits for a child to be free, and how long a new one may take to be ready.
PATIENCE: Final = 20.0
START_SECONDS: Final = 30.0
# Pictures after which a child makes room for a fresh one: decoders keep what they once took.
LONGEST_LIFE: Final = 2_000

log = structlog.get_logger(__name__)


def _launched(theirs: socket.socket) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "qrpay.pictures.child"],
        stdin=theirs.fileno(),
        cwd=PROJECT,
        # Nothing of the bank's own goes there, keys above all.
        env={"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )


class Child:
    """One process that reads pictures."""

    def __init__(self) -> None:
        self._link, theirs = socket.socketpair()
        self.pictures = 0
        try:
            with theirs:
                self._process = _launched(theirs)
        except OSError:
            self._link.close()
            raise
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        try:
            is_ready = self._received(START_SECONDS) == frames.READY
        except OSError:
            self.end()
            raise
        if not is_ready:
            self.end()
            raise RuntimeError("the process that reads pictures does not start")

    @property
    def pid(self) -> int:
        """Return its process id."""
        number: int = self._process.pid
        return number

    def ask(self, picture: bytes) -> bytes:
        """Return its answer.

        Raises:
            OSError: it broke, or took too long (``TimeoutError``); it can't be used any more.
        """
        self.pictures += 1
        self._link.settimeout(WALL_SECONDS)
        frames.send(self._link, b"?" + picture)
        answer = self._received(WALL_SECONDS)
        if not answer:
            raise ConnectionResetError("the child ended")
        return answer

    def _received(self, seconds: float) -> bytes:
        return frames.receive(self._link, longest=frames.LONGEST_ANSWER, until=time.monotonic() + seconds)

    def end(self) -> None:
        """End it now and wait until it has."""
        self._link.close()
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        """Let go of it in a process that was forked from its parent's."""
        self._link.close()
        # Not this process's child: there is nothing to wait for, and nothing to be told about it.
        self._process.returncode = 0


class Children:
    """A few of them, shared by all threads of a process."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._alive: set[Child] = set()
        # A place is a child, or nothing yet; the one used last is taken first, so that few are started.
        self._places: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(most):
            self._places.put(None)

    def ask(self, picture: bytes) -> bytes:
        """Return what a child says about a picture: a message of ``wire``.

        Raises:
            Unreadable: the file is no picture; no child was asked.
            PictureRefused: the picture broke a child, or took it too long.
            ReadersBusy: all children have been busy for a while.
        """
        kind_of(picture)
        try:
            child = self._places.get(timeout=PATIENCE)
        except queue.Empty as nobody:
            raise ReadersBusy from nobody
        try:
            child = child or self._started()
            answer = child.ask(picture)
        except OSError as failure:
            # Its place is free for a new one.
            self._end(child)
            child = None
            log.warning("picture_reader_broken", reason=type(failure).__name__)
            raise refusal_of(Why.BROKEN) from failure
        finally:
            self._places.put(self._kept(child))
        return answer

    def _started(self) -> Child:
        try:
            child = Child()
        except OSError as failure:
            # This machine has no room for one now: no fault of the picture's.
            log.warning("picture_reader_not_started", reason=type(failure).__name__)
            raise ReadersBusy from failure
        with self._lock:
            self._alive.add(child)
        return child

    def _kept(self, child: Child | None) -> Child | None:
        if child is None or child.pictures < LONGEST_LIFE:
            return child
        self._end(child)
        return None

    def _end(self, child: Child | None) -> None:
        if child is None:
            return
        with self._lock:
            self._alive.discard(child)
        child.end()

    def pids(self) -> set[int]:
        """Return the process ids of those alive."""
        with self._lock:
            return {child.pid for child in self._alive}

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            ended, self._alive = self._alive, set()
        for child in ended:
            child.end()

    def forget(self) -> None:
        """Let go of all of them, after a fork."""
        for child in self._alive:
            child.forget()


class _Process:
    """What one process of the bank has."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.children: Children | None = None


_process: Final = _Process()


def children() -> Children:
    """Return this process's own."""
    with _process.lock:
        if _process.children is None:
            _process.children = Children(settings.QR_READERS)
            atexit.register(_process.children.close)
        return _process.children


def _after_fork() -> None:
    """A forked process starts its own: two that share a socket would read each other's answers."""
    inherited = _process.children
    # Whoever held the lock is not in this process.
    _process.lock, _process.children = threading.Lock(), None
    if inherited is not None:
        atexit.unregister(inherited.close)
        inherited.forget()


os.register_at_fork(after_in_child=_after_fork)
