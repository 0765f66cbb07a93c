"""Tiles: coordinates and paths as C2SP tlog-tiles writes them, and proofs read from nothing else."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.proofs.errors import MalformedProof
from ledger.proofs.merkle import Frontier, root, verify_consistency, verify_inclusion
from ledger.proofs.paths import Node, consistency_path, frontier_at, inclusion_path, reader_of, root_at
from ledger.proofs.tiles import Tile, completed_tiles, reader_from_tiles, tile_root, tiles_of
from tests.proofs.scene import law, leaves

WIDEST = 70_000
LEAVES = leaves(WIDEST)


@cache
def hash_at(level: int, number: int) -> bytes:
    """MTH(D[number·256^level : (number + 1)·256^level])."""
    if level == 0:
        return LEAVES[number]
    return root([hash_at(level - 1, number * 256 + i) for i in range(256)])


def content(tile: Tile) -> bytes:
    return b"".join(hash_at(tile.level, tile.index * 256 + i) for i in range(tile.width))


def read_tiles(tiles: Sequence[Tile]) -> list[bytes]:
    return [content(tile) for tile in tiles]


def test_the_example_of_the_specification() -> None:
    assert Tile(0, 1234067).path() == "tile/0/x001/x234/067"
    assert Tile.parse("tile/0/x001/x234/067") == Tile(0, 1234067)
    assert Tile(1, 1067, 17).path() == "tile/1/x001/067.p/17"
    assert Tile(0, 0).path() == "tile/0/000"
    assert Tile(63, 999, 1).path() == "tile/63/999.p/1"


def test_the_tiles_of_a_tree_of_70_000_and_of_256_as_the_specification_counts_them() -> None:
    tiles = list(tiles_of(70_000))
    assert [sum(t.level == level and t.full for t in tiles) for level in range(3)] == [273, 1, 0]
    assert [t for t in tiles if not t.full] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@law
@given(st.builds(Tile, st.integers(0, 63), st.integers(0, 2**63 - 1), st.integers(1, 256)))
def test_a_path_names_its_tile(tile: Tile) -> None:
    assert Tile.parse(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/67",
        "tile/0/x01/067",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x067",
        "tile/00/067",
        "tile/64/067",
        "tile/-1/067",
        "tile/0/067.p/0",
        "tile/0/067.p/256",
        "tile/0/067.p/257",
        "tile/0/067.p/01",
        "tile/0/067.p/",
        "tile/0/067/",
        "tile/0/067\n",
        "tile/0/٠٦٧",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
        "tile/0/" + "x999/" * 3000 + "067",
        "/tile/0/067",
        "tile/entries/067",
        "",
    ],
)
def test_another_spelling_is_no_tile(path: str) -> None:
    with pytest.raises(MalformedProof):
        Tile.parse(path)


@pytest.mark.parametrize("place", [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257)])
def test_there_is_no_such_tile(place: tuple[int, int, int]) -> None:
    with pytest.raises(MalformedProof):
        Tile(*place)


@settings(law, max_examples=40)
@given(st.integers(1, WIDEST), st.data())
@example(256, None)
@example(65_536, None)
@example(WIDEST, None)
def test_proofs_from_tiles_are_those_from_leaves(size: int, data: st.DataObject | None) -> None:
    draw = data.draw if data else lambda _: size // 3
    read, known = reader_from_tiles(size, read_tiles), Frontier().extend(LEAVES[:size])
    assert root_at(size, read) == known.root()
    assert frontier_at(size, read) == known
    index, old = draw(st.integers(0, size - 1)), draw(st.integers(1, size))
    verify_inclusion(index, size, LEAVES[index], inclusion_path(index, size, read), known.root())
    before = Frontier().extend(LEAVES[:old]).root()
    verify_consistency(old, size, before, known.root(), consistency_path(old, size, read))


@settings(law, max_examples=30)
@given(st.integers(1, 1500), st.data())
def test_paths_from_tiles_are_the_same_hashes(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tiled, plain = reader_from_tiles(size, read_tiles), reader_of(LEAVES[:size])
    assert inclusion_path(index, size, tiled) == inclusion_path(index, size, plain)
    assert consistency_path(index + 1, size, tiled) == consistency_path(index + 1, size, plain)


def test_a_proof_asks_only_for_tiles_of_its_tree_and_each_once() -> None:
    asked: list[Tile] = []

    def read(tiles: Sequence[Tile]) -> list[bytes]:
        asked.extend(tiles)
        return read_tiles(tiles)

    inclusion_path(69_999, WIDEST, reader_from_tiles(WIDEST, read))
    assert asked == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert set(asked) <= set(tiles_of(WIDEST))


@law
@given(st.integers(0, 200_000), st.integers(0, 70_000))
def test_growing_completes_the_tiles_that_are_then_full(old: int, more: int) -> None:
    before = {tile for tile in tiles_of(old) if tile.full}
    after = {tile for tile in tiles_of(old + more) if tile.full}
    completed = list(completed_tiles(old, old + more))
    assert set(completed) == after - before
    assert len(completed) == len(set(completed))


def test_a_tile_is_made_of_the_roots_below() -> None:
    for tile in (Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)):
        assert content(tile) == b"".join(tile_root(content(below)) for below in tile.below())
    assert Tile(0, 5).below() == []


def test_a_partial_tile_has_no_root() -> None:
    with pytest.raises(MalformedProof):
        tile_root(content(Tile(0, 273, 112)))


def test_a_node_outside_the_tree_is_not_read() -> None:
    read = reader_from_tiles(300, read_tiles)
    for node in (Node(0, 300), Node(8, 1), Node(0, -1), Node(2, -1)):
        with pytest.raises(MalformedProof, match="has no"):
            read([node])


def test_a_tile_of_another_width_is_not_believed() -> None:
    for answer in ([b""], [bytes(32 * 43)], [bytes(32 * 45)], [], [bytes(32 * 44)] * 2):
        with pytest.raises(MalformedProof, match="wide"):
            reader_from_tiles(300, lambda tiles, answer=answer: answer)([Node(0, 299)])  # type: ignore[misc]
