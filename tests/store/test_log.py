"""The log on real databases: what it keeps, what it refuses to read, what it never does."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from eventsourcing.persistence import IntegrityError, MapperDeserialisationError, StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from ledger.application.ledger import Ledger
from ledger.errors import LedgerError, Refusal, StoreError
from ledger.events import NoticeIssued, Recorded, SiteRegistered, kinds, site_stream
from ledger.store import mapper
from ledger.store.log import Log
from ledger.store.schema import LAYOUT, events, heads
from tests.support import office
from tests.support.events import examples, recorded
from tests.support.whole import assert_time_never_decreases, assert_whole, everything_in


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as opened:
        yield opened


@pytest.fixture
def log(ledger_url: str) -> Iterator[Log]:
    opened = Log(ledger_url)
    opened.create()
    yield opened
    opened.close()


def a_site(position: int, site: str | None = None, at: datetime = office.NOW) -> Recorded:
    """The registration of a site, as a unit of the log takes it."""
    name = site or f"S{position}"
    event = SiteRegistered(site=name, name="管理處", timezone="Asia/Shanghai")
    return Recorded(
        position, site_stream(name), 1, at, "typist", f"{position:064d}", f"site:{name}", 0, event
    )


# --- positions --------------------------------------------------------------------------------------


def test_positions_count_from_one_without_gaps_whatever_was_refused_in_between(ledger: Ledger) -> None:
    ledger.apply(office.lines(office.office()))
    for number in range(1, 6):
        ledger.apply(office.lines([office.issue_notice(f"N{number}", "E001", clause=f"FD-{number:02}")]))
        with pytest.raises(Refusal):
            ledger.apply(
                office.lines([office.issue_notice("N99", "E002"), office.issue_notice(f"N{number}", "E003")])
            )
    found = assert_whole(ledger.store)
    assert [r.event.notice for r in found[-5:] if isinstance(r.event, NoticeIssued)] == [
        "N1", "N2", "N3", "N4", "N5",
    ]  # fmt: skip


def test_a_busy_month_leaves_a_whole_log(ledger: Ledger) -> None:
    applied = ledger.apply(office.lines(office.a_busy_month()))
    assert len(assert_whole(ledger.store)) == applied.position == len(office.a_busy_month()) + 2


def test_the_registries_still_follow_from_the_log_after_many_units(ledger: Ledger) -> None:
    for line in office.lines(office.a_busy_month()):
        ledger.apply([line])
    ledger.apply(office.lines([office.issue_notice("N4", "E001", clause="FD-04")]))
    found = assert_whole(ledger.store)
    assert {r.step for r in found} == {0, 1}
    assert isinstance(found[-1].event, NoticeIssued)
    assert found[-1].event.late


def test_two_ledgers_of_one_database_count_and_keep_each_for_itself(ledger_url: str) -> None:
    for name, sites in (("main", 2), ("other", 3), ("main", 4)):
        log = Log(ledger_url, name)
        log.create()
        with log.unit() as unit:
            while unit.position < sites:
                unit.append(a_site(unit.position + 1))
        assert len(assert_whole(log)) == sites
        log.close()


def test_an_event_out_of_its_turn_is_not_taken(log: Log) -> None:
    with pytest.raises(ValueError, match="does not follow"), log.unit() as unit:
        unit.append(a_site(2))
    assert log.position() == 0


def test_a_version_that_is_taken_is_refused_with_the_librarys_error(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    with pytest.raises(IntegrityError), log.unit() as unit:
        unit.append(a_site(2, "S1"))
    assert everything_in(log) == before


# --- all or nothing ---------------------------------------------------------------------------------


class Interrupted(Exception):
    pass


def test_nothing_is_written_when_a_unit_raises(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    with pytest.raises(Interrupted), log.unit() as unit:
        unit.append(a_site(2))
        raise Interrupted
    assert everything_in(log) == before


def test_nothing_is_kept_when_a_unit_raises_after_its_events_and_registries_were_written(log: Log) -> None:
    before = everything_in(log)
    with pytest.raises(Interrupted), log.unit() as unit:
        unit.append(a_site(1))
        unit.append(a_site(2))
        unit.flush()
        during = everything_in(log)
        raise Interrupted
    assert [row["position"] for row in during["events"]] == [1, 2]
    assert len(during["things"]) == len(during["commands"]) == 2
    assert everything_in(log) == before


def test_the_events_go_too_when_a_registry_refuses_its_row(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    taken = replace(a_site(2, "S1"), stream="site/elsewhere")
    with pytest.raises(Exception, match=r"(?i)unique"), log.unit() as unit:
        unit.append(taken)
    assert everything_in(log) == before


def test_a_file_is_not_half_recorded_when_its_last_command_is_refused(ledger: Ledger) -> None:
    ledger.apply(office.lines(office.office()))
    before = everything_in(ledger.store)
    refused = [*office.a_busy_month()[len(office.office()) :], office.issue_notice("N9", "nobody")]
    with pytest.raises(LedgerError) as error:
        ledger.apply(office.lines(refused))
    assert error.value.place["line"] == len(refused)
    assert everything_in(ledger.store) == before


def test_a_log_is_written_to_again_after_a_unit_has_raised(log: Log) -> None:
    for _ in range(3):
        with pytest.raises(Interrupted), log.unit() as unit:
            unit.append(a_site(1))
            unit.flush()
            raise Interrupted
    with log.unit() as unit:
        unit.append(a_site(1))
    assert [r.position for r in assert_whole(log)] == [1]


KILLED = """
import os, signal, sys
from ledger.store.log import Log
from tests.store.test_log import a_site
log = Log(sys.argv[1])
with log.unit() as unit:
    unit.append(a_site(2))
    unit.append(a_site(3))
    unit.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_just_before_its_commit_leaves_nothing_and_no_lock(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    url = log.url.render_as_string(hide_password=False)
    here = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, url], cwd=here, timeout=60, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    assert everything_in(log) == before
    with log.unit() as unit:
        unit.append(a_site(2))
    assert [r.position for r in assert_whole(log)] == [1, 2]


