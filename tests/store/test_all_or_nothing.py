"""A unit of the log is written whole or not at all, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from ledger.events import Recorded
from ledger.store.log import Log
from ledger.store.unit import _ROOM_KIB
from tests.support import office
from tests.support.units import a_site
from tests.support.whole import assert_whole, everything_in


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
    with pytest.raises(Exception, match="registry_unproven"), log.unit() as unit:
        unit.append(taken)
    assert everything_in(log) == before


def test_a_file_is_not_half_recorded_when_its_last_command_is_refused(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(office.office()))
    before = everything_in(ledger.log)
    refused = [*office.a_busy_month()[len(office.office()) :], office.issue_notice("N9", "nobody")]
    with pytest.raises(LedgerError) as error:
        ledger.record.apply(office.lines(refused))
    assert error.value.place["line"] == len(refused)
    assert everything_in(ledger.log) == before


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
from tests.support.units import a_site
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
        assert writer.registry.stream_of("site", "S1") == "site/S1"
        assert reader.registry.stream_of("site", "S1") is None
        assert reader.position() == 0
    assert reader.registry.stream_of("site", "S1") == "site/S1"
    writer.close()
    reader.close()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_long_unit_is_written_in_batches_of_whole_commands(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("ledger.store.unit._IN_BATCH", size)
    ledger.record.apply(office.lines(office.a_busy_month()))
    found = assert_whole(ledger.log)
    assert max(recorded.step for recorded in found) > 0


def test_what_a_registry_knows_already_keeps_nothing_after_it_from_being_told(ledger: Ledger) -> None:
    staff = [f"E{number:03}" for number in range(1, 61)]
    again = [
        office.reassign_employee(name, start=f"{office.MONTH}-{day:02}", supervisor=above)
        for name in staff
        for day, above in ((2, "L02"), (3, "L01"))
    ]
    ledger.record.apply(office.lines([*office.office(staff=60), *again]))
    assert_whole(ledger.log)
    assert len(everything_in(ledger.log)["supervised"]) >= 2 * len(staff)


def test_room_for_a_long_unit_is_given_back(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.unit._LONG", 1)
    ask, room = "PRAGMA cache_size", []
    with log.unit() as unit:
        unit.append(a_site(1))
        unit.append(a_site(2))
        if log.engine.dialect.name == "sqlite":
            with log.recorder.snapshot() as connection:
                write = unit._write

                def watched(batch: Sequence[Recorded]) -> None:
                    room.append(connection.exec_driver_sql(ask).scalar_one())
                    write(batch)

                monkeypatch.setattr(unit, "_write", watched)
                usual = connection.exec_driver_sql(ask).scalar_one()
                unit.flush()
                assert connection.exec_driver_sql(ask).scalar_one() == usual
                assert room == [-_ROOM_KIB]
                assert usual not in room
    assert log.position() == 2
