"""The keyring is watched by the log: keys swapped, taken out or put back from before, each told apart from an erasure."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, delete, insert, literal, select, update

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.proofs import is_key_check
from ledger.store import catalogue
from ledger.store.key_check import people_of
from ledger.store.keyring_schema import handouts, keys
from ledger.terms import ERASED
from tests.golden.make import HERE
from tests.support import office
from tests.support.story import open_ledger, opened


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger that has kept none of its keys in memory."""
    with opened(url) as ledger:
        yield ledger


def faults(ledger: Ledger, **levels: bool) -> list[tuple[str, object]]:
    """What verify tells, with whom or what it is about. A process of its own has no keys in memory."""
    with opened(ledger.log.url.render_as_string(hide_password=False)) as fresh:
        found = fresh.proofs.verify(**levels).faults
    return [(f.code, f.fields.get("employee", f.fields.get("people"))) for f in found]


def put(ledger: Ledger, employee: str, key: bytes) -> None:
    """Puts a key in the place of somebody's."""
    subject = people_of(ledger.log)[employee]
    with ledger.log.keyring.engine.begin() as connection:
        connection.execute(update(keys).where(keys.c.subject == subject).values(key=key))


def put_in(ledger: Ledger, employee: str, key: bytes) -> None:
    """Puts a key in for somebody who has none."""
    row = {"identity": ledger.log.identity(), "subject": people_of(ledger.log)[employee], "key": key}
    with ledger.log.keyring.engine.begin() as connection:
        connection.execute(insert(keys).values(row))


def key_of(ledger: Ledger, employee: str) -> bytes:
    subject = people_of(ledger.log)[employee]
    with ledger.log.keyring.engine.begin() as connection:
        return bytes(connection.execute(select(keys.c.key).where(keys.c.subject == subject)).scalar_one())


def take_out(ledger: Ledger, *employees: str) -> None:
    people = people_of(ledger.log)
    with ledger.log.keyring.engine.begin() as connection:
        connection.execute(delete(keys).where(keys.c.subject.in_([people[each] for each in employees])))


def swap(ledger: Ledger, one: str, other: str) -> None:
    first, second = key_of(ledger, one), key_of(ledger, other)
    put(ledger, one, second)
    put(ledger, other, first)


def test_people_stand_in_the_tree_under_the_check_value_of_their_key(ledger: Ledger) -> None:
    assert is_key_check(ledger.log.identity())
    assert all(map(is_key_check, people_of(ledger.log).values()))
    assert faults(ledger) == []
    assert ledger.proofs.verify().unbound == 0


def test_swapped_keys_are_told_and_nothing_is_sealed_under_either(ledger: Ledger, url: str) -> None:
    swap(ledger, "E001", "E002")
    assert sorted(faults(ledger)) == [("key_wrong", "E001"), ("key_wrong", "E002")]
    before = ledger.log.position()
    with opened(url) as fresh, pytest.raises(StoreError) as error:
        fresh.record.apply(office.lines([office.issue_notice("N9", "E001")]))
    assert (error.value.code, error.value.fields["employee"]) == ("person_key_wrong", "E001")
    assert ledger.log.position() == before


def test_a_swapped_key_is_not_destroyed_by_an_erasure_which_would_take_somebody_elses_words(
    ledger: Ledger, url: str
) -> None:
    ledger.record.apply(
        office.lines([office.register_employee("X1"), office.record_departure("X1", "2026-09-01")])
    )
    swap(ledger, "X1", "E002")
    with opened(url) as fresh, pytest.raises(StoreError) as error:
        fresh.record.apply(office.lines([office.erase_employee("X1")]))
    assert error.value.code == "person_key_wrong"
    swap(ledger, "X1", "E002")
    with opened(url) as fresh:
        fresh.record.apply(office.lines([office.erase_employee("X1")]))
        assert fresh.names(["X1", "E002"]) == {"X1": ERASED, "E002": "員工E002"}
    assert faults(ledger, deep=True) == []


def test_keys_swapped_behind_an_erasure_are_left_where_they_are(ledger: Ledger, url: str) -> None:
    ledger.record.apply(
        office.lines([office.register_employee("X1"), office.record_departure("X1", "2026-09-01")])
    )
    kept = key_of(ledger, "E002")
    ledger.record.apply(office.lines([office.erase_employee("X1")]))
    put_in(ledger, "X1", kept)
    with opened(url) as fresh:
        fresh.record.apply(office.lines([office.register_site("later")]))
        assert fresh.names(["E002"]) == {"E002": "員工E002"}
    assert key_of(ledger, "X1") == kept
    assert faults(ledger) == [("key_wrong", "X1")]


