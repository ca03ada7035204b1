"""The processes that read pictures: they break, and nothing else does."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ml.qr.generate.forgery import printed
from qrpay.pictures import children as module
from qrpay.pictures import frames
from qrpay.pictures.children import Child, Children
from qrpay.pictures.errors import PictureRefused, ReadersBusy
from qrpay.pictures.unreadable import Unreadable, Why
from qrpay.pictures.wire import unpacked
from tests.qrpay.pictures import LINK, image_of, mutated, picture_of, saved
from tests.threads import all_at_once


@pytest.fixture
def pool() -> Iterator[Children]:
    """Two readers of this test's own."""
    made = Children(2)
    yield made
    made.close()


def is_alive(pid: int) -> bool:
    """Tell whether a process is there and does something."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").split()[2] != "Z"
    except FileNotFoundError:
        return False


def comes_true(what: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.02)
    return False


def test_reads_one_picture_after_another_with_one_process(pool: Children) -> None:
    texts = [unpacked(pool.ask(picture_of(text))).text for text in ("one", "two", "three")]

    assert texts == ["one", "two", "three"]
    assert len(pool.pids()) == 1


def test_answers_each_thread_with_its_own_picture(pool: Children) -> None:
    texts = [f"code {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda text: unpacked(pool.ask(picture_of(text))).text, texts))

    assert answers == texts
    assert len(pool.pids()) <= 2


def test_starts_no_process_for_what_is_no_picture(pool: Children) -> None:
    with pytest.raises(Unreadable):
        pool.ask(b"<svg/>")

    assert pool.pids() == set()


def test_a_process_that_was_killed_is_replaced(pool: Children) -> None:
    pool.ask(picture_of())
    (first,) = pool.pids()
    os.kill(first, signal.SIGKILL)

    with pytest.raises(PictureRefused) as refusal:
        pool.ask(picture_of())

    assert refusal.value.code == Why.BROKEN
    assert unpacked(pool.ask(picture_of())).text == LINK
    assert first not in pool.pids()


def test_a_process_that_takes_too_long_is_replaced(pool: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.ask(picture_of())
    (first,) = pool.pids()
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr(module, "WALL_SECONDS", 0.2)

    with pytest.raises(PictureRefused):
        pool.ask(picture_of())

    assert not is_alive(first)
    monkeypatch.undo()
    assert unpacked(pool.ask(picture_of())).text == LINK


def test_a_process_makes_room_after_many_pictures(pool: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LIFE", 2)
    pool.ask(picture_of())
    (first,) = pool.pids()

    pool.ask(picture_of())

    assert pool.pids() == set()
    assert not is_alive(first)


def test_says_so_when_all_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    with pytest.raises(ReadersBusy):
        Children(0).ask(picture_of())


def test_the_process_is_bounded_and_knows_nothing_of_the_bank(pool: Children) -> None:
    pool.ask(picture_of())
    (pid,) = pool.pids()

    of_process = Path(f"/proc/{pid}")
    lines = (of_process / "limits").read_text("ascii").splitlines()
    limits = {line[:26].strip(): line[26:].split()[0] for line in lines}
    environment = (of_process / "environ").read_text("ascii")
    assert "psycopg" not in (of_process / "maps").read_text("ascii")
    assert limits["Max address space"] == str(640 * 1024 * 1024)
    assert limits["Max cpu time"].isdigit()
    assert limits["Max file size"] == "0"
    assert "SECUREBANK" not in environment
    assert "DATABASE" not in environment


def test_the_kernel_ends_a_picture_that_takes_too_much(pool: Children) -> None:
    # As a decoder with a fault would: round and round, with the time of one picture.
    script = """
        import resource, sys
        from qrpay.pictures import child
        child._answer = lambda message: [None for _ in iter(int, 1)]
        child.CPU_SECONDS = 1
        child.main()
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdin=theirs.fileno())
        assert frames.receive(ours, longest=100) == frames.READY
        frames.send(ours, b"?picture")

        assert process.wait(60) in (-signal.SIGXCPU, -signal.SIGKILL)


def test_it_ends_with_the_process_that_started_it() -> None:
    script = """
        import os, sys
        from qrpay.pictures.children import Child
        child = Child()
        print(child.pid, flush=True)
        sys.stdin.read()
        os._exit(0)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    assert is_alive(pid)

    process.kill()
    process.communicate()

    assert comes_true(lambda: not is_alive(pid))


def test_a_forked_process_starts_its_own_and_leaves_its_parents_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
        import os
        from django.conf import settings
        settings.configure(QR_READERS=1)
        from qrpay.pictures.children import children
        from qrpay.pictures.wire import unpacked
        from tests.qrpay.pictures import picture_of
        children().ask(picture_of())
        before = children().pids()
        if os.fork() == 0:
            assert unpacked(children().ask(picture_of("in the fork"))).text == "in the fork"
            assert not children().pids() & before
            children().close()
            os._exit(0)
        _, status = os.wait()
        assert status == 0
        assert unpacked(children().ask(picture_of("in the parent"))).text == "in the parent"
        assert children().pids() == before
        print(*before, flush=True)
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)],
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert comes_true(lambda: not is_alive(int(done.stdout)))


def test_mangled_pictures_get_an_answer_or_a_refusal(pool: Children) -> None:
    generator = np.random.default_rng(20)
    image = image_of(printed(LINK, level="L")).resize((200, 200))
    honest = [saved(image, kind) for kind in ("PNG", "JPEG", "WEBP", "GIF")]
    pictures = [mutated(honest[number % 4], generator) for number in range(400)]
    pictures += [generator.bytes(int(size)) for size in generator.integers(1, 3000, 60)]
    heads = [picture[: int(generator.integers(3, 40))] for picture in honest]
    pictures += [head + generator.bytes(400) for head in heads * 15]
    said = []
    for picture in pictures:
        try:
            said.append(unpacked(pool.ask(picture)).text)
        except (Unreadable, PictureRefused) as refusal:
            said.append(str(refusal))

    assert len(said) == len(pictures)
    assert unpacked(pool.ask(picture_of())).text == LINK


def test_a_length_that_is_a_lie_is_not_believed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(frames.LENGTH.pack(2**31))

        with pytest.raises(OSError, match="too long"):
            frames.receive(ours, longest=100)


def test_a_message_that_breaks_off_is_noticed() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(frames.LENGTH.pack(10) + b"half")

        with pytest.raises(OSError, match="broke off"):
            frames.receive(ours, longest=100)


def test_a_machine_without_room_for_a_reader_is_busy(pool: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(ReadersBusy):
        pool.ask(picture_of())

    monkeypatch.undo()
    assert unpacked(pool.ask(picture_of())).text == LINK


def test_all_threads_of_a_process_share_its_readers() -> None:
    assert len(set(all_at_once([module.children] * 8))) == 1


def test_a_child_that_does_not_start_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises((RuntimeError, OSError)):
        Child()
