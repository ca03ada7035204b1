"""The test vectors of ``docs/qr.md``: what other readers and writers of our codes are checked against."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from qrpay.codes import sealing, signing
from qrpay.codes.content import Content
from qrpay.codes.keys import KeyRing, MasterKey, Purpose

PAGE: Final = (Path(__file__).parent.parent.parent / "docs" / "qr.md").read_text(encoding="utf-8")
KEY: Final = MasterKey(1, bytes(range(32)))
ONCE: Final = Content(
    code_id=UUID("0192f0c0-0000-7000-8000-000000000001"),
    account="100000000093",
    currency="INR",
    issued_at=datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
    amount=150_00,
    life=900,
    name="Ben Das",
    is_single_use=True,
)
STATIC: Final = replace(ONCE, amount=None, life=None, is_single_use=False)


def codes_of_the_page() -> list[str]:
    return [line for line in PAGE.splitlines() if line.startswith(("SB1:", "SBS1:"))]


def test_the_page_shows_content_and_key() -> None:
    assert f"`{ONCE.encoded().hex()}`" in PAGE
    assert f"`{KEY.sealing_key(environment='demo', purpose=Purpose.SINGLE_USE).hex()}`" in PAGE
    assert f"`{KEY.public_key(environment='demo').hex()}`" in PAGE


def test_the_page_shows_the_codes_that_are_made() -> None:
    sealed = [sealing.sealed_with(bytes(range(12)), each, key=KEY, environment="demo") for each in (ONCE, STATIC)]

    assert codes_of_the_page() == [*sealed, signing.sign(STATIC, key=KEY, environment="demo")]


def test_the_codes_of_the_page_are_read() -> None:
    once, static, signed = codes_of_the_page()
    ring = KeyRing((KEY,))

    assert sealing.unseal(once, ring=ring, environment="demo") == ONCE
    assert sealing.unseal(static, ring=ring, environment="demo") == STATIC
    assert signing.verify(signed, public_keys=ring.public_keys(environment="demo")) == STATIC