def test_a_key_that_comes_back_behind_an_erasure_opens_nothing_is_told_and_destroyed_by_whoever_records_next(
    ledger: Ledger, url: str
) -> None:
    ledger.record.apply(
        office.lines([office.register_employee("X1"), office.record_departure("X1", "2026-09-01")])
    )
    key = key_of(ledger, "X1")
    ledger.record.apply(office.lines([office.erase_employee("X1")]))
    put_in(ledger, "X1", key)
    assert faults(ledger) == faults(ledger, deep=True) == [("key_not_destroyed", "X1")]
    with opened(url) as fresh:
        assert fresh.names(["X1"]) == {"X1": ERASED}
        fresh.record.apply(office.lines([office.register_site("later")]))
    assert faults(ledger) == []


def test_a_key_that_was_taken_out_is_no_erasure(ledger: Ledger) -> None:
    ledger.record.apply(
        office.lines([office.register_employee("X1"), office.record_departure("X1", "2026-09-01")])
    )
    ledger.record.apply(office.lines([office.erase_employee("X1")]))
    assert faults(ledger, deep=True) == []
    take_out(ledger, "E002")
    assert faults(ledger) == [("key_missing", "E002")]


def test_a_key_that_is_no_key_is_a_wrong_one(ledger: Ledger) -> None:
    put(ledger, "E002", b"short")
    assert faults(ledger) == [("key_wrong", "E002")]


def test_an_older_keyring_beside_a_newer_ledger_is_told_as_such(ledger: Ledger, url: str) -> None:
    more = [office.register_employee(f"X{n}") for n in range(3)]
    ledger.record.apply(office.lines(more))
    first = ledger.log.registry.position_of("employee", "X0")
    take_out(ledger, "X0", "X1", "X2")
    with opened(url) as fresh:
        (fault,) = fresh.proofs.verify().faults
    assert (fault.code, fault.position, fault.fields) == ("keyring_stale", first, {"people": 3})
    take_out(ledger, "E001")
    assert sorted(faults(ledger)) == [("key_missing", each) for each in ("E001", "X0", "X1", "X2")]


def test_another_secret_of_the_ledger_is_told_and_nothing_is_recorded_under_it(
    ledger: Ledger, url: str
) -> None:
    with ledger.log.keyring.engine.begin() as connection:
        other = secrets.token_bytes(32)
        connection.execute(update(keys).where(keys.c.subject == "").values(key=other))
    assert faults(ledger) == [("secret_wrong", None)]
    with opened(url) as fresh, pytest.raises(StoreError) as error:
        fresh.record.apply(office.lines([office.register_site("later")]))
    assert error.value.code == "keyring_wrong"


def test_a_keyring_that_is_damaged_is_a_finding(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    (tmp_path / "kaoji.keys.db").write_bytes(b"SQLite format 3\0" + b"?" * 5_000)
    with opened(sqlite_url) as ledger:
        assert [fault.code for fault in ledger.proofs.verify().faults] == ["keyring_unusable"]


# --- a keyring with something of somebody else's in it ----------------------------------------------------

EARLIER = "CREATE TRIGGER q BEFORE INSERT ON keyring_keys BEGIN SELECT raise(ignore); END"
LATER = (
    "CREATE TRIGGER q AFTER INSERT ON keyring_keys BEGIN UPDATE keyring_keys SET key = randomblob(32); END"
)
NEVER = "CREATE TRIGGER t BEFORE DELETE ON keyring_keys BEGIN SELECT raise(ignore); END"
ANOTHER = (
    "CREATE TRIGGER t AFTER DELETE ON keyring_keys BEGIN DELETE FROM keyring_keys"
    " WHERE subject = (SELECT min(subject) FROM keyring_keys WHERE subject <> ''); END"
)
STRANGE = [
    EARLIER,
    LATER,
    NEVER,
    ANOTHER,
    "CREATE TABLE t (a)",
    "CREATE VIEW v AS SELECT * FROM keyring_keys",
]
STRANGE += ["CREATE INDEX keyring_more ON keyring_keys (key)"]


@pytest.fixture
def leaving(sqlite_url: str, tmp_path: Path) -> Iterator[Path]:
    """The keyring of a ledger in which E001 is on record and X1 has left."""
    gone = [office.register_employee("X1"), office.record_departure("X1", "2026-09-01")]
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines([*office.office(), *gone]))
    return tmp_path / "kaoji.keys.db"


