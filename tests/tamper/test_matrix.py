"""The tamper matrix: every way to change a ledger behind its back, and by what it is found (proofs.md, verify).

A case says what somebody who owns the database does, and which faults tell of it: as it is, after they have computed the
whole tree anew as well (`hidden`), and against a checkpoint that left the house (`outside`). Nothing but the last finds a
past that was rewritten altogether: that is why checkpoints leave the house.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.proving.presented import read_receipt
from ledger.errors import ReceiptError, StoreError
from ledger.proofs import Checkpoint, Signer, sign_checkpoint
from ledger.store import audit_scan, audit_source
from ledger.store.audit import audit
from ledger.store.log import Log
from ledger.store.signing import KeyFile
from tests.completeness.scene import everything
from tests.labels.raised import faults_told
from tests.support import office
from tests.support.processes import started_with
from tests.support.story import open_ledger
from tests.tamper.forger import Forger

MEMORY = "kaoji.key.signed"
CUT = 300
"""The size of the checkpoint that left the house; the ledger is larger."""


@dataclass(frozen=True)
class StateCache:
    """A ledger, what was kept of it outside, and its public keys."""

    file: Path
    checkpoint: bytes
    receipt: bytes
    receipt_position: int
    vkeys: list[str]


def _more_sites(start: int, count: int) -> office.Commands:
    return [office.register_site(f"S{number}") for number in range(start, start + count)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> StateCache:
    """Some 620 events: two full tiles and a rest, a closed month, a policy, every registry."""
    file = tmp_path_factory.mktemp("kept") / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        position = ledger.log.registry.position_of("notice", "N2")
        assert position is not None
        ledger.record.apply(office.lines(_more_sites(0, CUT - ledger.log.position())))
        checkpoint = ledger.proofs.checkpoint()
        ledger.record.apply(office.lines(_more_sites(1000, 320)))
        receipt = ledger.proofs.receipt("notice:N2")
        keys = ledger.proofs.public_keys()
        with ledger.projections.current():
            pass
    return StateCache(file, checkpoint, receipt, position, keys)


@pytest.fixture
def copy(kept: StateCache, tmp_path: Path) -> Path:
    """A copy to tamper with; whoever owns the machine has thrown away what the key remembers, too."""
    for file in kept.file.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    (tmp_path / MEMORY).unlink()
    return tmp_path / kept.file.name


@pytest.fixture
def remembered(kept: StateCache, copy: Path) -> Path:
    """The same copy beside the key that remembers what it signed last."""
    shutil.copy(kept.file.with_name(MEMORY), copy.with_name(MEMORY))
    return copy


def codes(file: Path, kept: StateCache, outside: bool = False, **levels: bool) -> set[str]:
    """The codes of all faults found."""
    with open_ledger(file, office.NOW) as ledger:
        note = kept.checkpoint if outside else None
        verified = ledger.proofs.verify(note, kept.vkeys, everything=True, **levels)
        return {fault.code for fault in verified.faults}


Act = Callable[[Forger], None]


@dataclass(frozen=True)
class Case:
    """What is done; the faults as it is, hidden by a new tree, and hidden but held against a checkpoint from outside."""

    name: str
    act: Act
    plain: set[str]
    hidden: set[str] | None = field(default_factory=set)
    """None: where the tree cannot be computed anew for it, or it is not in the tree."""
    outside: set[str] = field(default_factory=lambda: {"log_rewritten"})


def flip(table: str, column: str, where: str = "1") -> Act:
    return lambda forger: forger.flip(table, column, where)


def do(*statements: str) -> Act:
    def act(forger: Forger) -> None:
        for statement in statements:
            forger.do(statement)

    return act


EVENT = "position = 20"
SWAP = (
    "UPDATE events SET position = -position WHERE position IN (20, 21)",
    "UPDATE events SET position = 41 + position WHERE position IN (-20, -21)",
)
WITHIN_A_STREAM = (
    "UPDATE events SET version = -1 WHERE stream = 'site/jinse' AND version = 1",
    "UPDATE events SET version = 1 WHERE stream = 'site/jinse' AND version = 2",
    "UPDATE events SET version = 2 WHERE stream = 'site/jinse' AND version = -1",
)

CASES = [
    Case("nothing", do(), set(), set(), set()),
    # --- each column of an event
    Case("an event's bytes", flip("events", "state", EVENT), {"event_changed"}),
    Case("an event's kind", flip("events", "kind", EVENT), {"event_changed"}),
    Case("an event's schema version", flip("events", "schema", EVENT), {"event_changed"}),
    Case("an event's stream", flip("events", "stream", "position = 150"), {"event_changed"}),
    Case(
        "an event's version",
        flip("events", "version", "position = 150"),
        {"event_changed", "version_gap"},
        {"version_gap"},
        {"version_gap", "log_rewritten"},
    ),
    Case(
        "an event's leaf",
        flip("events", "leaf", EVENT),
        {"event_changed", "tile_wrong", "head_frontier_wrong"},
        set(),
        set(),
    ),
    Case(
        "the leaf of a late event",
        flip("events", "leaf"),
        {"event_changed", "head_frontier_wrong"},
        set(),
        set(),
    ),
    Case(
        "a leaf cut short",
        do("UPDATE events SET leaf = x'00' WHERE position = 20"),
        {"event_changed", "tile_wrong", "head_frontier_wrong"},
        set(),
        set(),
    ),
    Case(
        "a text for a blob", do("UPDATE events SET state = 'x' WHERE position = 20"), {"event_changed"}, None
    ),
    # --- events moved, left out, put in
    Case("two events swapped", do(*SWAP), {"event_changed", "tile_wrong", "head_frontier_wrong"}),
    Case(
        "two versions swapped",
        do(*WITHIN_A_STREAM),
        {"event_changed", "version_gap"},
        {"version_gap"},
        {"version_gap", "log_rewritten"},
    ),
    Case(
        "one in the middle deleted",
        do("DELETE FROM events WHERE position = 150"),
        {"events_missing", "tile_wrong", "head_frontier_wrong"},
        {"events_missing"},
        {"events_missing", "log_rewritten"},
    ),
    Case(
        "the end deleted",
        do("DELETE FROM events WHERE position > 600"),
        {"head_position_wrong", "head_frontier_wrong"},
        set(),
        set(),
    ),
    Case(
        "the end deleted back to before the checkpoint",
        do("DELETE FROM events WHERE position > 280"),
        {"head_position_wrong", "head_frontier_wrong", "tile_too_many"},
        set(),
        {"log_shortened"},
    ),
    Case(
        "a made-up event at the end",
        do(
            "INSERT INTO events SELECT ledger, position + 1, 'site/forged', 1, kind, schema, state, leaf"
            " FROM events ORDER BY position DESC LIMIT 1"
        ),
        {"event_changed", "head_position_wrong", "head_frontier_wrong"},
        {"registry_wrong"},  # a site is registered twice
        {"registry_wrong"},
    ),
    # --- what stands beside the events
    Case("a tile's hashes", flip("tiles", "hashes"), {"tile_wrong"}, set(), set()),
    Case("a tile's root", flip("tiles", "root"), {"tile_wrong"}, set(), set()),
    Case("a tile's number", flip("tiles", "number"), {"tile_missing", "tile_too_many"}, set(), set()),
    Case("a tile's level", flip("tiles", "level"), {"tile_missing", "tile_too_many"}, set(), set()),
    Case("a tile deleted", do("DELETE FROM tiles WHERE number = 1"), {"tile_missing"}, set(), set()),
    Case(
        "a tile too many",
        do("INSERT INTO tiles VALUES ('main', 0, 9, x'00', x'00')"),
        {"tile_too_many"},
        set(),
        set(),
    ),
    Case(
        "the head's position",
        do("UPDATE heads SET position = position - 1"),
        {"head_position_wrong"},
        set(),
        set(),
    ),
    Case("the head's frontier", flip("heads", "frontier"), {"head_frontier_wrong"}, set(), set()),
    Case("the head's instant", flip("heads", "recorded_at"), {"head_instant_wrong"}, set(), set()),
    Case(
        "a person's id",
        flip("subjects", "subject", "stream = 'employee/E001'"),
        {"event_changed", "key_missing"},
        {"key_missing"},
        {"key_missing", "log_rewritten"},
    ),
    Case(
        "a person's id deleted", do("DELETE FROM subjects WHERE stream = 'employee/E001'"), {"event_changed"}
    ),
    Case(
        "a close of the registry",
        do("DELETE FROM closes"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "an employee of the registry",
        do("DELETE FROM things WHERE id = 'E004'"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "an employee's site in the registry",
        do("UPDATE things SET site = 'x' WHERE id = 'E004'"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a thing put in",
        do("INSERT INTO things VALUES ('main', 'notice', 'N99', 'employee/E004', NULL, 3)"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a command of the registry",
        flip("commands", "digest"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a command deleted",
        do("DELETE FROM commands WHERE first_position = 9"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a command put in",
        do("INSERT INTO commands VALUES ('main', 999, 999, 'x', 'x', 'x')"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "when a command was recorded",
        do("UPDATE commands SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE first_position = 9"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a line of the registry",
        do("DELETE FROM supervised WHERE employee = 'E001'"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a line put in",
        do("INSERT INTO supervised VALUES ('main', 'E004', 'E003', 3)"),
        {"registry_wrong"},
        set(),
        set(),
    ),
    Case(
        "a person's id put in",
        do("INSERT INTO subjects VALUES ('main', 'employee/nobody', 'x')"),
        {"subject_of_nothing"},
        {"subject_of_nothing"},
        {"subject_of_nothing"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_changed_is_found(case: Case, copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    case.act(forger)
    forger.close()
    assert codes(copy, kept) == case.plain


@pytest.mark.parametrize("case", [c for c in CASES if c.hidden is not None], ids=lambda case: case.name)
def test_what_is_hidden_by_a_new_tree_only_a_checkpoint_outside_finds(
    case: Case, copy: Path, kept: StateCache
) -> None:
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    case.act(forger)
    forger.recompute()
    forger.close()
    assert codes(copy, kept) == case.hidden
    assert codes(copy, kept, outside=True) == case.outside


def test_a_guard_that_was_taken_away_is_missed(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.guards = [(name, sql) for name, sql in forger.guards if name != "events_no_delete"]
    forger.close()
    assert codes(copy, kept) == {"guards_missing"}


def test_a_kept_checkpoint_finds_a_rewritten_past_too_until_it_is_deleted(
    copy: Path, kept: StateCache
) -> None:
    forger = Forger(copy)
    forger.flip("events", "state", EVENT)
    forger.recompute()
    forger.close()
    assert codes(copy, kept) == {"log_rewritten"}
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    forger.close()
    assert codes(copy, kept) == set()


def test_a_kept_checkpoint_finds_an_end_cut_off(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.do("DELETE FROM events WHERE position > 299")
    forger.recompute()
    forger.close()
    assert codes(copy, kept) == {"log_shortened"}


def test_what_is_newer_than_the_last_checkpoint_outside_can_be_taken_back_and_this_is_said(
    copy: Path, kept: StateCache
) -> None:
    """The sixth attack of proofs.md: nothing finds it, so the window is told."""
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    forger.do("DELETE FROM events WHERE position > 301")
    forger.recompute()
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        verified = ledger.proofs.verify(kept.checkpoint, kept.vkeys)
    assert verified.faults == []
    assert (verified.audited.given, verified.audited.window) == (True, 301 - CUT)


def test_since_a_checkpoint_only_what_is_newer_is_looked_at_one_by_one(copy: Path, kept: StateCache) -> None:
    with open_ledger(copy, office.NOW) as ledger:
        verified = ledger.proofs.verify(kept.checkpoint, kept.vkeys)
        assert verified.faults == []
        assert verified.audited.events < verified.audited.size
    forger = Forger(copy)
    forger.flip("events", "state", "position = 400")
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        (fault,) = ledger.proofs.verify(kept.checkpoint, kept.vkeys).faults
    assert (fault.code, fault.position) == ("event_changed", 400)


def test_every_fault_is_told_with_its_position(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    for position in (20, 150, 400):
        forger.flip("events", "state", f"position = {position}")
    forger.do("DELETE FROM events WHERE position IN (500, 501)")
    forger.do("DELETE FROM checkpoints")
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        faults = ledger.proofs.verify(vkeys=kept.vkeys).faults
    told = [(fault.code, fault.position) for fault in faults]
    assert [each for each in told if each[0] in ("event_changed", "events_missing")] == [
        ("event_changed", 20),
        ("event_changed", 150),
        ("event_changed", 400),
        ("events_missing", 500),
    ]


def test_two_processes_find_what_one_finds(
    copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    forger = Forger(copy)
    forger.flip("events", "state", "position = 20")
    forger.flip("events", "version", "position = 400")
    forger.do("DELETE FROM events WHERE position = 256")
    do(*WITHIN_A_STREAM)(forger)
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        one, two = (ledger.proofs.verify(vkeys=kept.vkeys, processes=n) for n in (1, 2))
    assert one.faults and one.faults == two.faults
    assert one.audited.events == two.audited.events


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_recorded_while_a_ledger_is_looked_at_is_no_fault(
    processes: int, copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    whole = audit_source.end_of

    def meanwhile(source: Any) -> int:
        """The first snapshot is taken; the second is not."""
        end = whole(source)
        with open_ledger(copy, office.NOW) as other:
            other.record.apply(office.lines(_more_sites(7000, 300)))
        return end

    monkeypatch.setattr("ledger.store.audit.end_of", meanwhile)
    with open_ledger(copy, office.NOW) as ledger:
        size = ledger.log.position()
        verified = ledger.proofs.verify(vkeys=kept.vkeys, processes=processes)
    assert verified.faults == []
    assert verified.audited.events == size


def test_what_was_put_in_behind_the_head_is_found_by_two_processes_too(
    copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    forger = Forger(copy)
    forger.do("UPDATE heads SET position = position - 300")
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        one, two = (ledger.proofs.verify(vkeys=kept.vkeys, processes=n) for n in (1, 2))
    assert one.faults == two.faults
    assert "head_position_wrong" in {fault.code for fault in two.faults}


@pytest.mark.parametrize("lost", ["/bin/true", "/bin/cat", "/nowhere/python", ""])
def test_what_a_lost_second_process_was_to_look_at_is_looked_at_here(
    lost: str, copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    monkeypatch.setattr("sys.executable", lost)
    started_with(lost, monkeypatch)
    forger = Forger(copy)
    forger.flip("events", "state", "position = 500")
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        verified = ledger.proofs.verify(vkeys=kept.vkeys, processes=2)
        assert verified.audited.events == verified.audited.size
    assert [(fault.code, fault.position) for fault in verified.faults] == [("event_changed", 500)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_second_process_does_its_part(
    database: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    here: list[tuple[int, int]] = []
    walk = audit_scan.stretch

    def noted(source: Any, identity: str, people: Any, start: int, end: int, plan: Any) -> Any:
        here.append((start, end))
        return walk(source, identity, people, start, end, plan)

    monkeypatch.setattr("ledger.store.audit.stretch", noted)
    url = request.getfixturevalue("sqlite_url" if database == "sqlite" else "pg_url")
    with Ledger(url, now=office.now) as ledger:
        ledger.record.apply(office.lines(_more_sites(0, 1000)))
        verified = ledger.proofs.verify(processes=2)
    assert verified.faults == []
    assert verified.audited.events == verified.audited.size
    assert here == [(0, 512 if database == "sqlite" else 256)]  # there the other one checks the file as well


def test_two_processes_that_begin_at_a_checkpoint_miss_no_version_before_it(
    copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    with open_ledger(copy, office.NOW) as ledger:
        ledger.record.apply(office.lines([office.issue_notice("N9", "E001", 1)]))
        ledger.record.apply(office.lines(_more_sites(9000, 300)))
        ledger.record.apply(
            office.lines(
                [office.issue_notice("N10", "E001", 1, occurred_at=f"{office.MONTH}-10T11:00:00+08:00")]
            )
        )
        walked = audit(ledger.log, after=256, processes=2)
    assert walked.older == 256 and walked.faults == []


# --- checkpoints ------------------------------------------------------------------------------------------


def test_a_checkpoint_of_which_a_bit_is_flipped_is_not_believed(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.flip("checkpoints", "note")
    forger.close()
    assert codes(copy, kept) == {"checkpoint_bad"}


def test_a_checkpoint_put_under_another_size_is_foreign(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.flip("checkpoints", "size")
    forger.close()
    assert codes(copy, kept) == {"checkpoint_foreign"}


def test_a_checkpoint_by_another_ledgers_key_is_no_checkpoint_of_this_one(
    copy: Path, kept: StateCache
) -> None:
    other = Signer.generate("kaoji/other")
    note = sign_checkpoint(Checkpoint("kaoji/other", CUT, bytes(32)), other, None, ())
    with open_ledger(copy, office.NOW) as ledger:
        verified = ledger.proofs.verify(note, [*kept.vkeys, str(other.verifier)], everything=True)
    assert {fault.code for fault in verified.faults} == {"checkpoint_foreign"}


def test_an_old_copy_beside_a_key_that_remembers_is_found(remembered: Path, kept: StateCache) -> None:
    forger = Forger(remembered)
    forger.do("DELETE FROM checkpoints")
    forger.do("DELETE FROM events WHERE position > 280")
    forger.recompute()
    forger.close()
    assert codes(remembered, kept) == {"log_shortened"}


def test_a_ledger_without_its_head_is_not_taken_for_none(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.do("DELETE FROM heads")
    forger.close()
    assert codes(copy, kept) == {"head_missing"}
    with open_ledger(copy, office.NOW) as ledger, pytest.raises(StoreError) as error:
        ledger.reports.monthly("2026-08")
    assert error.value.code == "ledger_head_wrong"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET leaf = '' WHERE position = 20",
        "UPDATE checkpoints SET note = 'hello'",
        "UPDATE heads SET frontier = 'x'",
        "UPDATE heads SET position = 'abc'",
        "UPDATE events SET version = 'x' WHERE position = 20",
        "DROP TABLE tiles",
        "DROP TABLE checkpoints",
        "DROP TABLE subjects",
    ],
)
def test_whatever_stands_in_a_column_it_is_told_and_nothing_is_raised(
    statement: str, copy: Path, kept: StateCache
) -> None:
    forger = Forger(copy)
    forger.do(statement)
    forger.guards = []
    forger.close()
    assert codes(copy, kept) - {"guards_missing"}


def test_a_restored_old_copy_is_not_signed(remembered: Path, kept: StateCache, tmp_path: Path) -> None:
    copy = remembered
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    forger.do("DELETE FROM events WHERE position > 280")
    forger.do("DELETE FROM commands WHERE first_position > 280")
    forger.do("DELETE FROM things WHERE position > 280")
    forger.recompute()
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        with pytest.raises(StoreError) as error:
            ledger.proofs.checkpoint()
        assert error.value.code == "history_shortened"
        ledger.record.apply(office.lines(_more_sites(5000, 400)))
        with pytest.raises(StoreError) as error:
            ledger.proofs.checkpoint()
    assert error.value.code == "history_rewritten"
    last = KeyFile(copy.with_suffix(".key")).last()
    assert last is not None and last.size == CUT


# --- receipts ---------------------------------------------------------------------------------------------


def test_a_receipt_speaks_for_the_bytes_whatever_the_ledger_says_now(
    remembered: Path, kept: StateCache
) -> None:
    copy = remembered
    read = read_receipt(kept.receipt, kept.vkeys)
    lines, proven = read.lines, read.proven
    assert proven and any("N2" in line for line in lines)
    forger = Forger(copy)
    forger.fact(kept.receipt_position, lambda fact: fact.update(points=9))
    forger.recompute()
    forger.do("DELETE FROM checkpoints")
    forger.close()
    assert codes(copy, kept) == {"log_rewritten"}
    with open_ledger(copy, office.NOW) as ledger, pytest.raises(StoreError):
        ledger.proofs.receipt("notice:N2")  # the signer, who remembers, signs nothing for the forged one
    read = read_receipt(kept.receipt, kept.vkeys)
    lines, proven = read.lines, read.proven
    assert proven


def test_a_receipt_with_other_bytes_proves_nothing(kept: StateCache) -> None:
    with pytest.raises(ReceiptError) as error:
        read_receipt(kept.receipt.replace(b'"notice_issued"', b'"notice_withdrawn"'), kept.vkeys)
    assert error.value.code == "receipt_bad"


# --- what only a deep look finds ------------------------------------------------------------------------


def forged(act: Act) -> Act:
    def hidden(forger: Forger) -> None:
        act(forger)
        forger.recompute()

    return hidden


def changed(kind: str, whole: bool = False, **fields: Any) -> Act:
    def act(forger: Forger) -> None:
        forger.fact(forger.position_of(kind), lambda fact: fact.update(fields), whole)

    return forged(act)


DEEP = [
    (
        "a kind nobody knows",
        forged(do("UPDATE events SET kind = 'x' WHERE position = 20")),
        {"event_unreadable"},
    ),
    ("a field that is none", changed("notice_issued", nonsense=1), {"event_unreadable"}),
    (
        "the recording moved back",
        changed("month_closed", True, at="2020-01-01T00:00:00.000000Z"),
        {"instant_goes_back"},
    ),
    (
        "the edition of the rules left out, as in the first",
        forged(lambda f: f.fact(f.position_of("month_closed"), lambda fact: fact.pop("edition"), True)),
        {"edition_goes_back"},
    ),
    (
        "an edition of the rules that nobody knows",
        forged(lambda f: f.fact(f.position_of("month_closed"), lambda fact: fact.update(edition=99), True)),
        {"edition_unknown"},
    ),
    (
        "a policy's text",
        forged(lambda f: f.fact(1, lambda fact: fact["document"].update(version="x"))),
        {"policy_digest_wrong"},
    ),
    ("a close's total", changed("month_closed", total_fen=1), {"close_digest_wrong", "decided_otherwise"}),
    ("an event about nothing that is there", changed("notice_withdrawn", notice="N0"), {"event_unfit"}),
    ("a notice by nobody entitled", changed("notice_issued", issued_by="E004"), {"not_allowed"}),
    ("points of a notice", changed("notice_issued", points=4), {"decided_otherwise"}),
    ("a notice told to be in time", changed("notice_issued", late=True), {"decided_otherwise"}),
    (
        "what a command was about",
        changed("wage_recorded", True, subject="wage:x"),
        {"subject_wrong"},
    ),
]


@pytest.mark.parametrize(("name", "act", "expected"), DEEP, ids=[name for name, _, _ in DEEP])
def test_a_deep_look_finds_what_no_hash_shows(
    name: str, act: Act, expected: set[str], copy: Path, kept: StateCache
) -> None:
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    act(forger)
    forger.close()
    assert codes(copy, kept) <= {"head_instant_wrong"}
    found = codes(copy, kept, deep=True)
    assert expected <= found, found


def test_a_deep_look_says_in_words_from_where_on_it_could_not_look(
    copy: Path, kept: StateCache, capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(copy)
    position = forger.position_of("notice_issued")
    forger.fact(position, lambda fact: fact.update(points=4))
    forger.close()
    with open_ledger(copy, office.NOW) as ledger:
        found = {(fault.code, fault.position) for fault in ledger.proofs.verify(deep=True).faults}
    assert {("event_changed", position), ("decisions_unread", position)} <= found
    for language, said in (
        ("en", "no decision from here on was looked at"),
        ("zh-Hant", "自此以後的決定均未核對"),
    ):
        assert run(["verify", "--deep", "--ledger", f"sqlite:///{copy}", "--lang", language]) == 1
        told = capsys.readouterr().out
        assert said in told and "{" not in told and "event_unproven" not in told


def test_what_the_rules_would_refuse_is_told_as_the_refusal_is(
    copy: Path, kept: StateCache, capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    changed("notice_issued", issued_by="E004")(forger)
    forger.close()
    assert run(["verify", "--deep", "--ledger", f"sqlite:///{copy}", "--lang", "en"]) == 1
    told = next(
        line for line in capsys.readouterr().out.splitlines() if "the rules would refuse this" in line
    )
    assert "E004" in told and " " in told.partition("refuse this: ")[2]


def test_a_deep_look_finds_that_a_banks_text_is_not_the_one_adopted(copy: Path, kept: StateCache) -> None:
    with open_ledger(copy, office.NOW) as ledger:
        ledger.record.apply(office.lines([each for each in everything() if each["do"] == "adopt_questions"]))
    forger = Forger(copy)
    forger.do("DELETE FROM checkpoints")
    adopted = forger.position_of("questions_adopted")
    forged(lambda f: f.fact(adopted, lambda fact: fact["document"].update(version="x")))(forger)
    forger.close()
    assert codes(copy, kept) <= {"head_instant_wrong"}
    assert codes(copy, kept, deep=True) >= {"bank_digest_wrong", "decided_otherwise"}


def test_what_is_recorded_during_a_deep_look_is_no_fault(
    copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, fresh = Log.events, iter(range(7000, 8000))

    def later(log: Log, *given: Any, **named: Any) -> Iterator[Any]:
        """Each time after all events were read something is recorded."""
        yield from events(log, *given, **named)
        monkeypatch.setattr(Log, "events", events)
        with open_ledger(copy, office.NOW) as other:
            other.record.apply(office.lines(_more_sites(next(fresh), 1)))
        monkeypatch.setattr(Log, "events", later)

    monkeypatch.setattr(Log, "events", later)
    assert codes(copy, kept, deep=True) == set()


def test_a_registrys_row_beyond_the_end_is_found(copy: Path, kept: StateCache) -> None:
    forger = Forger(copy)
    forger.do("INSERT INTO closes (ledger, site, month, position) VALUES ('main', 'x', '2026-01', 9999)")
    forger.close()
    assert codes(copy, kept, deep=True) == {"registry_wrong"}


@pytest.mark.parametrize("column", ["points", "base_fine", "site", "policy", "joint_liability", "band"])
def test_a_sheet_that_is_not_what_the_log_makes_it_is_found(
    column: str, copy: Path, kept: StateCache
) -> None:
    sheets = Forger(copy.with_name("kaoji.sheets.db"))
    sheets.flip("sheet_monthly", column, "base_fine > 0")
    sheets.close()
    assert codes(copy, kept) == set()
    assert codes(copy, kept, sheets=True) == {"sheet_differs"}


def test_a_falsified_row_is_found_where_sheets_cannot_be_written_and_nothing_is_drawn_there(
    copy: Path, kept: StateCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = Forger(copy.with_name("kaoji.sheets.db"))
    sheets.flip("sheet_monthly", "points", "base_fine > 0")
    sheets.close()
    with open_ledger(copy, office.NOW) as ledger:
        ledger.record.apply(office.lines(_more_sites(9000, 3)))  # so that they would have to be caught up

        def read_only(*_: object) -> None:
            raise OperationalError("INSERT", None, Exception("attempt to write a readonly database"))

        monkeypatch.setattr(ledger.projections, "_mended", read_only)
        verified = ledger.proofs.verify(vkeys=kept.vkeys, sheets=True)
    assert [fault.code for fault in verified.faults] == ["sheet_differs"]
    assert verified.levels == ["full", "sheets"]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(b"junk")], ids=["gone", "junk"])
def test_it_is_said_that_sheets_were_not_checked_where_none_can_be_read(
    spoil: Callable[[Path], Any], copy: Path, kept: StateCache, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in copy.parent.glob("kaoji.sheets.db-*"):
        file.unlink()
    spoil(copy.with_name("kaoji.sheets.db"))
    with open_ledger(copy, office.NOW) as ledger:
        verified = ledger.proofs.verify(vkeys=kept.vkeys, sheets=True)
    assert (verified.faults, verified.levels, verified.unchecked) == ([], ["full"], ["sheets"])
    assert run(["verify", "--sheets", "--ledger", f"sqlite:///{copy}", "--lang", "en"]) == 0
    assert "NOT checked: the sheets" in capsys.readouterr().out


def test_what_was_not_looked_at_one_by_one_is_said(
    copy: Path, kept: StateCache, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "kept.checkpoint"
    note.write_bytes(kept.checkpoint)
    since = ["verify", "--since", str(note), "--ledger", f"sqlite:///{copy}", "--lang", "en"]
    since += [word for key in kept.vkeys for word in ("--vkey", key)]
    remark = "256 older events were not looked at one by one; --all does"

    assert run(since) == 0
    said = capsys.readouterr().out
    assert remark in said
    assert "nothing was changed" not in said and "protected by the checkpoint you gave" not in said
    assert run([*since, "--all"]) == 0
    said = capsys.readouterr().out
    assert remark not in said
    assert "nothing was changed" in said and "protected by the checkpoint you gave" in said


# --- every check counts ---------------------------------------------------------------------------------


def test_every_check_removed_alone_makes_a_test_fail() -> None:
    """For every fault there is a case that nothing else would find: without its check the case's verdict is `ok`."""
    alone = {
        next(iter(found))
        for case in CASES
        for found in (case.plain, case.hidden or set(), case.outside)
        if len(found) == 1
    }
    alone |= {
        "checkpoint_bad",
        "checkpoint_foreign",
        "log_rewritten",
        "log_shortened",
        "sheet_differs",
        "guards_missing",
        "head_missing",
        "unreadable",
    }
    alone |= {next(iter(found)) for _, _, found in DEEP if len(found) == 1}
    alone |= {"close_digest_wrong", "subject_wrong"} | {
        "key_not_destroyed",
        "key_unknown",
    }  # tests/privacy, tests/store
    alone |= {"import_wrong"}  # tests/imports
    alone |= {"decisions_unread"}  # above: beside the leaf's own fault
    alone |= {"bank_digest_wrong"}  # above: deciding anew finds it too, and does not say what is wrong
    alone |= {"read_otherwise", "table_differs", "database_damaged", "position_twice"}  # test_verify
    alone |= {"key_missing", "key_wrong", "keyring_stale", "secret_wrong", "keyring_unusable"}  # test_keyring
    alone |= {"keyring_differs", "handouts_missing"}  # test_keyring
    alone |= {"key_exchanged"}  # test_beside
    told = {fault.code for fault in faults_told()}
    assert told - alone == set()


@pytest.fixture(autouse=True)
def _no_ledger_of_the_house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("KAOJI_KEY", "KAOJI_KEYRING", "KAOJI_LEDGER"):
        monkeypatch.delenv(name, raising=False)
    yield
