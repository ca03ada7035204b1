"""A witness signs what follows from what it has seen, and shows who rewrote history."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import merkle, mining, notes
from ledger.chain.key_ring import PublishedKey
from ledger.chain.keys import SignatureKind, Signer
from ledger.chain.notes import BadSignature, Checkpoint, Note, NotSigned
from ledger.chain.own_keys import published_keys
from ledger.chain.witness import BadExport, Export, Fork, NotGrown, read_export, witness, write_export
from ledger.witness_checkpoint import main
from tests.factories import BankAccountFactory, fund

LOG: Final = Signer("bank.example/ledger", bytes([3]) * 32)
WITNESS: Final = Signer("witness.example/w", bytes([7]) * 32, SignatureKind.COSIGNATURE)
KEYS: Final = (PublishedKey(LOG.verifier, datetime(2026, 1, 1, tzinfo=UTC)),)
TRUE: Final = [merkle.leaf_hash(bytes([n])) for n in range(32)]
# The same up to the fifth booking; that one was changed.
FALSE: Final = [*TRUE[:4], merkle.leaf_hash(b"forged"), *TRUE[5:]]


def signed(size: int, leaves: Sequence[bytes] = TRUE, signer: Signer = LOG) -> Note:
    return notes.sign(Checkpoint(LOG.name, size, merkle.root(leaves[:size])).text, signer)


def export(old: int, new: int, leaves: Sequence[bytes] = TRUE, signer: Signer = LOG) -> Export:
    return Export(signed(new, leaves, signer), old, tuple(merkle.consistency_path(leaves[:new], old)))


def ask(given_export: Export, *known: Note) -> Note:
    return witness(given_export, known=known, keys=KEYS, signer=WITNESS, time=1_800_000_000)


@given(sizes=st.tuples(st.integers(1, 32), st.integers(1, 32)).map(sorted))
def test_cosigns_a_log_that_only_grew(sizes: list[int]) -> None:
    old, new = sizes

    note = ask(export(old, new), signed(old))

    assert [each.time for each in notes.verify(note, [LOG.verifier, WITNESS.verifier])] == [None, 1_800_000_000]


def test_cosigns_the_first_checkpoint_that_it_sees() -> None:
    assert len(ask(export(0, 7)).signatures) == 2


@given(sizes=st.tuples(st.integers(5, 31), st.integers(6, 32)).filter(lambda pair: pair[0] < pair[1]))
def test_refuses_a_rewritten_history_and_names_both_notes(sizes: tuple[int, int]) -> None:
    old, new = sizes
    before = signed(old)

    with pytest.raises(Fork, match="rewritten") as fork:
        ask(export(old, new, FALSE), before)

    assert fork.value.notes == (before, signed(new, FALSE))


def test_refuses_a_second_state_of_the_same_size() -> None:
    with pytest.raises(Fork, match="two different histories of 7 bookings") as fork:
        ask(export(7, 7, FALSE), signed(7))

    assert fork.value.notes == (signed(7), signed(7, FALSE))


def test_finds_a_contradiction_with_any_checkpoint_that_it_knows() -> None:
    with pytest.raises(Fork):
        ask(export(9, 9, FALSE), signed(9), signed(12))


@pytest.mark.parametrize(
    ("asked", "known", "sentence"),
    [
        (export(5, 7), (signed(9),), "had 9 bookings before and has 7 now"),
        (export(0, 9), (signed(7),), "must begin with 7 bookings, not with 0"),
        (export(5, 9), (signed(5), signed(7)), "must begin with 7 bookings, not with 5"),
        (export(5, 9), (), "must begin with 0 bookings"),
        (replace(export(0, 9), path=(bytes(32),)), (), "needs no proof"),
    ],
    ids=["shorter", "no proof", "from too early", "from nowhere", "proof of nothing"],
)
def test_asks_for_the_right_proof(asked: Export, known: tuple[Note, ...], sentence: str) -> None:
    with pytest.raises(NotGrown, match=sentence):
        ask(asked, *known)


@pytest.mark.parametrize("path", [(), (bytes(32),), (bytes(32),) * 4], ids=range(3))
def test_a_wrong_proof_is_no_proof(path: tuple[bytes, ...]) -> None:
    with pytest.raises(Fork, match="or the proof is wrong"):
        ask(replace(export(7, 9), path=path), signed(7))


def test_refuses_what_the_log_has_not_signed() -> None:
    stranger = Signer(LOG.name, bytes([8]) * 32)

    with pytest.raises(NotSigned):
        ask(export(0, 7, signer=stranger))


def test_refuses_when_its_own_memory_was_changed() -> None:
    before = signed(7)
    changed = replace(before, text=signed(7, FALSE).text)

    with pytest.raises(BadSignature):
        ask(export(7, 9), changed)


def test_what_is_exported_reads_back() -> None:
    assert read_export(write_export(export(5, 9))) == export(5, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "5",
        "{}",
        "[" * 100_000,
        "x" * 300_000,
        write_export(export(5, 9)).replace("checkpoint/v1", "checkpoint/v2"),
        write_export(export(5, 9)).replace('"old_size": 5', '"old_size": "5"'),
        write_export(export(5, 9)).replace('"old_size": 5', '"old_size": true'),
        write_export(export(5, 9)).replace('"old_size": 5', '"old_size": -1'),
        write_export(export(5, 9)).replace('"old_size": 5', '"old_size": 10'),
        json.dumps(json.loads(write_export(export(5, 9))) | {"path": ["?"]}),
        json.dumps(json.loads(write_export(export(5, 9))) | {"path": ["AA=="] * 200}),
        json.dumps(json.loads(write_export(export(5, 9))) | {"checkpoint": "no note"}),
        json.dumps(json.loads(write_export(export(5, 9))) | {"checkpoint": 5}),
    ],
    ids=range(16),
)
def test_refuses_what_is_no_export(text: str) -> None:
    with pytest.raises(BadExport):
        read_export(text)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    """The other party's folder, and its program."""
    arguments = ["--seen", str(tmp_path / "seen"), "--log-keys", LOG.verifier.vkey, "--key", str(tmp_path / "own")]

    def run(given_export: Export) -> int:
        (tmp_path / "export").write_text(write_export(given_export))
        return main([str(tmp_path / "export"), *arguments, "--name", "witness.example/w"])

    return run