def test_a_unit_sees_its_own_flushed_events_and_a_reader_beside_it_does_not(ledger_url: str) -> None:
    writer, reader = Log(ledger_url), Log(ledger_url)
    writer.create()
    with writer.unit() as unit:
        unit.append(a_site(1))
        unit.flush()
        assert writer.stream_of("site", "S1") == "site/S1"
        assert reader.stream_of("site", "S1") is None
        assert reader.position() == 0
    assert reader.stream_of("site", "S1") == "site/S1"
    writer.close()
    reader.close()


# --- bytes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(kinds()))
@settings(max_examples=20, deadline=None)
@given(drawn=st.data())
def test_the_stored_bytes_of_an_event_decode_to_an_equal_event(kind: str, drawn: st.DataObject) -> None:
    original = drawn.draw(recorded(kind))
    state = mapper.encode(original)
    again = mapper.decode(1, original.stream, 1, kind, state)
    assert again == original
    assert type(again.event) is kinds()[kind]
    assert mapper.encode(again) == state


def test_the_databases_give_back_the_exact_bytes_of_events_of_every_kind(log: Log) -> None:
    facts = [replace(fact, position=n, version=n) for n, fact in enumerate(examples(3), start=1)]
    assert {fact.event.kind for fact in facts} == set(kinds())
    log.event_store.put(facts)  # type: ignore[arg-type]
    assert list(log.events()) == facts
    assert log.stream("employee/E001") == facts
    streamed: list[Any] = list(log.event_store.get("employee/E001"))
    assert streamed == [replace(fact, position=0) for fact in facts]
    notifications = log.recorder.select_notifications(start=None, limit=len(facts))
    notified: list[Any] = [log.event_store.mapper.to_domain_event(n) for n in notifications]
    assert notified == facts
    assert log.hashes(range(1, len(facts) + 1)) == {
        fact.position: hashlib.sha256(mapper.encode(fact)).hexdigest() for fact in facts
    }


# --- what cannot be read ----------------------------------------------------------------------------

GOOD = orjson.loads(mapper.encode(a_site(1)))


def _with(**changes: Any) -> bytes:
    return orjson.dumps({**GOOD, **changes})


def _without(name: str) -> bytes:
    return orjson.dumps({key: value for key, value in GOOD.items() if key != name})


