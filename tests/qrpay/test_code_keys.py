"""Keys are made, rotated, published, and worn out; signed codes are checked by anybody."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from qrpay import check_code
from qrpay.codes.keys import KeyRing
from qrpay.constants import COUNTERS, SEALS_A_COUNTER, SEALS_A_KEY
from qrpay.errors import CodeMissing, NoSealingKey
from qrpay.models import Code, SealCount
from qrpay.services import codes, keys
from tests.qrpay.conftest import Issue

FILE = "securebank_qr_keys"


def ring_in(folder: Path) -> KeyRing:
    return KeyRing.parse((folder / FILE).read_text())


def test_a_rotated_key_seals_and_the_earlier_ones_stay(tmp_path: Path) -> None:
    call_command("rotate_qr_keys", "--folder", tmp_path, "--first", verbosity=0)
    first = ring_in(tmp_path)
    call_command("rotate_qr_keys", "--folder", tmp_path, verbosity=0)
    second = ring_in(tmp_path)

    assert [key.key_id for key in second.keys] == [1, 2]
    assert second.keys[0] == first.newest
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_rotating_never_replaces_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("rotate_qr_keys", "--folder", tmp_path)
    (tmp_path / FILE).write_text("no ring")
    for first in ([], ["--first"]):
        with pytest.raises(CommandError):
            call_command("rotate_qr_keys", "--folder", tmp_path, *first)
    assert (tmp_path / FILE).read_text() == "no ring"


@pytest.mark.django_db
def test_a_worn_out_key_seals_no_more(issue: Issue) -> None:
    newest = keys.ring().newest.key_id
    SealCount.objects.bulk_create(
        SealCount(key_id=newest, counter=counter, seals=SEALS_A_COUNTER) for counter in range(COUNTERS)
    )

    with pytest.raises(NoSealingKey):
        issue()

    assert not Code.objects.exists()
    with override_settings(QR_KEYS=keys.ring().rotated().text):
        issue()


@pytest.mark.django_db
def test_every_seal_is_counted(issue: Issue) -> None:
    for scheme in ("sealed", "sealed", "signed", "upi"):
        issue(scheme=scheme)

    assert sum(SealCount.objects.values_list("seals", flat=True)) == 2
    assert COUNTERS * SEALS_A_COUNTER == SEALS_A_KEY


@pytest.mark.django_db
def test_a_process_without_keys_says_so(issue: Issue) -> None:
    with override_settings(QR_KEYS=""), pytest.raises(NoSealingKey):
        issue()


@pytest.fixture
def published(client: Client, tmp_path: Path) -> Path:
    """The bank's keys, as anybody may keep them."""
    path = tmp_path / "keys.json"
    path.write_bytes(client.get("/.well-known/securebank-qr-keys").content)
    return path


@pytest.mark.django_db
def test_a_signed_code_is_checked_with_the_published_keys_alone(
    issue: Issue, published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = issue(scheme="signed").payload

    assert check_code.main([code, "--keys", str(published)]) == check_code.SIGNED
    assert "100.00 INR to account" in capsys.readouterr().out
    assert check_code.main([code[:-3] + "000", "--keys", str(published)]) == check_code.NOT_SIGNED
    assert check_code.main([issue().payload, "--keys", str(published)]) == check_code.NOT_SIGNED


@pytest.mark.parametrize("content", [b"", b"{}", b'{"keys": []}', b'{"keys": [{"algorithm": "Ed25519"}]}', b"\xff"])
def test_files_without_keys_are_a_wrong_call(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)

    assert check_code.main(["SBS1:", "--keys", str(path)]) == check_code.WRONG_CALL


@pytest.mark.django_db
def test_what_is_published_holds_no_secret(published: Path) -> None:
    document: Any = json.loads(published.read_text())

    assert [set(row) for row in document["keys"]] == [{"id", "algorithm", "public_key"}] * len(keys.ring().keys)
    assert not any(key.secret.hex() in published.read_text() for key in keys.ring().keys)
    assert settings.QR_KEYS


@pytest.mark.django_db
def test_a_code_is_taken_back_once_and_by_its_owner(issue: Issue, asha: Any, ben: Any) -> None:
    code = issue()

    with pytest.raises(CodeMissing):
        codes.withdraw(owner=asha, code_id=code.id)
    first = codes.withdraw(owner=ben, code_id=code.id).withdrawn_at
    assert codes.withdraw(owner=ben, code_id=code.id).withdrawn_at == first
