"""What must be true of every log at every moment, whoever wrote it and however it was interrupted."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from ledger.events import Recorded
from ledger.proofs import Envelope, Frontier, completed_tiles, is_key_check
from ledger.proofs.merkle import root
from ledger.proofs.seal import PREFIX
from ledger.store import registry_rows
from ledger.store.log import Log
from ledger.store.mapper import decode
from ledger.store.schema import (
    closes,
    commands,
    events,
    heads,
    metadata,
    subjects,
    supervised,
    things,
    tiles,
)
from ledger.terms import format_recorded

Rows = list[dict[str, Any]]


def everything_in(log: Log) -> dict[str, Rows]:
    """Every row of every table of the database's log, in a canonical order."""
    with log.recorder.snapshot() as connection:
        return {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }


def assert_whole(log: Log) -> list[Recorded]:
    """Asserts what is always true of a log; returns its events."""
    found = list(log.events())
    assert_gapless(log, found)
    assert_time_never_decreases(log, found)
    assert_registries_follow_from(log, found)
    assert_subjects_are_the_people_of(log, found)
    assert_the_tree_is_of_these_bytes(log)
    assert_personal_words_are_sealed(log)
    return found


def assert_gapless(log: Log, found: list[Recorded]) -> None:
    """Positions count from 1, and the versions of every stream do."""
    assert [recorded.position for recorded in found] == list(range(1, len(found) + 1))
    assert log.position() == len(found)
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for recorded in found:
        versions[recorded.stream].append(recorded.version)
    for stream, counted in versions.items():
        assert counted == list(range(1, len(counted) + 1)), stream


def assert_time_never_decreases(log: Log, found: list[Recorded]) -> None:
    """An event is never recorded before the one ahead of it, and the head knows the last instant."""
    instants = [recorded.recorded_at for recorded in found]
    assert instants == sorted(instants)
    with log.recorder.snapshot() as connection:
        last = connection.execute(
            select(heads.c.recorded_at).where(heads.c.ledger == log.ledger)
        ).scalar_one()
    if found:
        assert last == format_recorded(instants[-1])


def assert_registries_follow_from(log: Log, found: list[Recorded]) -> None:
    """The registries hold exactly what the log says again, event by event."""
    with log.recorder.snapshot() as connection:
        stored = {
            table.name: [
                {key: value for key, value in row._mapping.items() if key != "ledger"}
                for row in connection.execute(select(table).where(table.c.ledger == log.ledger))
            ]
            for table in (commands, things, closes, supervised)
        }
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for recorded in found:
        row = registry_rows.supervised_row(recorded)
        if row is not None:
            first.setdefault((row["supervisor"], row["employee"]), row)
    derived = {
        "commands": list(registry_rows.command_rows(found)),
        "things": [row for row in map(registry_rows.thing_row, found) if row is not None],
        "closes": [row for row in map(registry_rows.close_row, found) if row is not None],
        "supervised": list(first.values()),
    }
    for name, rows in derived.items():
        assert _sorted(stored[name]) == _sorted(rows), name


def assert_subjects_are_the_people_of(log: Log, found: list[Recorded]) -> None:
    """Everybody who has a stream has an id of their own, made from a random key, and nobody else."""
    known = _subjects(log)
    people = {recorded.stream for recorded in found if recorded.stream.startswith("employee/")}
    assert known.keys() == people
    assert len(set(known.values())) == len(known)
    assert all(is_key_check(subject) for subject in known.values())


def assert_the_tree_is_of_these_bytes(log: Log) -> None:
    """Leaves, full tiles and frontier are again what the definitions make of the stored bytes."""
    known = _subjects(log)
    with log.recorder.snapshot() as connection:
        head = connection.execute(select(heads).where(heads.c.ledger == log.ledger)).one()
        stored = connection.execute(
            select(events).where(events.c.ledger == log.ledger).order_by(events.c.position)
        ).all()
        kept = connection.execute(select(tiles).where(tiles.c.ledger == log.ledger)).all()
    leaves = []
    for row in stored:
        subject = known.get(row.stream)
        count = 0 if subject is None else row.version
        place = (row.position, row.stream, row.version, row.kind, row.schema, subject, count)
        leaves.append(Envelope(head.identity, *place).leaf(row.state))
    assert [row.leaf for row in stored] == leaves
    frontier = Frontier.unpack(head.position, head.frontier)
    assert frontier == Frontier().extend(leaves)
    assert frontier.root() == root(leaves)
    expected = set()
    for tile in completed_tiles(0, len(leaves)):
        under, first = 256**tile.level, tile.index * 256 ** (tile.level + 1)
        starts = range(first, first + 256 * under, under)
        hashes = b"".join(root(leaves[start : start + under]) for start in starts)
        expected.add((tile.level, tile.index, hashes, root(leaves[first : first + 256 * under])))
    assert {(row.level, row.number, row.hashes, row.root) for row in kept} == expected
    assert len(kept) == len(expected)


def assert_personal_words_are_sealed(log: Log) -> None:
    """No personal text stands in the stored bytes as it was written."""
    with log.recorder.snapshot() as connection:
        columns = (events.c.position, events.c.stream, events.c.version, events.c.kind, events.c.state)
        rows = connection.execute(select(*columns).where(events.c.ledger == log.ledger)).all()
    for row in rows:
        for text in personal_texts(decode(*row)):
            assert text.startswith(PREFIX), row.position


def personal_texts(recorded: Recorded) -> list[str]:
    """Every personal text of an event, as it stands there; a file's digest is none."""
    fields = recorded.event.model_dump(mode="json", by_alias=True)
    return [text for field in recorded.event.personal_fields() for text in _texts(fields[field])]


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for name, each in value.items() if name != "sha256" for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _subjects(log: Log) -> dict[str, str]:
    query = select(subjects.c.stream, subjects.c.subject).where(subjects.c.ledger == log.ledger)
    with log.recorder.snapshot() as connection:
        return {row.stream: row.subject for row in connection.execute(query)}


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row.get("position", row.get("first_position")), repr(row)))
