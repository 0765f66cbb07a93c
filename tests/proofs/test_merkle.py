"""The hash tree against RFC 6962's known answers, transparency-dev's probes, and its own laws."""

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.errors import BadConsistency, BadInclusion, MalformedProof
from ledger.proofs.merkle import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from ledger.proofs.paths import consistency_path, inclusion_path, reader_of
from tests.proofs.scene import flipped, law, leaves
from tests.proofs.vectors import folder, load

LEAF_INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The eight leaves of RFC 6962's reference implementation, whose roots everybody compares."""

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

PATH_OF_0_IN_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]

KNOWN = [leaf_hash(entry) for entry in LEAF_INPUTS]

H = [bytes([n]) * 32 for n in range(8)]
"""Hashes that are nothing's."""


def test_the_roots_of_the_eight_known_leaves() -> None:
    assert [root(KNOWN[:n]).hex() for n in range(9)] == ROOTS
    assert [Frontier().extend(KNOWN[:n]).root().hex() for n in range(9)] == ROOTS
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_paths_are_those_of_the_known_tree() -> None:
    assert [h.hex() for h in inclusion_path(0, 8, reader_of(KNOWN))] == PATH_OF_0_IN_8
    assert [h.hex() for h in consistency_path(1, 8, reader_of(KNOWN))] == PATH_OF_0_IN_8


def test_hashes_are_the_known_ones() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert (
        node_hash(b"N123", b"N456").hex()
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


def test_the_known_answers_of_transparency_dev() -> None:
    known = load("rfc6962-known/known_answers.json")
    hashes = [leaf_hash(bytes.fromhex(text)) for text in known["leaf_inputs_hex"]]
    assert [root(hashes[:n]).hex() for n in range(len(hashes) + 1)] == known["root_hashes_hex_by_size"]
    for level, row in enumerate(known["node_hashes_hex_by_level"]):
        subtrees = [root(hashes[i << level : (i + 1) << level]).hex() for i in range(len(row))]
        assert subtrees == row


def test_the_accumulated_subtrees_of_the_merkle_tree_certificates_draft() -> None:
    """Every subtree of 130 leaves, and every path in every one of them, by one digest each."""
    expected = load("rfc6962-known/known_answers.json")["accumulated"]
    hashes = [leaf_hash(bytes([i])) for i in range(130)]
    roots, paths = sha256(), sha256()
    for end in range(131):
        for start in range(end + 1):
            width = 1 << max(end - start - 1, 0).bit_length()
            if start not in (0, end) and start % width:
                continue
            roots.update(f"[{start}, {end}) {root(hashes[start:end]).hex()}\n".encode())
            read = reader_of(hashes[start:end])
            for index in range(start, end):
                path = inclusion_path(index - start, end - start, read)
                paths.update(f"{index} [{start}, {end}){''.join(f' {h.hex()}' for h in path)}\n".encode())
    assert roots.hexdigest() == expected["subtree_hash"]["sha256"]
    assert paths.hexdigest() == expected["subtree_inclusion"]["sha256"]


def _probes(name: str) -> list[dict[str, object]]:
    files = sorted((folder("rfc6962-transparency-dev-merkle/testdata") / name).rglob("*.json"))
    return [{"file": str(file), **json.loads(file.read_text())} for file in files]


def _hashes(encoded: object) -> list[bytes]:
    return [base64.b64decode(text) for text in encoded or []]  # type: ignore[attr-defined]


def test_every_inclusion_probe_of_transparency_dev() -> None:
    probes = _probes("inclusion")
    for probe in probes:
        leaf, top = _hashes([probe["leafHash"], probe["root"]])
        accepted = True
        try:
            verify_inclusion(probe["leafIdx"], probe["treeSize"], leaf, _hashes(probe["proof"]), top)  # type: ignore[arg-type]
        except BadInclusion:
            accepted = False
        assert accepted is not probe["wantErr"], probe["file"]
    assert len(probes) >= 90


def test_every_consistency_probe_of_transparency_dev() -> None:
    probes = _probes("consistency")
    for probe in probes:
        old, new = _hashes([probe["root1"], probe["root2"]])
        accepted = True
        try:
            verify_consistency(probe["size1"], probe["size2"], old, new, _hashes(probe["proof"]))  # type: ignore[arg-type]
        except BadConsistency:
            accepted = False
        assert accepted is not probe["wantErr"], probe["file"]
    assert len(probes) >= 90


def test_the_subtree_inclusion_probes_as_trees_of_their_own() -> None:
    """A valid subtree is a tree that begins at its start; those that are not are not ours to judge."""
    tried = 0
    for probe in _probes("subtreeinclusion"):
        start, end, index = probe["start"], probe["end"], probe["leafIdx"]
        assert isinstance(start, int) and isinstance(end, int) and isinstance(index, int)
        if end <= start or start % (1 << (end - start - 1).bit_length()):
            continue
        leaf, top = _hashes([probe["leafHash"], probe["root"]])
        accepted = True
        try:
            verify_inclusion(index - start, end - start, leaf, _hashes(probe["proof"]), top)
        except BadInclusion:
            accepted = False
        assert accepted is not probe["wantErr"], probe["file"]
        tried += 1
    assert tried >= 90


sizes = st.integers(1, 90)


@law
@given(sizes, st.data())
def test_a_path_proves_its_leaf(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    all_leaves = leaves(size)
    path = inclusion_path(index, size, reader_of(all_leaves))
    verify_inclusion(index, size, all_leaves[index], path, root(all_leaves))


@law
@given(sizes, st.data())
def test_a_path_proves_no_other_leaf_index_hash_or_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    all_leaves = leaves(size)
    leaf, top, path = all_leaves[index], root(all_leaves), inclusion_path(index, size, reader_of(all_leaves))
    bit = data.draw(st.integers(0, 255))
    spoilt = [
        (data.draw(st.integers(-2, size + 2).filter(lambda i: i != index)), size, leaf, path, top),
        (index, size, flipped(leaf, bit), path, top),
        (index, size, leaf, path, flipped(top, bit)),
        (index, size, leaf, [*path, H[1]], top),
        (index, size, leaf, [H[1], *path], top),
    ]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:at], flipped(path[at], bit), *path[at + 1 :]]
        spoilt += [(index, size, leaf, changed, top), (index, size, leaf, path[:at] + path[at + 1 :], top)]
    for arguments in spoilt:
        with pytest.raises(BadInclusion):
            verify_inclusion(*arguments)


