"""The search that steps back for payments."""

import dataclasses
import os
import subprocess
import sys
from typing import Any

import pytest

from ledger.chain import headers, spare
from tests.ledger.chain.test_headers import HEADER

PREFIX = HEADER.prefix


def never() -> bool:
    return False


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the processes that are started are to do."""
    seen: list[str] = []
    start = subprocess.Popen

    def noted(command: list[str], **options: Any) -> Any:
        seen.append(command[3])
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)
    return seen


def test_the_search_finds_what_the_plain_one_finds() -> None:
    assert spare.search(PREFIX, 3, is_cancelled=never) == headers.search(PREFIX, 3, is_cancelled=never)


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="Linux has this class of processes")
def test_the_process_steps_back_before_it_does_anything() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{spare.STEP_BACK}print(os.sched_getscheduler(0) == os.SCHED_IDLE)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "True\n"


def test_a_process_that_may_not_step_back_so_far_is_nice() -> None:
    refuses = "import os\ndef no(*_): raise PermissionError\nos.sched_setscheduler = no\n"

    told = subprocess.run(
        [sys.executable, "-c", f"{refuses}{spare.STEP_BACK}print(os.nice(0))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "19\n"


def test_a_search_that_gets_no_time_goes_on_as_an_equal(monkeypatch: pytest.MonkeyPatch, scripts: list[str]) -> None:
    monkeypatch.setattr(spare, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr(spare, "LOOK_SECONDS", 0)

    nonce = spare.search(PREFIX, 4, is_cancelled=never)

    assert nonce is not None
    assert nonce >= spare.FAR
    assert headers.has_work(dataclasses.replace(HEADER, nonce=nonce).hash, 4)
    assert [spare.STEP_BACK in each for each in scripts] == [True, False]


def test_a_cancelled_search_ends_its_process(scripts: list[str]) -> None:
    assert spare.search(PREFIX, headers.HARDEST, is_cancelled=lambda: True) is None
    assert len(scripts) == 1


def test_a_search_whose_process_dies_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare, "SEARCH", "raise SystemExit(3)")

    with pytest.raises(spare.SearchFailed, match="ended with 3"):
        spare.search(PREFIX, 4, is_cancelled=never)


def test_a_process_whose_parent_has_ended_ends_too(capsys: pytest.CaptureFixture[str]) -> None:
    spare.main(["1" if os.getppid() != 1 else "2", PREFIX.hex(), str(headers.HARDEST), "0"])

    assert capsys.readouterr().out == ""


def test_the_process_needs_no_installed_package() -> None:
    script = (
        "import sys; import ledger.chain.spare;"
        " print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    )

    told = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=spare.ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout == "['__main__', 'ledger']\n"
