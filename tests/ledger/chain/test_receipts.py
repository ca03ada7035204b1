"""A receipt proves what it shows, and nothing else passes for one."""

import base64
import hashlib
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.key_ring import PublishedKey, write_json
from ledger.chain.keys import Signer
from ledger.chain.receipt_checks import (
    OTHER_DECIMALS,
    PROVEN,
    USUAL_DECIMALS,
    Question,
    ReceiptRefused,
    Step,
    steps,
)
from ledger.chain.receipts import LONGEST_RECEIPT, BadReceipt, read_receipt, write_receipt
from ledger.verify_receipt import main
from securebank.kernel.money import EXPONENTS
from tests.ledger.chain.receipt_builder import BANK, KEYS, MADE, checkpoint_of, make_receipt, mined, shown_of

NOW: Final = MADE + timedelta(days=1)
GOOD: Final = write_receipt(make_receipt())
PROJECT: Final = Path(__file__).resolve().parents[3]
Change = Callable[[dict[str, Any]], None]


def check(content: bytes, *, keys: tuple[PublishedKey, ...] = KEYS, now: datetime = NOW) -> list[Step]:
    return list(steps(Question(read_receipt(content), keys, now)))


def written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def changed(path: str, value: Any) -> bytes:
    """Return the good receipt with one value changed, written as the bank writes."""
    document = json.loads(GOOD)
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place[name]
    place[last] = value
    return written(document)


@pytest.mark.parametrize("opened", ["debit", "credit", "both"])
@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (7, 4), (7, 6), (8, 5), (100, 99)])
def test_every_step_of_a_good_receipt_holds(size: int, index: int, opened: str) -> None:
    assert check(write_receipt(make_receipt(size=size, index=index, opened=opened))) == list(Step)


def test_the_same_receipt_is_the_same_file() -> None:
    assert write_receipt(read_receipt(GOOD)) == GOOD


def test_each_step_has_a_sentence() -> None:
    assert set(PROVEN) == set(Step)


def test_knows_the_decimals_of_every_currency_of_the_bank() -> None:
    assert {name: OTHER_DECIMALS.get(name, USUAL_DECIMALS) for name in EXPONENTS} == EXPONENTS


