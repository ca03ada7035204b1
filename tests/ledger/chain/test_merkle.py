"""The tree: the vectors that certificate transparency logs are tested with, another implementation, and forgeries."""

import hashlib
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import merkle

# The eight leaves and their roots that the test data of certificate-transparency implementations begins with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
VECTOR = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
# Leaf (from 0), size, path: the inclusion proofs of the same test data.
INCLUSIONS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
# Old size, new size, path.
CONSISTENCIES = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ (1 << bit % (8 * len(value)))).to_bytes(len(value), "big")


@pytest.mark.parametrize("size", range(9))
def test_a_root_is_that_of_the_published_test_data(size: int) -> None:
    assert merkle.root(VECTOR[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSIONS)
def test_an_inclusion_proof_is_that_of_the_published_test_data(index: int, size: int, path: list[str]) -> None:
    found = merkle.inclusion_path(VECTOR[:size], index)

    assert [each.hex() for each in found] == path
    assert merkle.proves_inclusion(
        leaf=VECTOR[index], index=index, size=size, path=found, root=bytes.fromhex(ROOTS[size])
    )


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCIES)
def test_a_consistency_proof_is_that_of_the_published_test_data(old: int, new: int, path: list[str]) -> None:
    found = merkle.consistency_path(VECTOR[:new], old)

    assert [each.hex() for each in found] == path
    assert merkle.proves_consistency(
        old=old, new=new, old_root=bytes.fromhex(ROOTS[old]), new_root=bytes.fromhex(ROOTS[new]), path=found
    )


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 33, 100])
def test_another_implementation_has_the_same_roots_and_inclusion_proofs(size: int) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(str(number).encode())

    assert other.get_root() == merkle.root(hashes(size))
    for index in range(size):
        base, *path = other.prove_inclusion(index + 1).path
        assert base == hashes(size)[index]
        assert path == merkle.inclusion_path(hashes(size), index)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 33])
def test_what_another_implementation_proves_of_growth_is_proven_by_ours(size: int) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(str(number).encode())

    for old in range(1, size + 1):
        # Its paths name both roots' parts; it accepts the states whose proof ours gives.
        pymerkle.verify_consistency(other.get_root(old), other.get_root(size), other.prove_consistency(old, size))
        assert merkle.proves_consistency(
            old=old,
            new=size,
            old_root=other.get_root(old),
            new_root=other.get_root(size),
            path=merkle.consistency_path(hashes(size), old),
        )


@given(st.data())
def test_every_leaf_of_every_tree_has_a_proof_that_holds(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)

    path = merkle.inclusion_path(leaves, index)

    assert merkle.proves_inclusion(leaf=leaves[index], index=index, size=size, path=path, root=merkle.root(leaves))


@given(st.data())
def test_every_tree_has_a_proof_that_it_grew_from_every_earlier_one(data: st.DataObject) -> None:
    new = data.draw(st.integers(0, 200))
    old = data.draw(st.integers(0, new))
    leaves = hashes(new)

    path = merkle.consistency_path(leaves, old)

    assert merkle.proves_consistency(
        old=old, new=new, old_root=merkle.root(leaves[:old]), new_root=merkle.root(leaves), path=path
    )


@given(st.data())
def test_an_inclusion_proof_with_anything_changed_does_not_hold(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 100))
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    proof: dict[str, Any] = {
        "leaf": leaves[index],
        "index": index,
        "size": size,
        "path": merkle.inclusion_path(leaves, index),
        "root": merkle.root(leaves),
    }
    path = proof["path"]
    forged: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"leaf": flipped(leaves[index], data.draw(st.integers(0, 255)))},
                {"root": flipped(proof["root"], data.draw(st.integers(0, 255)))},
                {"index": data.draw(st.integers(-1, size).filter(lambda other: other != index))},
                {"path": path[:-1]},
                {"path": [*path, path[-1]]},
                {"path": [flipped(path[0], data.draw(st.integers(0, 255))), *path[1:]]},
                {"path": [*path[:-1], path[-1][:-1]]},
            ]
        )
    )

    assert merkle.proves_inclusion(**proof)
    assert not merkle.proves_inclusion(**(proof | forged))


@given(st.data())
def test_a_consistency_proof_with_anything_changed_does_not_hold(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 100))
    old = data.draw(st.integers(1, new - 1))
    leaves = hashes(new)
    proof: dict[str, Any] = {
        "old": old,
        "new": new,
        "old_root": merkle.root(leaves[:old]),
        "new_root": merkle.root(leaves),
        "path": merkle.consistency_path(leaves, old),
    }
    path = proof["path"]
    forged: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"old_root": flipped(proof["old_root"], data.draw(st.integers(0, 255)))},
                {"new_root": flipped(proof["new_root"], data.draw(st.integers(0, 255)))},
                {"old": new + 1},
                {"old": -1},
                {"path": path[:-1]},
                {"path": [*path, path[-1]]},
                {"path": [*path[:-1], flipped(path[-1], data.draw(st.integers(0, 255)))]},
                {"path": []},
            ]
        )
    )

    assert merkle.proves_consistency(**proof)
    assert not merkle.proves_consistency(**(proof | forged))


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_a_leaf_outside_the_log_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        merkle.inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5)])
def test_a_log_has_not_grown_from_a_larger_one(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="has not grown"):
        merkle.consistency_ranges(old, new)


@given(st.data())
def test_the_parts_of_every_proof_are_complete_subtrees(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    leaves = hashes(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    for begin, end in [*merkle.inclusion_ranges(index, size), *merkle.consistency_ranges(old, size), (0, size)]:
        nodes = merkle.covering((begin, end))
        parts = [merkle.root(leaves[place << level : (place + 1) << level]) for level, place in nodes]
        assert merkle.folded(parts) == merkle.root(leaves[begin:end])


def test_a_leaf_is_no_inner_node() -> None:
    left, right = hashes(2)

    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    assert merkle.node_hash(left, right) == hashlib.sha256(b"\x01" + left + right).digest()


@given(st.integers(0, 200), st.integers(0, 70))
def test_a_log_grows_without_looking_at_its_old_leaves(size: int, more: int) -> None:
    leaves = hashes(size + more)
    peaks = {level: merkle.root(leaves[at << level : (at + 1) << level]) for level, at in merkle.covering((0, size))}

    nodes, new_peaks = merkle.grown(size, peaks, leaves[size:])

    found = {(level, at + step): each for (level, at), row in nodes.items() for step, each in enumerate(row)}
    old = {(level, at) for level in range(1, 10) for at in range(size >> level)}
    every = {(level, at) for level in range(1, 10) for at in range((size + more) >> level)}
    assert merkle.root_of(new_peaks) == merkle.root(leaves)
    assert found == {(level, at): merkle.root(leaves[at << level : (at + 1) << level]) for level, at in every - old}
