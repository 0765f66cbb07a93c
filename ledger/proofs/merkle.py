"""The hash tree of RFC 6962 §2.1: hashes, root, frontier, and the checking of proofs (RFC 9162 §2.1.3.2, §2.1.4.2).

A leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right): the first byte keeps a node from
passing as a leaf. Nothing here knows where hashes are kept; building proofs is in `paths` and `tiles`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from .errors import BadConsistency, BadInclusion, MalformedProof, ProofError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""MTH({}) = SHA-256() (RFC 6962 §2.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """MTH({d(0)}) = SHA-256(0x00 ‖ d(0)) (RFC 6962 §2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """k, the largest power of two smaller than the size (RFC 6962 §2.1); the size is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]) of leaf hashes, by the definition (RFC 6962 §2.1)."""
    if not leaves:
        return EMPTY_ROOT
    return _range_root(leaves, 0, len(leaves))


def _range_root(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    if end - start == 1:
        return leaves[start]
    middle = start + split(end - start)
    return node_hash(_range_root(leaves, start, middle), _range_root(leaves, middle, end))


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that stand side by side, the largest first."""
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = node_hash(peak, top)
    return top


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree as far as growing it needs: its size and the roots of its complete subtrees, the largest first.

    One hash for each bit set in the size, so at most 63; a leaf is added in O(log n), O(1) on average. What
    the head row keeps. (Called a compact range in transparency-dev's libraries.)
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise MalformedProof(f"{len(self.peaks)} hashes are no frontier of {self.size} leaves")
        _check_hashes(self.peaks, MalformedProof)

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaf hashes."""
        peaks, size = list(self.peaks), self.size
        for leaf in leaves:
            if len(leaf) != HASH_SIZE:
                raise MalformedProof("a leaf hash has 32 bytes")
            top, complete = leaf, size
            while complete & 1:
                top = sha256(b"\x01" + peaks.pop() + top).digest()
                complete >>= 1
            peaks.append(top)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root of the tree."""
        return fold(self.peaks) if self.peaks else EMPTY_ROOT

    def pack(self) -> bytes:
        """The hashes as one string of bytes, for a column."""
        return b"".join(self.peaks)

    @staticmethod
    @lru_cache(maxsize=16, typed=True)
    def unpack(size: int, packed: bytes) -> "Frontier":
        """The frontier of such a string; that of a head row is asked for again by whoever appends to it."""
        return Frontier(size, tuple([packed[i : i + HASH_SIZE] for i in range(0, len(packed), HASH_SIZE)]))


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], expected_root: bytes) -> None:
    """Whether the leaf hash stands at `index` (from 0) in the tree of `size` leaves; BadInclusion if not.

    RFC 9162 §2.1.3.2, step by step; RFC 6962's paths are the same.
    """
    if not 0 <= index < size:
        raise BadInclusion(f"a tree of {size} leaves has no leaf {index}")
    _check_hashes((leaf, *path), BadInclusion)
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise BadInclusion("the path is longer than the way from the leaf to the root")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadInclusion("the path is shorter than the way from the leaf to the root")
    if r != expected_root:
        raise BadInclusion("the path leads to another root")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Whether the new tree begins with all the leaves of the old one; BadConsistency if not.

    RFC 9162 §2.1.4.2, step by step. From an empty tree there is nothing to prove, and asking is refused.
    """
    if not 0 < old_size <= new_size:
        raise BadConsistency(f"a tree of {new_size} leaves is not shown to continue one of {old_size}")
    if old_size == new_size:
        if path:
            raise BadConsistency("trees of one size need no path")
        if old_root != new_root:
            raise BadConsistency("two trees of one size have two roots")
        return
    _check_hashes((old_root, new_root, *path), BadConsistency)
    if old_size & (old_size - 1) == 0:
        path = (old_root, *path)
    if not path:
        raise BadConsistency("the path is empty")
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise BadConsistency("the path is longer than the way to the root")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadConsistency("the path is shorter than the way to the root")
    if fr != old_root:
        raise BadConsistency("the path leads to another old root")
    if sr != new_root:
        raise BadConsistency("the path leads to another new root")


def _check_hashes(hashes: Iterable[bytes], error: type[ProofError]) -> None:
    """Hashes of another length could shift bytes from one side of a node to the other."""
    if not {HASH_SIZE}.issuperset(map(len, hashes)):
        raise error("a hash has 32 bytes")