def test_an_independent_reader_comes_to_the_same() -> None:
    """Check with nothing but hashes, bytes and the signature: none of the bank's own code."""
    found = json.loads(GOOD)

    def number(text: str) -> bytes:
        return struct.pack(">q", int(text))

    def packed(*parts: bytes) -> bytes:
        return b"".join(struct.pack(">I", len(part)) + part for part in parts)

    opening = found["sides"]["debit"]["opening"]
    side = packed(*(number(opening[name]) for name in ("account_id", "shard", "version", "balance_after_minor")))
    commitment = hashlib.sha256(b"securebank/side/v1" + bytes.fromhex(opening["salt"]) + side).hexdigest()
    assert commitment == found["sides"]["debit"]["commitment"]

    booked = found["booking"]
    leaf = packed(
        b"securebank/booking/v1",
        number(booked["entry_id"]),
        bytes.fromhex(booked["client_id"].replace("-", "")),
        booked["entry_type"].encode(),
        booked["currency"].encode(),
        number(booked["amount_minor"]),
        number(booked["posted_at_us"]),
        b"",
        b"",
        b"",
        bytes.fromhex(found["sides"]["debit"]["commitment"]),
        bytes.fromhex(found["sides"]["credit"]["commitment"]),
    )
    climbing = hashlib.sha256(b"\x00" + leaf).digest()
    assert climbing.hex() == found["leaf"]["hash"]

    # Leaf 4 of 7: with 5 to (4, 5), with 6 to the right half, with the left half to the root.
    fifth, sixth, left = map(bytes.fromhex, found["proof"]["path"])
    climbing = hashlib.sha256(b"\x01" + climbing + fifth).digest()
    climbing = hashlib.sha256(b"\x01" + climbing + sixth).digest()
    climbing = hashlib.sha256(b"\x01" + left + climbing).digest()
    text, _gap, line = found["checkpoint"].rpartition("\n\n")
    block = f"block 1 {found['block']['hash']}"
    assert text.split("\n") == ["bank.example/ledger", "7", base64.b64encode(climbing).decode(), block]

    signature = base64.b64decode(line.strip().split(" ")[-1])
    public = BANK.verifier.public_key
    assert signature[:4] == hashlib.sha256(b"bank.example/ledger\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], f"{text}\n".encode())


@pytest.mark.parametrize(
    ("path", "value", "step", "sentence"),
    [
        ("shown.amount", "9250.54", Step.SHOWN, "The amount was changed"),
        ("shown.amount", "125.054", Step.SHOWN, "The amount was changed"),
        ("shown.currency", "USD", Step.SHOWN, "The amount was changed"),
        ("shown.transaction", "0190abcd-0000-7000-8000-000000000000", Step.SHOWN, "names another transaction"),
        ("shown.booked_at", "2026-09-22T13:33:20.000004Z", Step.SHOWN, "The time was changed"),
        ("shown.direction", "in", Step.SHOWN, "The direction was changed"),
        ("sides.debit.opening.balance_after_minor", "999999", Step.SIDES, "The side of your account was changed"),
        ("sides.debit.opening.salt", "00" * 16, Step.SIDES, "The side of your account was changed"),
        ("sides.debit.opening.salt", "00", Step.SIDES, "The side of your account was changed"),
        ("sides.debit.commitment", "00" * 32, Step.SIDES, "The side of your account was changed"),
        ("sides.credit.commitment", "00" * 32, Step.LEAF, "The booking was changed"),
        ("sides.credit.commitment", "00", Step.LEAF, "values that no booking can have"),
        ("booking.entry_id", "7", Step.LEAF, "The booking was changed"),
        ("booking.entry_type", "refund", Step.LEAF, "The booking was changed"),
        ("booking.reverses_id", "7", Step.LEAF, "The booking was changed"),
        ("booking.hold_id", "7", Step.LEAF, "The booking was changed"),
        ("booking.batch_id", "0190abcd-0000-7000-8000-000000000000", Step.LEAF, "The booking was changed"),
        ("leaf.hash", "00" * 32, Step.LEAF, "The booking was changed"),
        ("leaf.index", "3", Step.INCLUSION, "The proof is wrong"),
        ("leaf.index", "7", Step.INCLUSION, "The proof is wrong"),
        ("leaf.index", "-1", Step.INCLUSION, "The proof is wrong"),
        ("proof.tree_size", "8", Step.CHECKPOINT, "The proof was changed"),
        ("proof.path", [], Step.INCLUSION, "The proof is wrong"),
        ("proof.path", ["00" * 32] * 3, Step.INCLUSION, "The proof is wrong"),
        ("proof.path", ["00"] * 3, Step.INCLUSION, "The proof is wrong"),
        ("proof.path", ["00" * 32] * 64, Step.INCLUSION, "The proof is wrong"),
        ("checkpoint", "", Step.CHECKPOINT, "The checkpoint was changed"),
        ("checkpoint", "bank.example/ledger\n7\n", Step.CHECKPOINT, "The checkpoint was changed"),
        ("block.nonce", "1", Step.BLOCK, "The block was changed"),
        ("block.difficulty", "13", Step.BLOCK, "The block was changed"),
        ("block.difficulty", "0", Step.BLOCK, "The block was changed"),
        ("block.difficulty", "256", Step.BLOCK, "The block was changed"),
        ("block.height", "-1", Step.BLOCK, "The block was changed"),
        ("block.height", "2", Step.BLOCK, "The block was changed"),
        ("block.mined_at_us", "1790000006000000", Step.BLOCK, "The block was changed"),
        ("block.log_root", "00" * 32, Step.BLOCK, "The block was changed"),
        ("block.hash", "00" * 32, Step.BLOCK, "The block was changed"),
    ],
)
def test_names_what_was_changed(path: str, value: Any, step: Step, sentence: str) -> None:
    with pytest.raises(ReceiptRefused, match=sentence) as refusal:
        check(changed(path, value))

    assert refusal.value.step is step


@given(place=st.integers(0, len(GOOD) - 1), bit=st.integers(0, 7))
def test_no_flipped_bit_passes_but_in_names_and_note(place: int, bit: int) -> None:
    forged = bytearray(GOOD)
    forged[place] ^= 1 << bit
    content = bytes(forged)

    try:
        held = check(content)
    except (BadReceipt, ReceiptRefused):
        return

    # The vkey only says where to look; names and note are the bank's word.
    unproven = {"shown": {"from": "", "to": "", "note": ""}, "key": ""}
    documents = [json.loads(each) for each in (content, GOOD)]
    for document in documents:
        document["shown"] |= unproven["shown"]
        document["key"] = ""
    assert documents[0] == documents[1], held


@given(length=st.integers(0, len(GOOD) - 1))
def test_a_cut_off_file_is_called_so(length: int) -> None:
    with pytest.raises(BadReceipt) as refusal:
        check(GOOD[:length])

    # Without its last line's end it is whole, but not the bank's file; without anything it is nothing.
    assert any(word in str(refusal.value) for word in ("ends too early", "not written as", "not text"))


def test_a_forged_block_of_another_log_is_refused() -> None:
    receipt = make_receipt()
    other = mined(replace(receipt.block, log_root=bytes(32)))

    with pytest.raises(ReceiptRefused, match="does not seal the log"):
        check(write_receipt(replace(receipt, block=other, block_hash=other.hash)))


@pytest.mark.parametrize(("first", "count"), [(5, 2), (0, 4), (4, 2), (2**62, 2**62)])
def test_a_block_that_does_not_seal_the_booking_is_refused(first: int, count: int) -> None:
    receipt = make_receipt()
    other = mined(replace(receipt.block, first_leaf=first, leaf_count=count))
    forged = replace(receipt, block=other, block_hash=other.hash, checkpoint=checkpoint_of(other))

    with pytest.raises(ReceiptRefused, match="not among those that it seals"):
        check(write_receipt(forged))


def test_a_block_that_the_checkpoint_does_not_name_is_refused() -> None:
    receipt = make_receipt()
    other = mined(replace(receipt.block, previous_hash=bytes([1]) * 32))

    with pytest.raises(ReceiptRefused, match="the checkpoint does not name it"):
        check(write_receipt(replace(receipt, block=other, block_hash=other.hash)))


def test_another_key_is_refused() -> None:
    other = Signer("bank.example/ledger", bytes([9]) * 32)

    with pytest.raises(ReceiptRefused, match="signed with another key than the one that you trust"):
        check(GOOD, keys=(PublishedKey(other.verifier, MADE),))


def test_a_key_of_another_log_is_refused() -> None:
    stranger = Signer("other.example/ledger", bytes([9]) * 32)
    receipt = make_receipt()
    text = receipt.checkpoint.rpartition("\n\n")[0] + "\n"
    forged = replace(receipt, checkpoint=f"{text}\n{_line(stranger, text)}")

    with pytest.raises(ReceiptRefused, match="belongs to another log"):
        check(write_receipt(forged), keys=(PublishedKey(stranger.verifier, MADE),))


def _line(signer: Signer, text: str) -> str:
    payload = signer.verifier.key_id + signer.sign(text.encode())
    return f"\u2014 {signer.name} {base64.b64encode(payload).decode()}\n"


def test_a_changed_signature_is_refused() -> None:
    receipt = make_receipt()
    text = receipt.checkpoint.rpartition("\n\n")[0] + "\n"
    forged = replace(receipt, checkpoint=f"{text}\n{_line(BANK, text + 'more')}")

    with pytest.raises(ReceiptRefused, match="The bank's signature is not right"):
        check(write_receipt(forged))


@pytest.mark.parametrize(
    "before",
    [timedelta(minutes=20), timedelta(days=400)],
    ids=["just before", "long before"],
)
def test_a_checkpoint_from_the_future_is_refused(before: timedelta) -> None:
    with pytest.raises(ReceiptRefused, match="lies in the future"):
        check(GOOD, now=MADE - before)


def test_a_time_that_no_calendar_has_is_refused() -> None:
    receipt = make_receipt()
    late = mined(replace(receipt.block, mined_at_us=2**62))
    forged = replace(receipt, block=late, block_hash=late.hash, checkpoint=checkpoint_of(late))

    with pytest.raises(ReceiptRefused, match="lies in the future"):
        check(write_receipt(forged))


@pytest.mark.parametrize(
    "key",
    [
        PublishedKey(BANK.verifier, MADE + timedelta(hours=1)),
        PublishedKey(BANK.verifier, MADE - timedelta(days=2), MADE - timedelta(days=1)),
    ],
    ids=["not yet", "no longer"],
)
def test_a_key_that_was_not_in_use_is_refused(key: PublishedKey) -> None:
    with pytest.raises(ReceiptRefused, match="was no longer in use"):
        check(GOOD, keys=(key,))


def test_a_receipt_that_opens_nothing_is_nobodys() -> None:
    closed = make_receipt(opened="none")

    with pytest.raises(ReceiptRefused, match="opens no side"):
        check(write_receipt(replace(closed, shown=shown_of(closed))))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ends too early"),
        (b"null", "not a receipt"),
        (b"[]", "not a receipt"),
        (b"hello", "not a receipt"),
        (b'"', "not a receipt"),
        (b'{"format', "ends too early"),
        (b"{}", "not a receipt"),
        (b'{"format": 1}', "not a receipt"),
        (b'{"format": "securebank/receipt/v2"}', "not known here: 'securebank/receipt/v2'"),
        (b'{"format": "securebank/receipt/v1"}', "lacks 'shown'"),
        (b"\xff\xfe", "not text"),
        (b"\x00" * 100, "not a receipt"),
        (b"[" * 60_000, "nested too deeply"),
        (b'{"a":' * 10_000, "nested too deeply"),
        (b" " * (LONGEST_RECEIPT + 1), "too large"),
        (GOOD.replace(b'"index": "4"', b'"index": 4'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": "04"'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": "4.0"'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', '"index": "٤"'.encode()), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": "9999999999999999999"'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": 4.5'), "written in a wrong way"),
        (GOOD.replace(b'"index": "4"', b'"index": NaN'), "written in a wrong way"),
        (GOOD.replace(b'"index": "4"', b'"index": "4", "index": "4"'), "says something twice"),
        (GOOD.replace(b'"index": "4"', b'"index": "4", "more": "4"'), "holds 'more'"),
        (GOOD.replace(b'"key"', b'"kez"'), "lacks 'key'"),
        (GOOD.replace(b'"note": "Dinner', b'"note": ["Dinner"], "x": "'), "holds 'x'"),
        (changed("shown.note", ["x"]), "where a text belongs"),
        (changed("shown.note", "x" * 500), "where a text belongs"),
        (changed("booking.client_id", "x"), "where an identifier belongs"),
        (changed("leaf.hash", "xyz"), "where a hash belongs"),
        (changed("leaf.hash", "AB"), "where a hash belongs"),
        (changed("block.previous_hash", ""), "where a hash belongs"),
        (changed("proof.path", "ab"), "no list of hashes"),
        (changed("proof.path", ["00"] * 65), "no list of hashes"),
        (changed("sides", None), "missing or of the wrong kind"),
        (GOOD.replace(b"\n", b"\r\n"), "not written as the bank writes"),
        (json.dumps(json.loads(GOOD)).encode(), "not written as the bank writes"),
    ],
    ids=range(37),
)
def test_refuses_what_is_no_receipt(content: bytes, sentence: str) -> None:
    with pytest.raises(BadReceipt, match=sentence):
        read_receipt(content)


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