def refused(url: str, *commands: dict[str, object]) -> str:
    """The code by which commands are refused, of which nothing is recorded then."""
    with opened(url) as ledger:
        before = ledger.log.position()
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines(list(commands)))
        assert ledger.log.position() == before
    return error.value.code


def said(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


def rows_of(file: Path) -> set[tuple[str, bytes]]:
    with sqlite3.connect(file) as connection:
        found = set(connection.execute("SELECT subject, key FROM keyring_keys"))
    connection.close()
    return found


@pytest.mark.parametrize("statement", STRANGE)
def test_a_keyring_that_is_not_ours_alone_is_told_and_no_key_is_made_or_destroyed_in_it(
    leaving: Path, sqlite_url: str, tmp_path: Path, statement: str
) -> None:
    before = rows_of(leaving)
    said(leaving, statement)
    with opened(sqlite_url) as ledger:
        for levels in ({}, {"deep": True}, {"sheets": True}):
            assert {fault.code for fault in ledger.proofs.verify(**levels).faults} == {"keyring_differs"}
        for act in (
            lambda: ledger.proofs.rotate_key({"by": "M01", "on": "2026-09-02"}),
            ledger.upgrade.bring_up,
            lambda: ledger.backups.make(tmp_path / "copy", tmp_path / "copied"),
        ):
            with pytest.raises(StoreError) as error:
                act()
            assert error.value.code == "keyring_differs"
    assert refused(sqlite_url, office.erase_employee("X1")) == "keyring_differs"
    assert refused(sqlite_url, office.register_employee("X2")) == "keyring_differs"
    assert rows_of(leaving) == before


def test_a_trigger_that_is_called_like_statistics_is_told_too(
    leaving: Path, sqlite_url: str, tmp_path: Path
) -> None:
    said(tmp_path / "kaoji.db", "CREATE TRIGGER kept AFTER INSERT ON events BEGIN SELECT 1; END")
    with sqlite3.connect(tmp_path / "kaoji.db") as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET name = 'sqlite_stat9', sql = replace(sql, 'kept', 'sqlite_stat9')"
            " WHERE name = 'kept'"
        )
    connection.close()
    assert codes(tmp_path / "kaoji.db") == ["table_differs"]


def test_an_owner_may_have_statistics_made_of_the_keyring(leaving: Path, sqlite_url: str) -> None:
    said(leaving, "ANALYZE")
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines([office.erase_employee("X1")]))
        assert ledger.proofs.verify(deep=True).faults == []


@pytest.mark.parametrize(
    ("statement", "command"),
    [
        (EARLIER, office.register_employee("X2")),
        (LATER, office.register_employee("X2")),
    ],
)
def test_a_key_that_does_not_read_back_seals_nothing(
    leaving: Path,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    command: dict[str, object],
) -> None:
    """Even where the catalogue looked as ever, such as when a disk keeps something else than it is told."""
    said(leaving, statement)
    monkeypatch.setattr(catalogue, "differing", lambda *_: [])
    assert refused(sqlite_url, command) == "keyring_differs"


@pytest.mark.parametrize("statement", [NEVER, ANOTHER])
def test_an_erasure_that_destroys_nothing_or_too_much_is_not_called_done(
    leaving: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    before = rows_of(leaving)
    said(leaving, statement)
    with monkeypatch.context() as patched, opened(sqlite_url) as ledger:
        patched.setattr(catalogue, "differing", lambda *_: [])
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines([office.erase_employee("X1")]))
        assert error.value.code == "erasure_unfinished"
    assert rows_of(leaving) == before
    said(leaving, "DROP TRIGGER t")
    with opened(sqlite_url) as ledger:
        assert ledger.log.people.finish_erasures() == ["X1"]
        assert ledger.proofs.verify(deep=True).faults == []
    assert len(before - rows_of(leaving)) == 1


@pytest.mark.parametrize("value", ["''", "'text'", "0.5", "-1", "9223372036854775807", "32", "1000000000"])
def test_a_key_of_another_type_than_bytes_is_a_wrong_one(leaving: Path, sqlite_url: str, value: str) -> None:
    said(leaving, f"UPDATE keyring_keys SET key = {value} WHERE rowid = 3")
    with opened(sqlite_url) as ledger:
        assert [fault.code for fault in ledger.proofs.verify(deep=True).faults] == ["key_wrong"]
        assert ledger.review.employees(office.SITE)