@law
@given(sizes, st.integers(1, 90), st.data())
def test_a_path_in_a_tree_of_another_size_has_another_root(
    size: int, other: int, data: st.DataObject
) -> None:
    """The same path can fit several sizes; the root does not, because a checkpoint signs both together."""
    index = data.draw(st.integers(0, min(size, other) - 1))
    all_leaves = leaves(90)
    path = inclusion_path(index, size, reader_of(all_leaves[:size]))
    if size != other:
        with pytest.raises(BadInclusion):
            verify_inclusion(index, other, all_leaves[index], path, root(all_leaves[:other]))


@law
@given(sizes, st.data())
def test_a_grown_tree_is_consistent(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    all_leaves = leaves(new)
    path = consistency_path(old, new, reader_of(all_leaves))
    verify_consistency(old, new, root(all_leaves[:old]), root(all_leaves), path)


@law
@given(sizes, st.data())
def test_a_changed_past_is_not_consistent(new: int, data: st.DataObject) -> None:
    """Whatever leaf is changed in the old tree, no path the new tree can offer leads to the old root."""
    old = data.draw(st.integers(1, new))
    honest = leaves(new)
    changed = list(honest)
    at = data.draw(st.integers(0, old - 1))
    changed[at] = flipped(changed[at], data.draw(st.integers(0, 255)))
    path = consistency_path(old, new, reader_of(changed))
    with pytest.raises(BadConsistency):
        verify_consistency(old, new, root(honest[:old]), root(changed), path)


@law
@given(sizes, st.data())
def test_a_consistency_path_proves_nothing_else(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    all_leaves = leaves(new)
    before, after = root(all_leaves[:old]), root(all_leaves)
    path = consistency_path(old, new, reader_of(all_leaves))
    bit = data.draw(st.integers(0, 255))
    spoilt = [
        (old, new, flipped(before, bit), after, path),
        (old, new, before, flipped(after, bit), path),
        (old, new, before, after, [*path, H[1]]),
        (old, new, before, after, [H[1], *path]),
        (new + 1, new, before, after, path),
        (0, new, before, after, path),
        (-old, new, before, after, path),
    ]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:at], flipped(path[at], bit), *path[at + 1 :]]
        spoilt += [
            (old, new, before, after, changed),
            (old, new, before, after, path[:at] + path[at + 1 :]),
            (new, old, after, before, path),
        ]
    for arguments in spoilt:
        with pytest.raises(BadConsistency):
            verify_consistency(*arguments)


# --- each step of the two algorithms alone, with roots made to measure -------------------------------


def test_an_index_below_zero_is_refused() -> None:
    with pytest.raises(BadInclusion):
        verify_inclusion(-1, 1, H[1], [], H[1])


