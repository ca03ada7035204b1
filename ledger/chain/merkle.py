"""Merkle trees as RFC 9162 has them: hashes, roots, proofs and how to check them.

Only the standard library: a receipt is checked with this module on a machine that knows no bank.

A range is a pair of leaf numbers, from the first to before the second. A complete subtree is named by its level and its
place on it: on level 0 are the leaves, and ``(level, place)`` is over the leaves from ``place << level`` to before
``(place + 1) << level``.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Range = tuple[int, int]
Node = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf; its prefix keeps leaves and inner nodes apart.

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes.

    A level at a time; a last hash without a neighbour goes up as it is: the tree that RFC 9162 cuts from above.
    """
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        level = paired(level) + level[len(level) & ~1 :]
    return level[0]


def paired(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the next level over these neighbours; a last one without a partner is left out."""
    sha256 = hashlib.sha256
    return [sha256(b"\x01" + hashes[place] + hashes[place + 1]).digest() for place in range(0, len(hashes) - 1, 2)]


def covering(leaves: Range) -> list[Node]:
    """Return the complete subtrees that a range is made of, from left to right.

    The range must begin at a multiple of the largest power of two within its length, as those of proofs do.

    >>> covering((0, 7))
    [(2, 0), (1, 2), (0, 6)]
    """
    begin, end = leaves
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the root over the subtrees of ``covering``, given their hashes."""
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def grown(
    size: int, peaks: Mapping[int, bytes], hashes: Sequence[bytes]
) -> tuple[dict[Node, list[bytes]], dict[int, bytes]]:
    """Return what new leaves add to a log.

    Args:
        size: leaves before.
        peaks: hashes by level of the complete subtrees that those are made of, see ``covering``.
        hashes: of the new leaves.

    Returns:
        The subtrees that they finish, by the first of each level's; and the peaks with them.
    """
    nodes, new_peaks = {}, {}
    row, level, place = list(hashes), 0, size
    while row or place:
        if place & 1:
            row, place = [peaks[level], *row], place - 1
        if len(row) & 1:
            new_peaks[level] = row[-1]
        row, level, place = paired(row), level + 1, place >> 1
        if row:
            nodes[level, place] = row
    return nodes, new_peaks


def root_of(peaks: Mapping[int, bytes]) -> bytes:
    """Return the root over the leaves that these complete subtrees are made of."""
    return folded([peaks[level] for level in sorted(peaks, reverse=True)])


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose roots prove that a leaf is in the tree, from the leaf upwards.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} has no leaf {index}")
    begin, end = 0, size
    ranges = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose roots prove that a tree begins with an earlier one, from below upwards.

    Raises:
        ValueError: the sizes are not those of an earlier and a later log; every log begins with the empty one.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} has not grown from one of {old}")
    begin, end = 0, new
    ranges = []
    while old not in {0, end}:
        middle = begin + _split(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    if begin:
        ranges.append((begin, end))
    return ranges[::-1]


def inclusion_path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree over these leaf hashes."""
    return [root(hashes[begin:end]) for begin, end in inclusion_ranges(index, len(hashes))]


def consistency_path(hashes: Sequence[bytes], old: int) -> list[bytes]:
    """Return the proof that the tree over these leaf hashes begins with the one over the first ``old``."""
    return [root(hashes[begin:end]) for begin, end in consistency_ranges(old, len(hashes))]


def proves_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``path`` shows that this leaf hash has this place in the tree of this size and root.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes([leaf, root, *path]):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether ``path`` shows that the tree of size and root ``new`` begins with the one of ``old``.

    Source: RFC 9162, 2.1.4.2; it leaves the empty tree, with which every tree begins, to the caller.
    """
    if not 0 <= old <= new or not _are_hashes([old_root, new_root, *path]):
        return False
    if old in {0, new}:
        return not path and old_root == (new_root if old else EMPTY_ROOT)
    return _grew(old, new, path, (old_root, new_root))


def _grew(old: int, new: int, path: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    place, last = old - 1, new - 1
    steps = list(path)
    if old & place == 0:
        steps.insert(0, roots[0])
    while place & 1:
        place, last = place >> 1, last >> 1
    if not steps:
        return False
    from_old = from_new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (from_old, from_new) == roots


def _split(size: int) -> int:
    """Return the largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
