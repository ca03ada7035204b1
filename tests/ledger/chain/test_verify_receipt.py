"""The program that checks a receipt offline."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from ledger.chain.key_ring import PublishedKey, write_json
from ledger.chain.receipt_checks import Step
from ledger.verify_receipt import main
from tests.ledger.chain.receipt_builder import BANK, GOOD, KEYS, MADE, changed

PROJECT: Final = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The good receipt as a file."""
    path = tmp_path / "receipt.json"
    path.write_bytes(GOOD)
    return path


def test_the_program_needs_neither_the_bank_nor_django(file: Path) -> None:
    script = (
        "import sys, runpy\n"
        f"sys.argv = ['verify_receipt', {str(file)!r}, '--key', {BANK.verifier.vkey!r}]\n"
        "try:\n"
        "    runpy.run_module('ledger.verify_receipt', run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names))\n"
        "    raise\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{script}"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )

    assert done.returncode == 0, done.stderr
    assert "sealed in block 1" in done.stdout
    loaded = set(json.loads(done.stdout.splitlines()[-1].replace("'", '"')))
    assert loaded - {"__main__", "_distutils_hack", "_openssl"} == {
        "_cffi_backend",
        "cryptography",
        "ledger",
    }


def test_the_program_says_what_holds_and_what_does_not(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "--key", BANK.verifier.vkey]) == 0
    assert capsys.readouterr().out.count("ok  ") == len(Step)

    file.write_bytes(changed("shown.amount", "9999.99"))
    assert main([str(file), "--key", BANK.verifier.vkey]) == 1
    assert capsys.readouterr().out == "FAILED  The amount was changed: what is shown is not what was booked.\n"


def test_the_program_takes_the_published_keys_as_a_file(file: Path, tmp_path: Path) -> None:
    for name, text in (("keys.json", json.dumps(write_json(KEYS))), ("keys.txt", f"{KEYS[0].line}\n")):
        (tmp_path / name).write_text(text)
        assert main([str(file), "--key", str(tmp_path / name)]) == 0


@pytest.mark.parametrize("key", ["nowhere", "a+b+c", "", "/", "\x00"])
def test_the_program_asks_for_a_key_that_can_be_read(file: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "--key", key]) == 2
    assert capsys.readouterr().err


def test_the_program_asks_for_a_file_that_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "missing.json"), "--key", BANK.verifier.vkey]) == 2
    assert "missing.json" in capsys.readouterr().err


def test_the_program_reads_no_more_of_a_huge_file_than_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(2**40)

    assert main([str(tmp_path / "huge"), "--key", BANK.verifier.vkey]) == 1
    assert "too large" in capsys.readouterr().out


@pytest.mark.parametrize("until", [None, MADE + timedelta(minutes=5)], ids=["in use", "ended as the block was mined"])
def test_the_program_accepts_a_key_that_was_in_use(file: Path, tmp_path: Path, until: datetime | None) -> None:
    (tmp_path / "keys.txt").write_text(replace(KEYS[0], valid_until=until).line)

    assert main([str(file), "--key", str(tmp_path / "keys.txt")]) == 0


@pytest.mark.parametrize(
    ("begin", "end"),
    [(MADE + timedelta(hours=1), None), (KEYS[0].valid_from, MADE - timedelta(hours=1))],
    ids=["not yet", "no longer"],
)
def test_the_program_refuses_a_key_that_was_not_in_use(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], begin: datetime, end: datetime | None
) -> None:
    (tmp_path / "keys.txt").write_text(PublishedKey(BANK.verifier, begin, end).line)

    assert main([str(file), "--key", str(tmp_path / "keys.txt")]) == 1
    assert "no longer in use" in capsys.readouterr().out
