"""The bytes of a booking: the vectors of ``docs/chain.md``, and that no two bookings have the same."""

import dataclasses
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import encoding, merkle

PLAIN = encoding.Booking(
    entry_id=42,
    client_id=UUID("0198f3a1-7c00-7000-8000-000000000001"),
    entry_type="transfer",
    currency="INR",
    amount_minor=12_345,
    posted_at_us=int(datetime(2026, 11, 20, 12, 30, tzinfo=UTC).timestamp()) * 1_000_000 + 123_456,
)
LINKED = dataclasses.replace(
    PLAIN,
    entry_id=43,
    entry_type="reversal",
    batch_id=UUID("0198f3a1-7c00-7000-8000-0000000000b1"),
    hold_id=9,
    reverses_id=42,
)
DEBIT = encoding.Side(account_id=7, shard=0, version=3, balance_after_minor=-12_345)
CREDIT = encoding.Side(account_id=8, shard=16, version=1, balance_after_minor=12_345)
DEBIT_SALT, CREDIT_SALT = bytes(range(16)), bytes(range(16, 32))
DEBIT_COMMITMENT = "24279b839ea70330da2b6ab5a8de10079dfd13e5b806cbd5ae08ab2ae64ea109"
CREDIT_COMMITMENT = "fb5c3f6ef19cd7708d6ec27b468297e6438135a096aa42f8df65a4aa245d0849"
PLAIN_BYTES = (
    "0000001573656375726562616e6b2f626f6f6b696e672f763100000008000000000000002a000000100198f3a17c00700080"
    "00000000000001000000087472616e7366657200000003494e5200000008000000000000303900000008000660b46715c440"
    "0000000000000000000000000000002024279b839ea70330da2b6ab5a8de10079dfd13e5b806cbd5ae08ab2ae64ea1090000"
    "0020fb5c3f6ef19cd7708d6ec27b468297e6438135a096aa42f8df65a4aa245d0849"
)
PLAIN_LEAF = "afb6627435bb5e476c8e048377db965d91a8583313caa0d171a20c6ccdd46b08"
LINKED_LEAF = "36f3cf2e23c1401c6682eb6d0598305cdac2ec73b33abf03d3daaa4416962b3b"

numbers = st.integers(-(2**63), 2**63 - 1)
links = st.none() | numbers
words = st.text(max_size=24)
bookings = st.builds(
    encoding.Booking, numbers, st.uuids(), words, words, numbers, numbers, st.none() | st.uuids(), links, links
)
sides = st.builds(encoding.Side, numbers, numbers, numbers, numbers)
commitments = st.binary(min_size=32, max_size=32)


def committed() -> tuple[bytes, bytes]:
    return (
        encoding.commit(DEBIT_SALT, encoding.side_bytes(DEBIT)),
        encoding.commit(CREDIT_SALT, encoding.side_bytes(CREDIT)),
    )


def test_the_commitments_are_those_of_the_format_page() -> None:
    assert [each.hex() for each in committed()] == [DEBIT_COMMITMENT, CREDIT_COMMITMENT]


def test_a_plain_booking_has_the_bytes_of_the_format_page() -> None:
    data = encoding.leaf_bytes(PLAIN, *committed())

    assert (data.hex(), merkle.leaf_hash(data).hex()) == (PLAIN_BYTES, PLAIN_LEAF)


def test_a_booking_with_links_has_the_leaf_of_the_format_page() -> None:
    assert merkle.leaf_hash(encoding.leaf_bytes(LINKED, *committed())).hex() == LINKED_LEAF


@given(bookings, bookings, commitments, commitments)
def test_two_bookings_never_have_the_same_bytes(
    one: encoding.Booking, other: encoding.Booking, debit: bytes, credit: bytes
) -> None:
    is_same = encoding.leaf_bytes(one, debit, credit) == encoding.leaf_bytes(other, debit, credit)

    assert is_same == (one == other)


@given(bookings, st.data())
def test_a_change_in_any_field_changes_the_bytes(booking: encoding.Booking, data: st.DataObject) -> None:
    other = data.draw(bookings)
    name = data.draw(st.sampled_from([field.name for field in dataclasses.fields(booking)]))
    changed = dataclasses.replace(booking, **{name: getattr(other, name)})

    is_same = encoding.leaf_bytes(changed, *committed()) == encoding.leaf_bytes(booking, *committed())

    assert is_same == (changed == booking)


@given(sides, sides)
def test_two_sides_never_have_the_same_bytes(one: encoding.Side, other: encoding.Side) -> None:
    assert (encoding.side_bytes(one) == encoding.side_bytes(other)) == (one == other)


def test_the_two_sides_are_not_exchangeable() -> None:
    debit, credit = committed()

    assert encoding.leaf_bytes(PLAIN, debit, credit) != encoding.leaf_bytes(PLAIN, credit, debit)


def test_the_salt_hides_a_side_that_could_be_guessed() -> None:
    assert encoding.commit(DEBIT_SALT, encoding.side_bytes(DEBIT)) != encoding.commit(
        CREDIT_SALT, encoding.side_bytes(DEBIT)
    )


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        encoding.commit(salt, b"")


def test_a_commitment_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        encoding.leaf_bytes(PLAIN, bytes(31), bytes(32))


def test_a_number_of_more_than_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        encoding.leaf_bytes(dataclasses.replace(PLAIN, amount_minor=2**63), bytes(32), bytes(32))


def test_the_format_needs_no_django() -> None:
    program = "import sys, ledger.chain.encoding, ledger.chain.merkle; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