def test_the_program_remembers_what_it_signed(desk: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [desk(export(0, 5)), desk(export(5, 9)), desk(export(9, 9))] == [0, 0, 0]
    assert len((tmp_path / "seen").read_text().splitlines()) == 3
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o600
    capsys.readouterr()

    assert desk(export(9, 12, FALSE)) == 1

    told = capsys.readouterr().err
    assert "rewritten" in told
    assert str(signed(12, FALSE)) in told
    assert signed(9).text in told
    assert len((tmp_path / "seen").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [("own", LOG.text), ("own", "nonsense"), ("seen", "nonsense"), ("seen", "5\n"), ("seen", '"no note"\n')],
    ids=range(5),
)
def test_the_program_refuses_files_that_it_can_not_read(
    desk: Any, tmp_path: Path, name: str, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(content)

    assert desk(export(0, 5)) == 2
    assert capsys.readouterr().out == ""


def test_the_program_needs_no_django(tmp_path: Path) -> None:
    script = "import sys, ledger.witness_checkpoint\nprint('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


@pytest.mark.django_db
def test_the_banks_own_export_is_cosigned_and_grows(tmp_path: Path, settings: Any) -> None:
    settings.CHAIN_DIFFICULTY = 1
    account = BankAccountFactory.create()
    (tmp_path / "keys").write_text("".join(f"{each.line}\n" for each in published_keys()))
    arguments = {
        "seen": str(tmp_path / "seen"),
        "log_keys": str(tmp_path / "keys"),
        "key": str(tmp_path / "own"),
        "name": "witness.example/w",
    }
    size = 0
    for _ in range(3):
        fund(account, 100)
        mining.mine_pending()
        call_command("export_checkpoint", f"--from={size}", out=tmp_path / "export")
        call_command("witness_checkpoint", str(tmp_path / "export"), **arguments)
        size = Checkpoint.parse(read_export((tmp_path / "export").read_text()).note.text).tree_size

    assert len((tmp_path / "seen").read_text().splitlines()) == 3


@pytest.mark.django_db
def test_an_empty_log_exports_nothing() -> None:
    with pytest.raises(CommandError, match="Not sealed in a block yet"):
        call_command("export_checkpoint", stdout=StringIO())
