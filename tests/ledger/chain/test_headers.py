"""A block's header: its bytes, its work, and the search for it."""

import dataclasses
import hashlib
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import headers, searchers

HEADER = headers.Header(
    height=3,
    previous_hash=bytes(range(32)),
    merkle_root=bytes(range(32, 64)),
    first_leaf=12,
    leaf_count=5,
    tree_size=17,
    log_root=bytes(range(64, 96)),
    sealed_through=40,
    mined_at_us=1_795_177_800_123_456,
    difficulty=4,
    nonce=7,
)
HEADER_BYTES = (
    "73656375726562616e6b2f626c6f636b2f76310000000000000003000102030405060708090a0b0c0d0e0f10111213141516"
    "1718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f000000000000000c00"
    "000000000000050000000000000011404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f000000"
    "0000000028000660b46715c440040000000000000007"
)
HEADER_HASH = "e9b0038f7329325a294e5a3991cb7bb0c70c0625ac488cd6edfc06dd7ad69b40"
MINED_NONCE = 14_697

counts = st.integers(0, 2**64 - 1)
hashes = st.binary(min_size=32, max_size=32)
made = st.builds(
    headers.Header,
    height=counts,
    previous_hash=hashes,
    merkle_root=hashes,
    first_leaf=counts,
    leaf_count=counts,
    tree_size=counts,
    log_root=hashes,
    sealed_through=counts,
    mined_at_us=st.integers(-(2**63), 2**63 - 1),
    difficulty=st.integers(0, 255),
    nonce=counts,
)


def test_the_bytes_and_the_hash_are_those_of_the_format_page() -> None:
    data = HEADER.prefix + HEADER.nonce.to_bytes(8, "big")

    assert (data.hex(), HEADER.hash.hex()) == (HEADER_BYTES, HEADER_HASH)
    assert hashlib.sha256(data).digest() == HEADER.hash


def test_the_first_nonce_with_work_is_that_of_the_format_page() -> None:
    nonce = headers.search(HEADER.prefix, HEADER.difficulty, is_cancelled=lambda: False)

    assert nonce == MINED_NONCE
    assert HEADER.with_nonce(MINED_NONCE).hash.hex().startswith("0000")


@given(made, made)
def test_two_headers_never_have_the_same_bytes(one: headers.Header, other: headers.Header) -> None:
    assert (one.hash == other.hash) == (one == other)


@given(made, st.data())
def test_a_change_in_any_field_changes_the_hash(header: headers.Header, data: st.DataObject) -> None:
    other = data.draw(made)
    name = data.draw(st.sampled_from([field.name for field in dataclasses.fields(header)]))
    changed = dataclasses.replace(header, **{name: getattr(other, name)})

    assert (changed.hash == header.hash) == (changed == header)


@given(hashes, st.integers(headers.EASIEST, headers.HARDEST))
def test_work_is_leading_zero_hex_digits(block_hash: bytes, difficulty: int) -> None:
    assert headers.has_work(block_hash, difficulty) == block_hash.hex().startswith("0" * difficulty)


@pytest.mark.parametrize("difficulty", [-1, 0, 13, 65])
def test_a_difficulty_out_of_bounds_is_refused(difficulty: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 12"):
        headers.search(b"", difficulty, is_cancelled=lambda: False)


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(struct.error):
        dataclasses.replace(HEADER, first_leaf=-1).prefix  # noqa: B018 - raises


@pytest.mark.parametrize("name", ["previous_hash", "merkle_root", "log_root"])
@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_hash_of_another_length_is_refused(name: str, length: int) -> None:
    changes: dict[str, Any] = {name: bytes(length)}
    header = dataclasses.replace(HEADER, **changes)

    with pytest.raises(ValueError, match="32 bytes each"):
        header.hash  # noqa: B018 - raises


def test_a_cancelled_search_finds_nothing() -> None:
    looks = iter([False, True])

    assert headers.search(HEADER.prefix, headers.HARDEST, is_cancelled=lambda: next(looks)) is None


def test_searches_with_a_start_each_share_the_nonces() -> None:
    found = [
        headers.search(HEADER.prefix, 2, is_cancelled=lambda: False, start=start, step=3) or 0 for start in range(3)
    ]

    assert [nonce % 3 for nonce in found] == [0, 1, 2]
    assert min(found) == headers.search(HEADER.prefix, 2, is_cancelled=lambda: False)
    assert all(HEADER.with_nonce(nonce).hash.hex().startswith("00") for nonce in found)


def test_several_processes_search_together_and_stop_when_told() -> None:
    with searchers.together(2) as search:
        nonces = [search(dataclasses.replace(HEADER, height=h).prefix, 4, is_cancelled=lambda: False) for h in range(3)]
        cancelled = search(HEADER.prefix, headers.HARDEST, is_cancelled=lambda: True)

    assert cancelled is None
    for height, nonce in enumerate(nonces):
        assert dataclasses.replace(HEADER, height=height, nonce=nonce).hash.hex().startswith("0000")