# --- a ledger of layout 2 -------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The kept ledger of layout 2, with its keyring."""
    return Path(shutil.copytree(HERE / "layout-2", tmp_path / "old")) / "kaoji.db"


def codes(file: Path, **levels: bool) -> list[str]:
    with open_ledger(file, office.NOW) as ledger:
        return [fault.code for fault in ledger.proofs.verify(**levels).faults]


def test_an_old_ledger_says_how_many_keys_are_not_bound(old: Path) -> None:
    with open_ledger(old, office.NOW) as ledger:
        verified = ledger.proofs.verify()
        assert (verified.faults, verified.unbound) == ([], len(people_of(ledger.log)))
        swap(ledger, "E001", "E002")
    assert codes(old) == []  # what it lacks


def test_an_upgrade_binds_the_keys_and_changes_no_event(old: Path) -> None:
    with open_ledger(old, office.NOW) as ledger:
        before = list(ledger.log.events())
        checkpoint = ledger.proofs.public_keys() and (old.parent / "checkpoint").read_bytes()
        done = ledger.upgrade.bring_up()
        assert (done.bound, done.lacking) == (len(people_of(ledger.log)) + 1, [])
        assert list(ledger.log.events())[: len(before)] == before
        verified = ledger.proofs.verify(checkpoint, everything=True, deep=True, sheets=True)
        assert (verified.faults, verified.unbound) == ([], 0)
        again = ledger.upgrade.bring_up()
        assert (again.bound, again.position) == (0, done.position)
        ledger.record.apply(office.lines([office.register_employee("X1")]))
        swap(ledger, "E001", "E002")
    assert codes(old) == ["key_wrong", "key_wrong"]
    with open_ledger(old, office.NOW) as ledger, pytest.raises(StoreError) as error:
        ledger.record.apply(office.lines([office.issue_notice("N9", "E001")]))
    assert error.value.code == "person_key_wrong"


def test_nothing_is_recorded_under_another_secret_than_an_upgrade_bound(old: Path) -> None:
    with open_ledger(old, office.NOW) as ledger:
        ledger.upgrade.bring_up()
        before = ledger.log.position()
        with ledger.log.keyring.engine.begin() as connection:
            connection.execute(update(keys).where(keys.c.subject == "").values(key=secrets.token_bytes(32)))
    with open_ledger(old, office.NOW) as ledger:
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines([office.register_site("later")]))
        assert error.value.code == "keyring_wrong"
        assert ledger.log.position() == before
    assert codes(old) == ["secret_wrong"]


def test_an_upgrade_binds_no_key_that_opens_nothing(old: Path) -> None:
    with open_ledger(old, office.NOW) as ledger:
        swap(ledger, "E001", "E002")
    with open_ledger(old, office.NOW) as ledger:
        before = ledger.log.position()
        with pytest.raises(StoreError) as error:
            ledger.upgrade.bring_up()
        assert error.value.code == "person_key_wrong"
        assert ledger.log.position() == before
        swap(ledger, "E001", "E002")
    with open_ledger(old, office.NOW) as ledger:
        assert ledger.upgrade.bring_up().lacking == []


def test_an_upgrade_binds_no_secret_that_opens_nothing(old: Path) -> None:
    with open_ledger(old, office.NOW) as ledger:
        ledger.record.apply(office.lines([office.open_action("K1")]))
        with ledger.log.keyring.engine.begin() as connection:
            connection.execute(update(keys).where(keys.c.subject == "").values(key=secrets.token_bytes(32)))
    with open_ledger(old, office.NOW) as ledger:
        before = ledger.log.position()
        with pytest.raises(StoreError) as error:
            ledger.upgrade.bring_up()
        assert error.value.code == "keyring_wrong"
        assert ledger.log.position() == before


def test_an_upgrade_says_whose_key_it_lacks_and_binds_it_when_it_is_back(old: Path) -> None:
    with open_ledger(old, office.NOW) as ledger:
        key, subject = key_of(ledger, "E002"), people_of(ledger.log)["E002"]
        take_out(ledger, "E002")
    with open_ledger(old, office.NOW) as ledger:
        assert ledger.upgrade.bring_up().lacking == ["E002"]
        row = {"identity": ledger.log.identity(), "subject": subject, "key": key}
        with ledger.log.keyring.engine.begin() as connection:
            connection.execute(insert(keys).values(row))
    assert codes(old) == []
    with open_ledger(old, office.NOW) as ledger:
        assert ledger.upgrade.bring_up().bound == 1
        assert ledger.proofs.verify(deep=True).unbound == 0


