"""How many statements one notice takes: counted, since a count is the same on every machine."""

from itertools import groupby
from pathlib import Path

from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from tests.support import office
from tests.support.story import open_ledger

MOST = 12
"""Lock, head, its last event and leaf, erasures, whether the id is taken; event, head, two registries, commit."""


def one_notice(ledger: Ledger, number: int) -> None:
    at = f"{office.MONTH}-10T1{number}:00:00+08:00"
    ledger.record.execute(parse_command(office.issue_notice(f"N{number}", "E002", occurred_at=at)))


def test_a_notice_takes_no_more_statements_than_it_did(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        ledger.record.apply(office.lines(office.office()))
        for number in range(3):  # whom it is about, and in whose line they stand, has been read
            one_notice(ledger, number)
        said: list[str] = []
        with ledger.log.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_trace_callback(said.append)
        one_notice(ledger, 3)
        told = [statement for statement, _ in groupby(said)]  # a guard repeats what it looks at
        assert told[0].startswith("BEGIN")
        assert told[-1] == "COMMIT"
        assert len(told) <= MOST, "\n".join(told)
