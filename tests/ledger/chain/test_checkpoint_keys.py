"""The keys that the log signs with: made once, changed, published."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from ledger.chain import key_ring, own_keys
from ledger.chain.key_ring import PUBLIC_FILE, SIGNING_FILE
from ledger.chain.keys import BadKey, Signer

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log's keys, made on the first of January."""
    key_ring.make_missing(tmp_path, name="bank.example/ledger", now=FIRST)
    return tmp_path


def ring_of(folder: Path) -> tuple[key_ring.PublishedKey, ...]:
    return key_ring.read_ring((folder / PUBLIC_FILE).read_text())


def signer_of(folder: Path) -> Signer:
    return Signer.parse((folder / SIGNING_FILE).read_text().strip())


def test_the_first_key_is_made_once_and_for_its_owner_only(folder: Path) -> None:
    before = signer_of(folder).text

    key_ring.make_missing(folder, name="bank.example/ledger", now=LATER)

    assert signer_of(folder).text == before
    assert [(each.verifier, each.valid_from) for each in ring_of(folder)] == [(signer_of(folder).verifier, FIRST)]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_new_key_keeps_the_name_and_the_old_one_stays_published(folder: Path) -> None:
    old = signer_of(folder)

    new = key_ring.rotate(folder, now=LATER)

    first, second = ring_of(folder)
    assert (first.verifier, first.valid_from, first.valid_until) == (old.verifier, FIRST, LATER)
    assert (second.verifier, second.valid_from, second.valid_until) == (new.verifier, LATER, None)
    assert signer_of(folder).text == new.text
    assert new.name == old.name
    assert old.text not in "".join(path.read_text() for path in folder.iterdir())


def test_at_each_moment_one_key_signs(folder: Path) -> None:
    key_ring.rotate(folder, now=LATER)
    ring = ring_of(folder)

    covered = [[each.covers(at) for each in ring] for at in (FIRST, LATER - timedelta(seconds=1), LATER)]

    assert covered == [[True, False], [True, False], [False, True]]


def test_every_published_form_reads_back_the_same(folder: Path) -> None:
    key_ring.rotate(folder, now=LATER)
    ring = ring_of(folder)

    assert key_ring.read_published((folder / PUBLIC_FILE).read_text()) == ring
    assert set(key_ring.read_published(json.dumps(key_ring.write_json(ring)))) == set(ring)
    assert key_ring.read_published(ring[1].verifier.vkey)[0].verifier == ring[1].verifier


@pytest.mark.parametrize(
    "text",
    [
        "what is this",
        "{",
        '{"keys": 5}',
        '{"keys": [{"vkey": "a"}]}',
        '{"keys": ' + "[" * 100_000,
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k 2026-01-01",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k yesterday",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k" + " 2026-01-01T00:00:00Z" * 3,
        "x" * 600_000,
    ],
    ids=range(9),
)
def test_refuses_what_is_no_ring(text: str) -> None:
    with pytest.raises(BadKey):
        key_ring.read_published(text)


@override_settings(CHECKPOINT_KEY="")
def test_a_process_without_the_key_does_not_sign() -> None:
    with pytest.raises(own_keys.NoSigningKey):
        own_keys.signer()


def test_the_banks_own_key_is_published() -> None:
    assert own_keys.signer().verifier in [each.verifier for each in own_keys.published_keys()]


def test_the_command_makes_the_first_key_and_then_new_ones(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    call_command("rotate_checkpoint_key", folder=folder, name="bank.example/ledger", stdout=StringIO())
    call_command("rotate_checkpoint_key", folder=folder, stdout=StringIO())

    assert [each.valid_until is None for each in ring_of(folder)] == [False, True]
    assert ring_of(folder)[1].verifier == signer_of(folder).verifier


def test_the_command_makes_no_first_key_without_a_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--name makes a log's first one"):
        call_command("rotate_checkpoint_key", folder=tmp_path, stdout=StringIO())