def test_a_restore_refuses_a_keyring_with_swapped_keys_and_leaves_nothing(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.backups.make(tmp_path / "good", tmp_path / "good-keys")
    swap(ledger, "E001", "E002")
    ledger.backups.make(tmp_path / "bad", tmp_path / "bad-keys")
    with opened(f"sqlite:///{tmp_path / 'back.db'}") as back:
        with pytest.raises(StoreError) as error:
            back.backups.restore(tmp_path / "good", tmp_path / "bad-keys")
        assert (error.value.code, error.value.fields["faults"]) == ("backup_changed", 2)
        assert not back.log.exists()
        restored = back.backups.restore(tmp_path / "good", tmp_path / "good-keys")
        assert (restored["key_faults"], restored["keyring_stays"]) == ([], False)


def test_a_restore_beside_a_keyring_that_does_not_fit_says_so_and_is_a_finding(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.backups.make(tmp_path / "good")
    swap(ledger, "E001", "E002")
    ledger.backups.make(tmp_path / "bad", tmp_path / "bad-keys")
    place = tmp_path / "bad-keys" / "keyring.db"
    monkeypatch.setenv("KAOJI_KEYRING", f"sqlite:///{place}")
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert run(["restore", str(tmp_path / "good"), "--ledger", back]) == 1
    told = capsys.readouterr().out
    assert "verified" not in told
    assert "E001" in told
    assert "E002" in told


def test_a_row_taken_out_of_what_was_handed_out_is_told_while_another_stands_behind_it(
    ledger: Ledger,
) -> None:
    for name in ("first", "second", "third"):
        ledger.people.note_handout(["E001"], "export", name)
    assert faults(ledger) == []
    with ledger.log.keyring.engine.begin() as connection:
        connection.execute(delete(handouts).where(handouts.c.number == 2))
    assert faults(ledger) == [("handouts_missing", None)]
    with ledger.log.keyring.engine.begin() as connection:  # so that there are as many as the last one says
        connection.execute(update(handouts).where(handouts.c.number == 1).values(number=2))
        connection.execute(insert(handouts).from_select(list(handouts.c.keys()), _numbered(0)))
    assert faults(ledger) == [("handouts_missing", None)]


def _numbered(number: int) -> Select[Any]:
    """The second row once more, under another number."""
    told = [literal(number).label("number") if each.name == "number" else each for each in handouts.c]
    return select(*told).where(handouts.c.number == 2)


def test_a_row_of_what_was_handed_out_that_says_no_instant_is_refused_in_words(ledger: Ledger) -> None:
    gone = [office.register_employee("X1"), office.record_departure("X1", "2026-09-01")]
    ledger.record.apply(office.lines(gone))
    ledger.people.note_handout(["X1"], "export", "first")
    with ledger.log.keyring.engine.begin() as connection:
        connection.execute(update(handouts).values(recorded_at="never"))
    with pytest.raises(StoreError, match="keyring_unusable"):
        ledger.people.handouts("X1")
    assert faults(ledger) == [("handouts_missing", None)]
    erased = ledger.record.apply(office.lines([office.erase_employee("X1")]))
    assert "handouts_unreadable" in [note.code for note in erased.notes]


@pytest.mark.parametrize(
    "manifest", ["[" * 100_000, "[]", '"x"', '{"position": ' + "9" * 5_000 + "}", '{"position": NaN}']
)
def test_a_manifest_that_is_none_is_refused_in_words(manifest: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with opened(f"sqlite:///{tmp_path / 'back.db'}") as back, pytest.raises(StoreError) as error:
        back.backups.restore(tmp_path)
    assert error.value.code == "backup_damaged"
    assert not any(word in str(error.value.fields["reason"]) for word in ("indices", "sys.", "recursion"))


def test_a_copy_of_the_keyring_with_a_key_that_is_no_bytes_is_refused_in_words(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'kaoji.db'}") as ledger:
        ledger.record.apply(office.lines(office.office()))
        ledger.backups.make(tmp_path / "backup", tmp_path / "keys")
    with sqlite3.connect(tmp_path / "keys" / "keyring.db") as copy:
        copy.execute("UPDATE keyring_keys SET key = 'text' WHERE subject <> ''")
    copy.close()
    with opened(f"sqlite:///{tmp_path / 'back.db'}") as back, pytest.raises(StoreError) as error:
        back.backups.restore(tmp_path / "backup", tmp_path / "keys")
    assert (error.value.code, error.value.fields["reason"]) == ("keyring_unusable", "keyring_keys.key")
