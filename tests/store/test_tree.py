"""The hash tree beside the log: it is the tree of RFC 6962's definition, and proofs can be read from it at any size."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, delete, insert, select, update

from ledger.errors import StoreError
from ledger.proofs import (
    Frontier,
    Tile,
    completed_tiles,
    consistency_path,
    inclusion_path,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from ledger.proofs.errors import MalformedProof
from ledger.proofs.merkle import EMPTY_ROOT, root
from ledger.proofs.paths import reader_of
from ledger.store.log import Log
from ledger.store.schema import events, heads, metadata, tiles
from ledger.store.tree import grow, hash_reader, read_leaves, read_tile
from tests.support.units import a_site
from tests.support.whole import assert_whole

LEDGER = "main"
LARGEST = 600
LEAVES = [sha256(f"leaf {n}".encode()).digest() for n in range(LARGEST)]


def added(connection: Connection, frontier: Frontier, leaves: list[bytes]) -> Frontier:
    """What the recorder does with the leaves of a unit: rows, then the tree."""
    rows: list[dict[str, Any]] = [
        {
            "ledger": LEDGER,
            "position": position,
            "stream": "site/S",
            "version": position,
            "kind": "k",
            "schema": 1,
            "state": b"",
            "leaf": leaf,
        }
        for position, leaf in enumerate(leaves, start=frontier.size + 1)
    ]
    connection.execute(insert(events), rows)
    return grow(connection, LEDGER, frontier, leaves)


def stored_tiles(connection: Connection) -> dict[Tile, tuple[bytes, bytes]]:
    rows = connection.execute(select(tiles).where(tiles.c.ledger == LEDGER)).all()
    return {Tile(row.level, row.number): (row.hashes, row.root) for row in rows}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Tables of their own, in which leaves without events can stand."""
    opened = create_engine("sqlite://")
    metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def grown(engine: Engine) -> Iterator[Connection]:
    """A tree of 600 leaves."""
    with engine.connect() as connection:
        added(connection, Frontier(), LEAVES)
        yield connection


# --- growing ----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, LARGEST), min_size=1, max_size=12))
def test_whatever_the_units_were_the_tree_is_the_one_of_the_definition(sizes: list[int]) -> None:
    opened = create_engine("sqlite://")
    metadata.create_all(opened)
    leaves = [sha256(f"{n}".encode()).digest() for n in range(sum(sizes))]
    with opened.connect() as connection:
        frontier = Frontier()
        for size in sizes:
            frontier = added(connection, frontier, leaves[frontier.size : frontier.size + size])
            assert frontier.root() == root(leaves[: frontier.size])
        kept = stored_tiles(connection)
    opened.dispose()
    assert kept.keys() == set(completed_tiles(0, len(leaves)))
    for tile, (hashes, top) in kept.items():
        assert tile.level == 0, "so few leaves fill no tile above"
        inside = leaves[tile.index * 256 : (tile.index + 1) * 256]
        assert (hashes, top) == (b"".join(inside), root(inside))


@pytest.mark.parametrize("cuts", [(1, 255, 256, 257, 513), (254, 600), (256, 512, 600), (3, 63, 64, 300)])
def test_events_recorded_in_units_make_a_whole_tree_on_each_database(log: Log, cuts: tuple[int, ...]) -> None:
    for end in cuts:
        with log.unit() as unit:
            while unit.position < end:
                unit.append(a_site(unit.position + 1))
    assert_whole(log)
    with log.recorder.snapshot() as connection:
        leaves = read_leaves(connection, log.ledger, 0, cuts[-1])
        reader = hash_reader(connection, log.ledger, cuts[-1])
        whole = [leaves[start : start + 32] for start in range(0, len(leaves), 32)]
        assert len(whole) == cuts[-1]
        assert root_at(cuts[-1], reader) == root(whole)
        for old, new in pairwise(cuts):
            path = consistency_path(old, new, hash_reader(connection, log.ledger, new))
            verify_consistency(old, new, root(whole[:old]), root(whole[:new]), path)


def test_one_ledger_grows_in_many_units_and_ends_as_it_would_in_one(sqlite_url: str) -> None:
    log = Log(sqlite_url)
    log.create()
    for _ in range(300):
        with log.unit() as unit:
            unit.append(a_site(unit.position + 1))
    assert len(assert_whole(log)) == 300
    log.close()


def test_a_unit_that_is_taken_back_leaves_neither_leaves_nor_tiles(log: Log) -> None:
    with log.unit() as unit:
        while unit.position < 200:
            unit.append(a_site(unit.position + 1))
    with pytest.raises(ValueError, match="enough"), log.unit() as unit:
        while unit.position < 300:
            unit.append(a_site(unit.position + 1))
        unit.flush()
        raise ValueError("enough")
    assert len(assert_whole(log)) == 200
    with log.recorder.snapshot() as connection:
        assert stored_tiles(connection) == {}
    with log.unit() as unit:
        while unit.position < 300:
            unit.append(a_site(unit.position + 1))
    assert_whole(log)


def test_two_ledgers_of_one_database_have_trees_of_their_own(ledger_url: str) -> None:
    roots = set()
    for name in ("main", "other"):
        log = Log(ledger_url, name)
        log.create()
        with log.unit() as unit:
            while unit.position < 260:
                unit.append(a_site(unit.position + 1))
        assert_whole(log)
        with log.recorder.snapshot() as connection:
            roots.add(root_at(260, hash_reader(connection, name, 260)))
        log.close()
    assert len(roots) == 2, "the ledger's identity is in every leaf"


