"""Building inclusion and consistency proofs (RFC 6962 §2.1.1, §2.1.2) from hashes kept anywhere.

A proof names the complete subtrees it needs, asks for all of them at once, and folds them: storage is one
function from nodes to hashes. Whoever receives the proof checks it, so a wrong hash only makes a proof that fails.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .errors import MalformedProof
from .merkle import EMPTY_ROOT, HASH_SIZE, Frontier, fold, root, split


class Node(NamedTuple):
    """The complete subtree over the leaves from number·2^level up to (number + 1)·2^level."""

    level: int
    number: int


HashReader = Callable[[Sequence[Node]], Sequence[bytes]]
"""Answers nodes with their hashes, in the same order."""


def cover(start: int, end: int) -> list[Node]:
    """The largest complete subtrees that together are the leaves from `start` up to `end`, from the left."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def root_at(size: int, read: HashReader) -> bytes:
    """The root the tree had at that size."""
    return _roots([(0, size)], read)[0] if size else EMPTY_ROOT


def frontier_at(size: int, read: HashReader) -> Frontier:
    """The frontier the tree had at that size."""
    return Frontier(size, tuple(_read(cover(0, size), read)))


def inclusion_path(index: int, size: int, read: HashReader) -> list[bytes]:
    """PATH(m, D[n]): the siblings from the leaf up to the root's child (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise MalformedProof(f"a tree of {size} leaves has no leaf {index}")
    start, end, siblings = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return _roots(siblings[::-1], read)


def consistency_path(old_size: int, new_size: int, read: HashReader) -> list[bytes]:
    """PROOF(m, D[n]) (RFC 6962 §2.1.2); empty where the sizes are equal, and from an empty tree."""
    if not 0 <= old_size <= new_size:
        raise MalformedProof(f"a tree of {new_size} leaves does not continue one of {old_size}")
    if old_size in (0, new_size):
        return []
    start, end, whole, ranges = 0, new_size, True, []
    while end != old_size:
        middle = start + split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return _roots(ranges[::-1], read)


def reader_of(leaves: Sequence[bytes]) -> HashReader:
    """A reader over leaf hashes in memory, by the definition; for small trees and for tests."""

    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [root(leaves[number << level : (number + 1) << level]) for level, number in nodes]

    return read


def _roots(ranges: Sequence[tuple[int, int]], read: HashReader) -> list[bytes]:
    covers = [cover(start, end) for start, end in ranges]
    hashes = iter(_read([node for nodes in covers for node in nodes], read))
    return [fold([next(hashes) for _ in nodes]) for nodes in covers]


def _read(nodes: Sequence[Node], read: HashReader) -> Sequence[bytes]:
    hashes = read(nodes)
    if len(hashes) != len(nodes) or any(len(each) != HASH_SIZE for each in hashes):
        raise MalformedProof("the reader did not answer every node with a hash of 32 bytes")
    return hashes
