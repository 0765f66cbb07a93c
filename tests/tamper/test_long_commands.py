"""A command of more events than `verify` reads at once is one command, wherever it begins, on one process and two."""

import shutil
from pathlib import Path

import pytest

from ledger.application.proving.verifying import Verified
from ledger.proofs.tiles import TILE_WIDTH
from tests.support import office
from tests.support.story import open_ledger
from tests.tamper.forger import Forger

CANDIDATES = tuple(f"K{number:03}" for number in range(2 * TILE_WIDTH - 12))
"""Their results are declared by one command, on each one's own stream; none of them came."""
BEGINNINGS = (1, 2, -len(CANDIDATES) % TILE_WIDTH, TILE_WIDTH // 2, TILE_WIDTH)
"""Which of the events that are read at once is the command's first; of one the last event is the last of those, too."""
BEHIND = 300
"""So many events behind it that two processes share it between them."""


@pytest.fixture(scope="module")
def seated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sitting whose results are not declared."""
    file = tmp_path_factory.mktemp("seated") / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        people = [office.register_employee(name) for name in CANDIDATES]
        sitting = office.open_sitting("X1", *CANDIDATES)
        ledger.record.apply(office.lines([*office.office(), *people, sitting]))
    return file


@pytest.fixture(scope="module", params=BEGINNINGS)
def declared(request: pytest.FixtureRequest, seated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results declared, by a command that begins at such a place."""
    file = tmp_path_factory.mktemp("declared") / "kaoji.db"
    for each in seated.parent.iterdir():
        shutil.copy(each, file.parent)
    with open_ledger(file, office.NOW) as ledger:
        before = (request.param - 1 - ledger.log.position()) % TILE_WIDTH
        sites = [office.register_site(f"S{number}") for number in range(before)]
        ledger.record.apply(office.lines([*sites, office.declare_results("X1")]))
        behind = [office.register_site(f"behind{number}") for number in range(BEHIND)]
        ledger.record.apply(office.lines(behind))
    return file


@pytest.fixture
def forger(declared: Path, tmp_path: Path) -> Forger:
    for each in declared.parent.iterdir():
        shutil.copy(each, tmp_path)
    return Forger(tmp_path / declared.name)


def places(forger: Forger) -> list[int]:
    """Its first and last event, some in the middle, and those beside where a batch ends."""
    ((first, last),) = forger.all(
        "SELECT first_position, last_position FROM commands ORDER BY first_position - last_position LIMIT 1"
    )
    assert last - first == len(CANDIDATES)
    ends = [at for at in range(first, last) if at % TILE_WIDTH == 0]
    return sorted({first, first + 9, last - 9, last, *ends, *(end + 1 for end in ends)})


def found(forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verified:
    """What one process finds, which two find as well."""
    forger.close()
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        one, two = (ledger.proofs.verify(processes=number) for number in (1, 2))
    assert one.faults == two.faults
    return two


def test_a_long_command_as_it_was_recorded_is_whole(
    forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = found(forger, tmp_path, monkeypatch)
    assert verified.faults == [] and verified.audited.registries


def test_each_changed_event_of_it_is_told(
    forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = places(forger)
    for position in changed:
        forger.flip("events", "state", f"position = {position}")
    told = [fault for fault in found(forger, tmp_path, monkeypatch).faults if fault.code == "event_changed"]
    assert [fault.position for fault in told] == changed


def test_each_event_that_was_taken_out_of_it_is_told(
    forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = places(forger)[::2]
    for position in gone:
        forger.do("DELETE FROM events WHERE position = ?", position)
    told = [fault for fault in found(forger, tmp_path, monkeypatch).faults if fault.code == "events_missing"]
    assert [(fault.position, fault.fields["last"]) for fault in told] == [(each, each) for each in gone]


@pytest.mark.parametrize("by", [-1, 1, -TILE_WIDTH])
def test_a_registry_that_ends_it_elsewhere_is_told(
    by: int, forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = places(forger)[0]
    forger.do("UPDATE commands SET last_position = last_position + ? WHERE first_position = ?", by, first)
    faults = found(forger, tmp_path, monkeypatch).faults
    assert [(fault.code, fault.fields) for fault in faults] == [
        ("registry_wrong", {"table": "commands", "rows": 1})
    ]
