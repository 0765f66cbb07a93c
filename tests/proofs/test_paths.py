"""Building proofs from hashes kept elsewhere."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.errors import MalformedProof
from ledger.proofs.merkle import Frontier, root
from ledger.proofs.paths import Node, consistency_path, cover, frontier_at, inclusion_path, reader_of, root_at
from tests.proofs.scene import law, leaves


def path_by_definition(index: int, hashes: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), as RFC 6962 §2.1.1 writes it."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if index < k:
        return [*path_by_definition(index, hashes[:k]), root(hashes[k:])]
    return [*path_by_definition(index - k, hashes[k:]), root(hashes[:k])]


def proof_by_definition(old: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b), as RFC 6962 §2.1.2 writes it."""
    if old == len(hashes):
        return [] if whole else [root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if old <= k:
        return [*proof_by_definition(old, hashes[:k], whole), root(hashes[k:])]
    return [*proof_by_definition(old - k, hashes[k:], False), root(hashes[:k])]


@law
@given(st.integers(1, 90), st.data())
def test_paths_are_those_of_the_definition(size: int, data: st.DataObject) -> None:
    all_leaves, index = leaves(size), data.draw(st.integers(0, size - 1))
    assert inclusion_path(index, size, reader_of(all_leaves)) == path_by_definition(index, all_leaves)
    assert consistency_path(index + 1, size, reader_of(all_leaves)) == proof_by_definition(
        index + 1, all_leaves
    )


@law
@given(st.integers(0, 90), st.integers(0, 90))
def test_the_past_of_a_tree_can_be_read_from_it(past: int, more: int) -> None:
    all_leaves = leaves(past + more)
    assert root_at(past, reader_of(all_leaves)) == root(all_leaves[:past])
    assert frontier_at(past, reader_of(all_leaves)) == Frontier().extend(all_leaves[:past])


@law
@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_a_cover_is_gapless_and_small(start: int, length: int) -> None:
    nodes = cover(start, start + length)
    position = start
    for level, number in nodes:
        assert number << level == position
        position += 1 << level
    assert position == start + length
    assert len(nodes) <= 2 * 41


def test_a_proof_asks_once() -> None:
    asked: list[list[Node]] = []

    def read(nodes: Sequence[Node]) -> Sequence[bytes]:
        asked.append(list(nodes))
        return reader_of(leaves(77))(nodes)

    inclusion_path(30, 77, read)
    consistency_path(30, 77, read)
    assert len(asked) == 2


def test_what_is_not_there_has_no_path() -> None:
    read = reader_of(leaves(5))
    for index in (-1, 5):
        with pytest.raises(MalformedProof):
            inclusion_path(index, 5, read)
    for old in (-1, 6):
        with pytest.raises(MalformedProof):
            consistency_path(old, 5, read)
    assert consistency_path(0, 5, read) == consistency_path(5, 5, read) == []


@pytest.mark.parametrize("answer", [[], [b"short"], [bytes(32)] * 3])
def test_a_reader_that_answers_otherwise_is_not_believed(answer: list[bytes]) -> None:
    with pytest.raises(MalformedProof, match="reader"):
        inclusion_path(0, 2, lambda nodes: answer)