def test_an_index_past_the_end_is_refused() -> None:
    with pytest.raises(BadInclusion):
        verify_inclusion(1, 1, H[1], [], H[1])


def test_a_path_too_long_fails_even_where_it_leads_to_the_root() -> None:
    with pytest.raises(BadInclusion, match="longer"):
        verify_inclusion(0, 1, H[1], [H[2]], node_hash(H[2], H[1]))


def test_a_path_too_short_fails_even_where_it_leads_to_the_root() -> None:
    with pytest.raises(BadInclusion, match="shorter"):
        verify_inclusion(0, 2, H[1], [], H[1])


def test_a_leaf_of_another_length_fails_even_where_it_leads_to_the_root() -> None:
    """Bytes moved over the middle of a node make the same node."""
    left, right = H[1] + H[2][:16], H[2][16:]
    with pytest.raises(BadInclusion, match="32 bytes"):
        verify_inclusion(0, 2, left, [right], node_hash(H[1], H[2]))


def test_an_old_path_too_long_fails_even_where_it_leads_to_both_roots() -> None:
    old, new = node_hash(H[2], H[0]), node_hash(H[2], node_hash(H[0], H[1]))
    verify_consistency(3, 4, old, new, [H[0], H[1], H[2]])
    with pytest.raises(BadConsistency, match="longer"):
        verify_consistency(3, 4, node_hash(H[3], old), node_hash(H[3], new), [H[0], H[1], H[2], H[3]])


def test_an_old_path_too_short_fails_even_where_it_leads_to_both_roots() -> None:
    with pytest.raises(BadConsistency, match="shorter"):
        verify_consistency(3, 4, H[0], node_hash(H[0], H[1]), [H[0], H[1]])


def test_each_root_of_a_consistency_path_is_compared() -> None:
    old, new = node_hash(H[2], H[0]), node_hash(H[2], node_hash(H[0], H[1]))
    with pytest.raises(BadConsistency, match="old root"):
        verify_consistency(3, 4, H[7], new, [H[0], H[1], H[2]])
    with pytest.raises(BadConsistency, match="new root"):
        verify_consistency(3, 4, old, H[7], [H[0], H[1], H[2]])


def test_an_empty_consistency_path_proves_nothing() -> None:
    with pytest.raises(BadConsistency, match="empty"):
        verify_consistency(3, 4, H[0], H[1], [])


def test_trees_of_one_size_have_one_root_and_no_path() -> None:
    verify_consistency(3, 3, H[0], H[0], [])
    with pytest.raises(BadConsistency, match="two roots"):
        verify_consistency(3, 3, H[0], H[1], [])
    with pytest.raises(BadConsistency, match="no path"):
        verify_consistency(3, 3, H[0], H[0], [H[1]])


def test_from_an_empty_tree_nothing_is_proven() -> None:
    with pytest.raises(BadConsistency):
        verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    with pytest.raises(BadConsistency):
        verify_consistency(0, 1, EMPTY_ROOT, H[0], [])
    with pytest.raises(BadConsistency):
        verify_consistency(2, 1, H[0], H[0], [])


def test_hashes_of_another_length_are_not_consistent() -> None:
    left, right = H[1] + H[2][:16], H[2][16:]
    with pytest.raises(BadConsistency, match="32 bytes"):
        verify_consistency(1, 2, left, node_hash(H[1], H[2]), [right])


# --- the frontier ------------------------------------------------------------------------------------


@law
@given(st.lists(st.integers(0, 40), max_size=6))
def test_a_frontier_has_the_root_of_the_definition_however_it_grew(steps: list[int]) -> None:
    frontier, all_leaves = Frontier(), leaves(sum(steps))
    for step in steps:
        frontier = frontier.extend(all_leaves[frontier.size : frontier.size + step])
        frontier = Frontier.unpack(frontier.size, frontier.pack())
        assert frontier.root() == root(all_leaves[: frontier.size])
    assert frontier.size == len(all_leaves)
    assert len(frontier.peaks) == frontier.size.bit_count()


def test_a_frontier_is_refused_that_is_none() -> None:
    for size, packed in ((0, H[0]), (3, H[0]), (1, b""), (1, H[0] + b"x"), (2, H[0] + H[1]), (-1, H[0])):
        with pytest.raises(MalformedProof, match="no frontier"):
            Frontier.unpack(size, packed)
    with pytest.raises(MalformedProof, match="32 bytes"):
        Frontier.unpack(1, b"short")


def test_a_leaf_of_another_length_does_not_enter_a_frontier() -> None:
    with pytest.raises(MalformedProof, match="leaf hash"):
        Frontier().extend([b"short", H[0]])