UNREADABLE: dict[str, tuple[str, bytes]] = {
    "a kind nobody knows": ("site_dreamt_of", _with()),
    "a kind that names a module": ("os:system", _with()),
    "a newer schema version": ("site_registered", _with(v=99)),
    "a schema version before the first": ("site_registered", _with(v=0)),
    "a schema version that is no number": ("site_registered", _with(v="1")),
    "no bytes": ("site_registered", b""),
    "bytes that are no JSON": ("site_registered", b"\x80\x04\x95"),
    "bytes cut short": ("site_registered", _with()[:-3]),
    "a list": ("site_registered", b"[]"),
    "a number": ("site_registered", b"1"),
    "null": ("site_registered", b"null"),
    "no fact": ("site_registered", _without("fact")),
    "a fact that is no object": ("site_registered", _with(fact="jinse")),
    "a fact with a field missing": ("site_registered", _with(fact={"site": "jinse"})),
    "a fact with a field too many": ("site_registered", _with(fact={**GOOD["fact"], "fine": 5})),
    "a fact with a wrong value": ("site_registered", _with(fact={**GOOD["fact"], "site": "no id"})),
    "another kind's fact": ("notice_issued", _with()),
    "no instant": ("site_registered", _without("at")),
    "an instant that is none": ("site_registered", _with(at="yesterday")),
    "an instant without offset": ("site_registered", _with(at="2026-09-02T01:00:00")),
    "an instant that is a number": ("site_registered", _with(at=20260902)),
    "no operator": ("site_registered", _without("operator")),
    "an operator that is no text": ("site_registered", _with(operator=None)),
    "a command that is no text": ("site_registered", _with(command=1)),
    "a subject that is no text": ("site_registered", _with(subject=["site"])),
    "a step that is no number": ("site_registered", _with(step="0")),
    "a step before the first": ("site_registered", _with(step=-1)),
    "a step that is true": ("site_registered", _with(step=True)),
    "something in the envelope that is not of it": ("site_registered", _with(fine=5)),
}


@pytest.mark.parametrize("fault", UNREADABLE)
def test_an_event_that_cannot_be_read_is_refused_with_its_position(log: Log, fault: str) -> None:
    kind, state = UNREADABLE[fault]
    with log.unit() as unit:
        unit.append(a_site(1))
        unit.append(a_site(2))
    log.recorder.insert_events([StoredEvent("site/S3", 1, kind, state)])
    ways: list[Callable[[], Any]] = [
        lambda: list(log.events()),
        lambda: log.stream("site/S3"),
        lambda: log.streams(["site/S1", "site/S3"]),
    ]
    for read in ways:
        with pytest.raises(StoreError) as error:
            read()
        assert error.value.code == "ledger_damaged"
        assert str(error.value.fields["reason"]).startswith(f"position 3, kind {kind}: ")
    assert [r.position for r in log.events(upto=2)] == [1, 2]


def test_the_library_is_told_of_an_unreadable_event_in_its_own_words(log: Log) -> None:
    log.recorder.insert_events([StoredEvent("site/S1", 1, "os:system", b"{}")])
    with pytest.raises(MapperDeserialisationError):
        list(log.event_store.get("site/S1"))


