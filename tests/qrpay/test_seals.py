"""Sealed and signed codes: what was put in comes out, and nothing else opens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from payments.receipts.codes import code_rows
from qrpay.codes import cbor, envelope, sealing, signing
from qrpay.codes.content import HIGHEST_AMOUNT, LATEST, LONGEST_LIFE, Content
from qrpay.codes.currencies import NUMBERS
from qrpay.codes.errors import BadCode, Forged, Malformed, UnknownKey
from qrpay.codes.keys import BadRing, KeyRing, MasterKey, Purpose

OLD, NEW = MasterKey(1, b"1" * 32), MasterKey(2, b"2" * 32)
RING = KeyRing((OLD, NEW))
HERE = "live"
PUBLIC = RING.public_keys(environment=HERE)
CODE = Content(
    code_id=UUID("0192f0c0-0000-7000-8000-000000000001"),
    account="100000000093",
    currency="INR",
    issued_at=datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
    amount=150_00,
    life=900,
    name="Ben Das",
    is_single_use=True,
)

bounds = st.integers(1, HIGHEST_AMOUNT)
contents = st.builds(
    Content,
    code_id=st.uuids(),
    account=st.from_regex(r"[1-9][0-9]{11}", fullmatch=True),
    currency=st.sampled_from(sorted(NUMBERS)),
    issued_at=st.integers(1, LATEST - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    life=st.none() | st.integers(1, LONGEST_LIFE),
    name=st.text(st.characters(codec="utf-8"), max_size=4),
    is_single_use=st.booleans(),
)
fixed = st.builds(replace, contents, amount=bounds)
chosen = st.tuples(contents, bounds, bounds).map(
    lambda drawn: replace(drawn[0], least=min(drawn[1:]), most=max(drawn[1:]))
)


# On a busy machine a slow example is no fault.
STEADY = hypothesis_settings(deadline=None)


def seal(content: Content = CODE, key: MasterKey = NEW) -> str:
    return sealing.seal(content, key=key, environment=HERE)


def unseal(text: str) -> Content:
    return sealing.unseal(text, ring=RING, environment=HERE)


def sign(content: Content = CODE, key: MasterKey = NEW) -> str:
    return signing.sign(content, key=key, environment=HERE)


def verify(text: str) -> Content:
    return signing.verify(text, public_keys=PUBLIC)


def altered(text: str, prefix: str, bit: int) -> str:
    """Return the code with one bit of what base45 spells turned over."""
    data = bytearray(base45.b45decode(text.removeprefix(prefix).encode()))
    data[bit // 8] ^= 1 << bit % 8
    return envelope.wrapped(prefix, bytes(data))


def bits(text: str, prefix: str) -> range:
    return range(8 * len(base45.b45decode(text.removeprefix(prefix).encode())))


@STEADY
@given(contents | fixed | chosen)
def test_what_was_sealed_or_signed_comes_out(content: Content) -> None:
    assert unseal(seal(content)) == content
    assert verify(sign(content)) == content


@STEADY
@given(st.lists(fixed | chosen, min_size=2, max_size=2, unique_by=lambda content: content.code_id))
def test_no_seal_opens_as_another_content(two: list[Content]) -> None:
    first, second = map(seal, two)

    assert unseal(first) != unseal(second)


@pytest.mark.parametrize(("make", "read", "prefix"), [(seal, unseal, "SB1:"), (sign, verify, "SBS1:")])
def test_every_single_changed_bit_is_refused(
    make: Callable[[], str], read: Callable[[str], Content], prefix: str
) -> None:
    codes = [make() for _number in range(100 if prefix == "SB1:" else 5)]

    for code in codes:
        for bit in bits(code, prefix):
            with pytest.raises(BadCode):
                read(altered(code, prefix, bit))


def test_all_failures_of_a_seal_are_one_error() -> None:
    code = seal()
    data = base45.b45decode(code.removeprefix("SB1:").encode())
    # A bit of the nonce, of the content and of the tag; a tag cut off; another key that is on the ring.
    wrong = [altered(code, "SB1:", bit) for bit in (16, 14 * 8, 8 * len(data) - 1)]
    wrong.append(envelope.wrapped("SB1:", data[:-1]))
    wrong.append(envelope.wrapped("SB1:", bytes([1, 1]) + data[2:]))

    refusals = set()
    for text in wrong:
        with pytest.raises(Forged) as refusal:
            unseal(text)
        refusals.add(str(refusal.value))

    assert len(refusals) == 1


@pytest.mark.parametrize("make", [seal, sign])
def test_another_environment_opens_nothing(make: Callable[[], str]) -> None:
    with pytest.raises((Forged, UnknownKey)):
        sealing.unseal(seal(), ring=RING, environment="demo")
    with pytest.raises(UnknownKey):
        signing.verify(sign(), public_keys=RING.public_keys(environment="demo"))


def test_a_content_sealed_for_the_other_purpose_is_forged() -> None:
    nonce = b"n" * 12
    cipher = AESGCM(NEW.sealing_key(environment=HERE, purpose=Purpose.STATIC))
    bound = b"SB1:" + bytes([1, 2]) + b"\x04live" + b"\x06static"
    text = envelope.wrapped("SB1:", bytes([1, 2]) + nonce + cipher.encrypt(nonce, CODE.encoded(), bound))

    with pytest.raises(Forged):
        unseal(text)
    # The same by hand with what it says is the code that the module makes.
    static = replace(CODE, is_single_use=False)
    by_hand = envelope.wrapped("SB1:", bytes([1, 2]) + nonce + cipher.encrypt(nonce, static.encoded(), bound))
    assert sealing.sealed_with(nonce, static, key=NEW, environment=HERE) == by_hand


def test_retired_keys_open_and_the_newest_seals() -> None:
    later = RING.rotated()

    assert sealing.unseal(seal(key=OLD), ring=later, environment=HERE) == CODE
    assert signing.verify(sign(key=OLD), public_keys=later.public_keys(environment=HERE)) == CODE
    assert [key.key_id for key in later.keys] == [1, 2, 3]
    assert KeyRing.parse(later.text) == later


@pytest.mark.parametrize("read", [unseal, verify])
def test_a_key_that_is_not_on_the_ring_is_named_so(read: Callable[[str], Content]) -> None:
    stranger = MasterKey(9, b"9" * 32)

    with pytest.raises(UnknownKey):
        read(seal(key=stranger) if read is unseal else sign(key=stranger))


@pytest.mark.parametrize("text", ["", "1:short", "0:" + "A" * 43, "256:" + "A" * 43, f"{NEW.line} {OLD.line}", "x"])
def test_refuses_a_ring_that_is_none(text: str) -> None:
    with pytest.raises(BadRing):
        KeyRing.parse(text)


def test_secrets_are_not_shown() -> None:
    assert "2222" not in f"{NEW!r} {RING!r}"


@pytest.mark.parametrize(
    "name", ["", "A" * 80, "अ" * 80, "\U0001f3e6" * 80, "é" * 80], ids=["none", "latin", "hindi", "astral", "accents"]
)
@pytest.mark.parametrize("make", [seal, sign])
def test_no_code_is_larger_than_version_9_at_level_m(make: Callable[[Content], str], name: str) -> None:
    most = replace(
        CODE, amount=None, least=HIGHEST_AMOUNT - 1, most=HIGHEST_AMOUNT, account="9" * 12, life=LONGEST_LIFE, name=name
    )

    code = make(most)

    # 53 modules and a quiet zone of four on both sides.
    assert len(code_rows(code)) <= 53 + 8
    assert name.startswith((unseal if make is seal else verify)(code).name)


def written(**changes: Any) -> dict[int, Any]:
    content: dict[int, Any] = cbor2.loads(CODE.encoded())
    return content | {int(key.removeprefix("k")): value for key, value in changes.items()}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        CODE.encoded() + b"\x00",
        CODE.encoded()[:-1],
        bytes.fromhex("a2 01 01 01 02"),
        bytes.fromhex("a2 02 01 01 02"),
        bytes.fromhex("bf 01 01 ff"),
        bytes.fromhex("a1 01 18 01"),
        bytes.fromhex("a1 01 fb 3ff0000000000000"),
        bytes.fromhex("a1 01 f5"),
        bytes.fromhex("a1 01 c2 41 01"),
        bytes.fromhex("a1 61 61 01"),
        bytes.fromhex("a1 20 01"),
        bytes.fromhex("a1 01 61 ff"),
        bytes.fromhex("81 81 81 01"),
        b"\x9b" + b"\xff" * 8,
        cbor2.dumps(written(k4=15.0), canonical=True),
        cbor2.dumps(written(k4=0), canonical=True),
        cbor2.dumps(written(k4=HIGHEST_AMOUNT + 1), canonical=True),
        cbor2.dumps(written(k4=-5), canonical=True),
        cbor2.dumps(written(k5=1), canonical=True),
        cbor2.dumps(written(k3=999), canonical=True),
        cbor2.dumps(written(k7=2**63), canonical=True),
        cbor2.dumps(written(k8=0), canonical=True),
        cbor2.dumps(written(k9=b"Ben"), canonical=True),
        cbor2.dumps(written(k10=2), canonical=True),
        cbor2.dumps(written(k11=1), canonical=True),
        cbor2.dumps(written(k1=b"short"), canonical=True),
        cbor2.dumps(written(k2=0), canonical=True),
        cbor2.dumps([1, 2], canonical=True),
    ],
)
def test_refuses_contents_that_are_not_in_their_one_form(data: bytes) -> None:
    with pytest.raises(Malformed):
        Content.decode(data)


@STEADY
@given(st.dictionaries(st.integers(0, 300), st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=300), max_size=30))
def test_reads_what_another_writer_of_cbor_wrote(value: dict[int, Any]) -> None:
    assert cbor.read(cbor2.dumps(value, canonical=True)) == value


@STEADY
@given(st.binary(max_size=60))
def test_whatever_is_read_is_written_the_same_by_another_writer(data: bytes) -> None:
    try:
        value = cbor.read(data)
    except Malformed:
        return
    assert cbor2.dumps(value, canonical=True) == data


@pytest.mark.parametrize(
    "text",
    [
        "SB1:",
        "SB1:" + "A" * 509,
        "SB1:ab",
        "SB1:A",
        "SB1::::",
        "SB1:€€€",
        "SB1:" + base45.b45encode(b"\x01\x02" + b"0" * 28).decode(),
        "SB1:" + base45.b45encode(b"\x02\x02" + b"0" * 60).decode(),
        seal() + "\n",
        seal() + "00",
        seal().lower(),
    ],
)
def test_refuses_what_is_not_written_as_a_sealed_code(text: str) -> None:
    with pytest.raises(BadCode):
        unseal(text)


def test_a_signed_code_is_checked_by_any_reader_of_cose() -> None:
    # Without a line of ours: tag 18, four parts, and the structure that RFC 9052 has signed.
    cose = cbor2.loads(base45.b45decode(sign().removeprefix("SBS1:")))
    protected, unprotected, payload, signature = cose.value

    assert cose.tag == 18
    assert unprotected == {}
    header = cbor2.loads(protected)
    assert header == {1: -8, 4: next(reversed(PUBLIC))}
    public = Ed25519PublicKey.from_public_bytes(PUBLIC[header[4]])
    public.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    assert cbor2.loads(payload)[4] == 150_00