# --- what the tree notices --------------------------------------------------------------------------


def test_a_changed_event_no_longer_has_its_leaf(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
        unit.append(a_site(2))
    assert_whole(log)
    with log.recorder.unit() as connection:
        state = select(events.c.state).where(events.c.position == 2)
        old = connection.execute(state).scalar_one()
        new = bytes(old).replace(b"typist", b"tipyst")
        _rewrite(connection, new)
    with pytest.raises(StoreError) as error:
        assert_whole(log)
    assert (error.value.code, error.value.fields["position"]) == ("event_unproven", 2)


def _rewrite(connection: Connection, state: bytes) -> None:
    """As the database's owner can, whatever guards there are."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for (name,) in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    else:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
    connection.execute(update(events).where(events.c.position == 2).values(state=state))


def test_a_frontier_of_another_size_is_not_grown(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    with log.recorder.unit() as connection:
        connection.execute(update(heads).values(frontier=b""))
    with pytest.raises(StoreError) as error, log.unit() as unit:
        unit.append(a_site(2))
    assert error.value.code == "ledger_head_wrong"


# --- proofs -----------------------------------------------------------------------------------------


def test_at_every_size_the_root_and_the_inclusion_of_leaves_are_proven(grown: Connection) -> None:
    for size in range(1, LARGEST + 1):
        reader = hash_reader(grown, LEDGER, size)
        top = root(LEAVES[:size])
        assert root_at(size, reader) == top
        for index in {0, size // 3, size // 2, size - 1}:
            path = inclusion_path(index, size, reader)
            assert path == inclusion_path(index, size, reader_of(LEAVES))
            verify_inclusion(index, size, LEAVES[index], path, top)
    assert root_at(0, hash_reader(grown, LEDGER, 0)) == EMPTY_ROOT


def test_at_every_size_the_tree_is_proven_to_continue_older_ones(grown: Connection) -> None:
    roots = [root(LEAVES[:size]) for size in range(LARGEST + 1)]
    for size in range(2, LARGEST + 1):
        reader = hash_reader(grown, LEDGER, size)
        for old in {1, size // 3 or 1, size // 2, size - 1, min(size, 256), min(size, 512)}:
            path = consistency_path(old, size, reader)
            verify_consistency(old, size, roots[old], roots[size], path)


def test_every_leaf_of_the_whole_tree_is_proven(grown: Connection) -> None:
    reader, top = hash_reader(grown, LEDGER, LARGEST), root(LEAVES)
    for index, leaf in enumerate(LEAVES):
        verify_inclusion(index, LARGEST, leaf, inclusion_path(index, LARGEST, reader), top)


def test_a_tile_that_is_missing_gives_no_proof(engine: Engine, grown: Connection) -> None:
    with grown.begin_nested() as point:
        grown.execute(delete(tiles).where(tiles.c.number == 1))
        assert read_tile(grown, LEDGER, Tile(0, 1)) == b""
        with pytest.raises(MalformedProof):
            inclusion_path(300, LARGEST, hash_reader(grown, LEDGER, LARGEST))
        point.rollback()
    assert inclusion_path(300, LARGEST, hash_reader(grown, LEDGER, LARGEST))


# --- where tiles have tiles above them --------------------------------------------------------------


HIGH = 256 * 256
SIZES = [HIGH - 1, HIGH, HIGH + 1, HIGH + 255, HIGH + 256, HIGH + 300]


@pytest.fixture(scope="module")
def high() -> Iterator[tuple[Connection, list[bytes]]]:
    """A tree of a few more than 65,536 leaves, grown over the edges in units of several sizes."""
    opened = create_engine("sqlite://")
    metadata.create_all(opened)
    leaves = [sha256(n.to_bytes(4, "big")).digest() for n in range(SIZES[-1])]
    with opened.connect() as connection:
        frontier = Frontier()
        for end in (60_000, 65_300, *SIZES):
            frontier = added(connection, frontier, leaves[frontier.size : end])
        assert frontier.root() == root(leaves)
        yield connection, leaves
    opened.dispose()


def test_the_tile_above_is_stored_once_its_256_tiles_are_full(high: tuple[Connection, list[bytes]]) -> None:
    connection, leaves = high
    kept = stored_tiles(connection)
    assert kept.keys() == {*(Tile(0, n) for n in range(257)), Tile(1, 0)}
    below = b"".join(kept[Tile(0, n)][1] for n in range(256))
    assert kept[Tile(1, 0)] == (below, root(leaves[:HIGH]))


@pytest.mark.parametrize("size", SIZES)
def test_proofs_hold_where_the_tile_above_fills(high: tuple[Connection, list[bytes]], size: int) -> None:
    connection, leaves = high
    reader, top = hash_reader(connection, LEDGER, size), root(leaves[:size])
    assert root_at(size, reader) == top
    for index in {0, 255, 256, 32_767, 32_768, 65_279, 65_280, HIGH - 2, size - 1}:
        verify_inclusion(index, size, leaves[index], inclusion_path(index, size, reader), top)
    for old in {1, 255, 256, 257, 40_000, 65_280, HIGH - 1, size - 1}:
        path = consistency_path(old, size, reader)
        verify_consistency(old, size, root(leaves[:old]), top, path)