def test_the_damage_is_not_met_by_whoever_reads_something_else(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    log.recorder.insert_events([StoredEvent("site/S2", 1, "site_registered", b"{")])
    assert [r.position for r in log.stream("site/S1")] == [1]


def test_a_fact_of_an_older_schema_version_is_upcast(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SiteRegistered, "schema_version", 2)
    from ledger.events import base

    monkeypatch.setitem(
        base._UPCASTERS, ("site_registered", 1), lambda fields: {**fields, "timezone": "Asia/Macau"}
    )
    log.recorder.insert_events([StoredEvent("site/S1", 1, "site_registered", _with())])
    (found,) = log.events()
    assert isinstance(found.event, SiteRegistered)
    assert found.event.timezone == "Asia/Macau"


# --- opening ----------------------------------------------------------------------------------------


def _of_a_newer_layout(log: Log) -> None:
    with log.recorder.unit() as connection:
        connection.execute(update(heads).values(layout=LAYOUT + 1))


def test_a_ledger_of_a_newer_layout_is_not_read(log: Log) -> None:
    _of_a_newer_layout(log)
    with pytest.raises(StoreError) as error:
        log.require()
    assert error.value.code == "ledger_too_new"


def test_a_ledger_of_a_newer_layout_is_not_written_to(ledger: Ledger) -> None:
    ledger.apply(office.lines(office.office()))
    _of_a_newer_layout(ledger.store)
    before = everything_in(ledger.store)
    with pytest.raises(StoreError) as error:
        ledger.apply(office.lines([office.issue_notice("N1", "E001")]))
    assert error.value.code == "ledger_too_new"
    assert everything_in(ledger.store) == before


def test_a_ledger_that_is_not_there_is_missing_to_a_reader_and_not_made_by_him(ledger_url: str) -> None:
    log = Log(ledger_url)
    with pytest.raises(StoreError) as error:
        log.require()
    assert error.value.code == "ledger_missing"
    assert not log.exists()
    log.create()
    assert log.exists()
    log.close()


def test_creating_a_ledger_that_is_there_changes_nothing(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    log.create()
    assert everything_in(log) == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kaoji.db").write_bytes(b"not a database at all, but long enough to look like one " * 40)
    log = Log(f"sqlite:///{tmp_path / 'kaoji.db'}")
    for use in (log.exists, log.create):
        with pytest.raises(StoreError) as error:
            use()
        assert error.value.code == "ledger_unusable"


def test_a_server_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    log = Log(f"postgresql://nobody@/kaoji?host={tmp_path}")
    for use in (log.exists, log.create):
        with pytest.raises(StoreError) as error:
            use()
        assert error.value.code == "ledger_unusable"


NOBODY = 65534


@contextmanager
def forbidden(folder: Path, mode: int) -> Iterator[None]:
    """Nothing more than `mode` is allowed in the folder; root, whom nothing is forbidden, becomes nobody."""
    folder.chmod(mode)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can come to, unlike pytest's own."""
    with TemporaryDirectory(prefix="kaoji-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_copy_laid_away_is_read_without_leaving_anything_beside_it_and_not_written_to(
    open_folder: Path,
) -> None:
    url = f"sqlite:///{open_folder / 'kaoji.db'}"
    with Ledger(url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.apply(office.lines(office.a_busy_month()))
        expected = ledger.monthly(office.MONTH)
    for beside in ("kaoji.db.lock", "kaoji.sheets.db", "kaoji.sheets.db.lock"):
        (open_folder / beside).unlink()
    with forbidden(open_folder, 0o555), Ledger(url, now=office.now, operator=lambda: "auditor") as copy:
        assert copy.monthly(office.MONTH) == expected
        assert copy.position_of("10") == 10
        with pytest.raises(StoreError) as error:
            copy.apply(office.lines([office.issue_notice("N9", "E001")]))
        assert error.value.code == "ledger_unusable"
    assert [file.name for file in open_folder.iterdir()] == ["kaoji.db"]


def test_a_folder_one_may_not_look_into_is_refused(open_folder: Path) -> None:
    inner = open_folder / "inner"
    inner.mkdir()
    with Ledger(f"sqlite:///{inner / 'kaoji.db'}", now=office.now) as ledger:
        ledger.apply(office.lines(office.office()))
    with forbidden(inner, 0o000):
        log = Log(f"sqlite:///{inner / 'kaoji.db'}")
        for use in (log.require, log.create):
            with pytest.raises(StoreError) as error:
                use()
            assert error.value.code == "ledger_unusable"


def test_a_copy_with_changes_still_beside_it_is_not_read_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.store.engine import _is_laid_away

    monkeypatch.setattr("ledger.store.engine.os.access", lambda *_, **__: False)
    monkeypatch.setattr("ledger.store.engine.os.supports_effective_ids", set())
    copy = tmp_path / "kaoji.db"
    copy.write_bytes(b"pages")
    assert _is_laid_away(copy)
    copy.with_name("kaoji.db-wal").write_bytes(b"")
    assert _is_laid_away(copy)
    copy.with_name("kaoji.db-wal").write_bytes(b"changes")
    assert not _is_laid_away(copy)


# --- where a command ends ---------------------------------------------------------------------------


def test_a_position_inside_a_command_is_rounded_down_to_the_end_of_the_one_before(ledger: Ledger) -> None:
    ledger.apply(office.lines(office.a_busy_month()))
    found = list(ledger.store.events())
    second = next(r.position for r in found if r.step == 1)
    assert ledger.store.command_end(position=second - 1) == second - 2
    assert ledger.store.command_end(position=second) == second
    assert ledger.position_of(str(second - 1)) == second - 2
    assert ledger.store.command_end(position=0) == 0
    assert ledger.store.command_end(position=1) == 1
    assert ledger.store.command_end(position=10**9) == found[-1].position
    assert ledger.store.command_end() == found[-1].position


def test_an_instant_is_rounded_down_to_the_last_command_recorded_by_then(ledger_url: str) -> None:
    log = Log(ledger_url)
    log.create()
    instants = [datetime(2026, 9, 2, 1, 0, 0, 500_000, tzinfo=UTC) + timedelta(seconds=n) for n in range(3)]
    for instant in instants:
        with log.unit() as unit:
            first = a_site(unit.position + 1, at=instant)
            unit.append(first)
            unit.append(replace(a_site(unit.position + 1, at=instant), command=first.command, step=1))
    tick = timedelta(microseconds=1)
    assert log.command_end(recorded_by=instants[0] - tick) == 0
    assert log.command_end(recorded_by=instants[0]) == 2
    assert log.command_end(recorded_by=instants[1] - tick) == 2
    assert log.command_end(recorded_by=instants[1]) == 4
    assert log.command_end(recorded_by=instants[2] + timedelta(days=365)) == 6
    assert log.command_end(position=3, recorded_by=instants[2]) == 2
    log.close()


def test_an_instant_of_another_offset_or_on_a_whole_second_is_the_same_instant(ledger: Ledger) -> None:
    end = ledger.apply(office.lines(office.office())).position
    for same in ("2026-09-02T01:00:00Z", "2026-09-02T09:00:00+08:00", "2026-09-02T01:00:00.000000Z"):
        assert ledger.position_of(same) == end
    assert ledger.position_of("2026-09-02T08:59:59.999999+08:00") == 0


def test_commands_of_one_digest_are_found_by_the_first_of_them(ledger: Ledger) -> None:
    from ledger.application.intake import parse_command

    ledger.apply(office.lines([*office.office(), office.issue_notice("N1", "E001")]))
    command = parse_command(office.acknowledge_notice("N1"))
    first = ledger.execute(command).position
    ledger.execute(command)
    assert ledger.store.equal_command(command.digest()) == first
    assert ledger.store.last_on_subject(command.about()) == first + 1
    assert ledger.store.equal_command("0" * 64) is None


# --- time -------------------------------------------------------------------------------------------


def test_the_instant_of_recording_never_decreases_even_when_the_clock_jumps_back(ledger_url: str) -> None:
    clock = [office.NOW]
    hours = [0, 2, -48, -1, 3, -1000, 1, 2, 4]
    with Ledger(ledger_url, now=lambda: clock[0], operator=lambda: "typist") as ledger:
        ledger.apply(office.lines([*office.office(), office.issue_notice("N1", "E001")]))
        for number, hour in enumerate(hours):
            clock[0] = office.NOW + timedelta(hours=hour)
            command = office.acknowledge_notice("N1", key=str(number))
            if number % 2:
                ledger.apply(office.lines([command]))
            else:
                with Ledger(ledger_url, now=lambda: clock[0], operator=lambda: "other") as other:
                    other.apply(office.lines([command]))
        found = assert_whole(ledger.store)
        assert_time_never_decreases(ledger.store, found)
        seen = [(r.recorded_at - office.NOW) // timedelta(hours=1) for r in found[-len(hours) :]]
        assert seen == [0, 2, 2, 2, 3, 3, 3, 3, 4]


# --- names ------------------------------------------------------------------------------------------


def test_ids_that_differ_in_case_are_two_things(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1, "JINSE"))
        unit.append(a_site(2, "jinse"))
    assert log.ids("site") == ["JINSE", "jinse"]
    assert log.stream_of("site", "JINSE") == "site/JINSE"
    assert log.stream_of("site", "Jinse") is None


def test_many_streams_are_read_at_once_in_the_order_of_their_events(log: Log) -> None:
    count = 1_203
    with log.unit() as unit:
        for position in range(1, count + 1):
            unit.append(a_site(position))
    found = log.streams([site_stream(f"S{n}") for n in range(1, count + 10)])
    assert len(found) == count
    assert len(log.hashes(range(1, count + 10))) == count
    assert len(log.streams(found, upto=700)) == 700
    with log.recorder.snapshot() as connection:
        assert connection.execute(select(func.count()).select_from(events)).scalar_one() == count


def test_the_log_is_read_in_batches_without_losing_or_repeating_an_event(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with log.unit() as unit:
        for position in range(1, 11):
            unit.append(a_site(position))
    for batch in (1, 3, 5, 10, 11):
        monkeypatch.setattr("ledger.store.log._READ_BATCH", batch)
        assert [r.position for r in log.events()] == list(range(1, 11))
        assert [r.position for r in log.events(after=4, upto=8)] == [5, 6, 7, 8]
        assert list(log.events(after=10)) == []


def test_an_event_that_stands_in_the_log_is_not_overwritten(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    row = {**before["events"][0], "version": 2}
    with pytest.raises(Exception, match=r"(?i)unique"), log.recorder.unit() as connection:
        connection.execute(insert(events).values(row))
    assert everything_in(log) == before
