"""The log on real databases: its positions, its instants, its names, and where its commands end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from ledger.application.ledger import Ledger
from ledger.errors import Refusal, StoreError
from ledger.events.notices import NoticeIssued
from ledger.events.sites import site_stream
from ledger.store.log import Log
from ledger.store.registry_batch import equal_commands, last_on_subjects
from ledger.store.schema import events
from tests.support import office
from tests.support.units import a_site
from tests.support.whole import assert_time_never_decreases, assert_whole, everything_in

# --- positions --------------------------------------------------------------------------------------


def test_positions_count_from_one_without_gaps_whatever_was_refused_in_between(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(office.office()))
    for number in range(1, 6):
        ledger.record.apply(
            office.lines([office.issue_notice(f"N{number}", "E001", clause=f"FD-{number:02}")])
        )
        with pytest.raises(Refusal):
            ledger.record.apply(
                office.lines([office.issue_notice("N99", "E002"), office.issue_notice(f"N{number}", "E003")])
            )
    found = assert_whole(ledger.log)
    assert [r.event.notice for r in found[-5:] if isinstance(r.event, NoticeIssued)] == [
        "N1", "N2", "N3", "N4", "N5",
    ]  # fmt: skip


def test_a_busy_month_leaves_a_whole_log(ledger: Ledger) -> None:
    applied = ledger.record.apply(office.lines(office.a_busy_month()))
    assert len(assert_whole(ledger.log)) == applied.position == len(office.a_busy_month()) + 2


def test_the_registries_still_follow_from_the_log_after_many_units(ledger: Ledger) -> None:
    for line in office.lines(office.a_busy_month()):
        ledger.record.apply([line])
    ledger.record.apply(office.lines([office.issue_notice("N4", "E001", clause="FD-04")]))
    found = assert_whole(ledger.log)
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


def test_a_version_that_is_taken_is_refused(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    with pytest.raises(StoreError) as error, log.unit() as unit:
        unit.append(a_site(2, "S1"))
    assert (error.value.code, error.value.fields["table"]) == ("registry_unproven", "events")
    assert everything_in(log) == before


# --- where a command ends ---------------------------------------------------------------------------


def test_a_position_inside_a_command_is_rounded_down_to_the_end_of_the_one_before(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(office.a_busy_month()))
    found = list(ledger.log.events())
    second = next(r.position for r in found if r.step == 1)
    assert ledger.log.registry.command_end(second - 1) == second - 2
    assert ledger.log.registry.command_end(second) == second
    assert ledger.position_of(str(second - 1)) == second - 2
    assert ledger.log.registry.command_end(0) == 0
    assert ledger.log.registry.command_end(1) == 1
    assert ledger.log.registry.command_end(10**9) == found[-1].position


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
    assert log.registry.end_by(instants[0] - tick) == 0
    assert log.registry.end_by(instants[0]) == 2
    assert log.registry.end_by(instants[1] - tick) == 2
    assert log.registry.end_by(instants[1]) == 4
    assert log.registry.end_by(instants[2] + timedelta(days=365)) == 6
    log.close()


def test_an_instant_of_another_offset_or_on_a_whole_second_is_the_same_instant(ledger: Ledger) -> None:
    end = ledger.record.apply(office.lines(office.office())).position
    for same in ("2026-09-02T01:00:00Z", "2026-09-02T09:00:00+08:00", "2026-09-02T01:00:00.000000Z"):
        assert ledger.position_of(same) == end
    assert ledger.position_of("2026-09-02T08:59:59.999999+08:00") == 0


def test_commands_of_one_digest_are_found_by_the_first_of_them(ledger: Ledger) -> None:
    from ledger.application.recording.command_reader import parse_command

    ledger.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001")]))
    command = parse_command(office.acknowledge_notice("N1"))
    first = ledger.record.execute(command).position
    ledger.record.execute(command)
    kept = ledger.log.people.digest(command.digest(), "E001")
    assert kept is not None
    assert equal_commands(ledger.log, [kept]).get(kept) == first
    assert last_on_subjects(ledger.log, [command.about()])[command.about()] == first + 1
    assert equal_commands(ledger.log, ["0" * 64]).get("0" * 64) is None


def test_a_command_is_found_only_by_its_digest_under_the_key_of_the_person_it_is_about(
    ledger: Ledger,
) -> None:
    from ledger.application.recording.command_reader import parse_command

    ledger.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001")]))
    plain = parse_command(office.issue_notice("N1", "E001")).digest()
    assert equal_commands(ledger.log, [plain]).get(plain) is None
    of_others = [ledger.log.people.digest(plain, other) for other in ("E002", None)]
    assert [equal_commands(ledger.log, [kept]).get(kept) for kept in of_others if kept is not None] == [
        None,
        None,
    ]
    assert ledger.log.people.digest(plain, "nobody") is None


# --- time -------------------------------------------------------------------------------------------


def test_the_instant_of_recording_never_decreases_even_when_the_clock_jumps_back(ledger_url: str) -> None:
    clock = [office.NOW]
    hours = [0, 2, -48, -1, 3, -400, 1, 2, 4]
    who = {"now": lambda: clock[0], "operator": lambda: "typist", "clock_is_right": True}
    with Ledger(ledger_url, **who) as ledger:
        ledger.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001")]))
        for number, hour in enumerate(hours):
            clock[0] = office.NOW + timedelta(hours=hour)
            command = office.acknowledge_notice("N1", key=str(number))
            if number % 2:
                ledger.record.apply(office.lines([command]))
            else:
                with Ledger(ledger_url, **who) as other:
                    other.record.apply(office.lines([command]))
        found = assert_whole(ledger.log)
        assert_time_never_decreases(ledger.log, found)
        acts = [recorded for recorded in found if recorded.event.kind == "notice_acknowledged"]
        seen = [(r.recorded_at - office.NOW) // timedelta(hours=1) for r in acts]
        assert [(r.on_clock - office.NOW) // timedelta(hours=1) for r in acts] == hours
        assert seen == [0, 2, 2, 2, 3, 3, 3, 3, 4]


# --- names ------------------------------------------------------------------------------------------


def test_ids_that_differ_in_case_are_two_things(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1, "JINSE"))
        unit.append(a_site(2, "jinse"))
    assert log.registry.ids("site") == ["JINSE", "jinse"]
    assert log.registry.stream_of("site", "JINSE") == "site/JINSE"
    assert log.registry.stream_of("site", "Jinse") is None


def test_many_streams_are_read_at_once_in_the_order_of_their_events(log: Log) -> None:
    count = 1_203
    with log.unit() as unit:
        for position in range(1, count + 1):
            unit.append(a_site(position))
    found = log.streams([site_stream(f"S{n}") for n in range(1, count + 10)])
    assert len(found) == count
    assert len(log.hashes(range(1, count + 10))) == count
    assert len(log.streams(found, as_of=700)) == 700
    with log.recorder.snapshot() as connection:
        assert connection.execute(select(func.count()).select_from(events)).scalar_one() == count


def test_the_log_is_read_in_batches_without_losing_or_repeating_an_event(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with log.unit() as unit:
        for position in range(1, 11):
            unit.append(a_site(position))
    for batch in (1, 3, 5, 10, 11):
        monkeypatch.setattr("ledger.store.event_reads._READ_BATCH", batch)
        assert [r.position for r in log.events()] == list(range(1, 11))
        assert [r.position for r in log.events(after=4, as_of=8)] == [5, 6, 7, 8]
        assert list(log.events(after=10)) == []


def test_an_event_that_stands_in_the_log_is_not_overwritten(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    row = {**before["events"][0], "version": 2}
    with pytest.raises(Exception, match=r"(?i)unique"), log.recorder.unit() as connection:
        connection.execute(insert(events).values(row))
    assert everything_in(log) == before
