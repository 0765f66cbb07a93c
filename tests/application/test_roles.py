"""Three roles on a real server: the owner sets up, the app records and reports, the audit reads and can do nothing else."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ProgrammingError

from cli.main import run
from ledger.application.database_roles import grant
from ledger.application.recording.imports import Asked
from ledger.errors import StoreError
from ledger.projections.schema import metadata as sheets
from ledger.store import guards
from ledger.store.engine import make_engine
from ledger.store.keyring import Keyring, _write_anew
from ledger.store.schema import events, heads, metadata
from ledger.store.transactions import reading, writing
from ledger.terms import ERASED
from tests.imports.bench import OPEN, Made, handed_over
from tests.privacy import scene
from tests.support import office
from tests.support.story import everything, opened
from tests.support.whole import assert_whole

Capture = pytest.CaptureFixture[str]
SHEETS = [f"kaoji_sheets.{table.name}" for table in sheets.sorted_tables]


@dataclass(frozen=True)
class Roles:
    """The URLs of the owner, the app and the audit, none of them a superuser, and the names behind them."""

    owner: str
    app: str
    audit: str
    names: dict[str, str]


@pytest.fixture
def roles(pg_url: str) -> Iterator[Roles]:
    """Roles of this test on an empty database that belongs to the owner."""
    names = {each: f"kaoji {each} {uuid.uuid4().hex[:8]}" for each in ("owner", "app", "audit")}
    url = make_url(pg_url)
    administer(url, *(f'CREATE ROLE "{name}" LOGIN' for name in names.values()))
    owner = names["owner"]
    administer(url, f'GRANT CREATE ON DATABASE "{url.database}" TO "{owner}"')
    administer(url, f'GRANT ALL ON SCHEMA public TO "{owner}" WITH GRANT OPTION')
    administer(url, f'GRANT CONNECT ON DATABASE "{url.database}" TO "{owner}" WITH GRANT OPTION')
    yield Roles(
        **{
            each: url.set(username=name).render_as_string(hide_password=False) for each, name in names.items()
        },
        names=names,
    )
    for name in names.values():
        administer(url, f'DROP OWNED BY "{name}" CASCADE', f'DROP ROLE "{name}"')


def administer(url: URL, *statements: str) -> None:
    execute(url.render_as_string(hide_password=False), *statements)


def execute(url: str, *statements: str) -> None:
    """Runs statements as whoever the URL names."""
    engine = make_engine(make_url(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def denied() -> Iterator[None]:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        yield


@pytest.fixture
def granted(roles: Roles) -> Roles:
    grant(roles.owner, roles.names["app"], roles.names["audit"])
    return roles


def test_whoever_owns_the_tables_is_given_no_less(roles: Roles) -> None:
    for _ in range(2):  # before there are any tables, and after
        for app, audit in ((roles.names["owner"], None), (None, roles.names["owner"])):
            with pytest.raises(StoreError) as error:
                grant(roles.owner, app, audit)
            assert error.value.code == "role_owns"
        grant(roles.owner, roles.names["app"], roles.names["audit"])


@pytest.mark.parametrize("foreign", ["events (id bigint, title text)", "heads (id bigint)"])
def test_another_programs_tables_are_left_alone(pg_url: str, foreign: str) -> None:
    table = foreign.partition(" ")[0]
    execute(pg_url, f"CREATE TABLE {foreign}", f"INSERT INTO {table} VALUES (1)")
    with opened(pg_url) as ledger:
        for touch in (
            lambda: ledger.record.apply(office.lines(office.office())),
            lambda: grant(pg_url, "nobody", None),
            ledger.log.lay_out,
        ):
            with pytest.raises(StoreError) as error:
                touch()
            assert error.value.code == "not_a_ledger"
        with pytest.raises(StoreError) as error:
            ledger.reports.monthly(office.MONTH)
        assert error.value.code == ("not_a_ledger" if table == "heads" else "ledger_missing")
    engine = make_engine(make_url(pg_url))
    assert inspect(engine).get_table_names() == [table]
    engine.dispose()
    execute(pg_url, f"DELETE FROM {table}")


# --- what each can do -------------------------------------------------------------------------------


def test_the_app_records_reports_rebuilds_and_makes_another_ledger(granted: Roles) -> None:
    for name in ("main", "jinse"):
        with opened(granted.app, name) as ledger:
            ledger.record.apply(office.lines(office.a_busy_month()))
            assert ledger.reports.monthly(office.MONTH)
            ledger.record.apply(office.lines([office.issue_notice("N9", "E002", clause="FD-04")]))
            assert ledger.project() == (ledger.log.position() - 1, ledger.log.position())
            assert ledger.rebuild() == ledger.log.position()
            assert_whole(ledger.log)


def test_what_the_owner_drew_the_app_draws_on(granted: Roles) -> None:
    with opened(granted.owner) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        drawn = ledger.project()[1]
    with opened(granted.app) as ledger:
        assert ledger.project() == (drawn, drawn)
        ledger.record.apply(office.lines([office.issue_notice("N9", "E002", clause="FD-04")]))
        assert ledger.project() == (drawn, drawn + 1)


def test_sheets_of_an_older_layout_are_made_anew_by_granting_again(granted: Roles) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        expected = ledger.reports.monthly(office.MONTH)
        execute(granted.owner, "UPDATE kaoji_sheets.sheets_drawn SET layout = 0")
        assert ledger.reports.monthly(office.MONTH) == expected
        with pytest.raises(StoreError):
            ledger.project()
        grant(granted.owner, granted.names["app"], granted.names["audit"])
        assert ledger.project() == (0, ledger.log.position())
        assert ledger.reports.monthly(office.MONTH) == expected


def test_sheets_that_lack_a_column_are_made_anew_by_granting_again(granted: Roles) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        expected = ledger.reports.monthly(office.MONTH)
        execute(granted.owner, "ALTER TABLE kaoji_sheets.sheet_monthly DROP COLUMN performance")
        with pytest.raises(StoreError) as error:
            ledger.rebuild()
        assert error.value.code == "database_rights", "its next step is to grant again"
        grant(granted.owner, granted.names["app"], granted.names["audit"])
        ledger.rebuild()
        assert ledger.reports.monthly(office.MONTH) == expected


def test_the_audit_reads_every_report_from_the_log_and_no_sheet(granted: Roles) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        expected = everything(ledger, [office.SITE], [office.MONTH])
        log = ledger.review.history("E001")
    execute(granted.app, "UPDATE kaoji_sheets.sheet_monthly SET points = 99")
    with opened(granted.audit) as ledger:
        assert everything(ledger, [office.SITE], [office.MONTH]) == expected
        assert ledger.review.history("E001") == log
    for sheet in SHEETS:
        with denied():
            execute(granted.audit, f"SELECT 1 FROM {sheet}")


def test_the_audit_records_nothing(granted: Roles, capsys: Capture) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.office()))
        position = ledger.log.position()
    with opened(granted.audit) as ledger:
        for refused in (
            lambda: ledger.record.apply(office.lines([office.issue_notice("N1", "E001")])),
            lambda: ledger.rebuild(),
            lambda: ledger.project(),
            lambda: opened(granted.audit, "other").record.apply(office.lines(office.office())),
        ):
            with pytest.raises(StoreError, match="database_rights") as error:
                refused()
            assert "permission denied" in str(error.value.fields["reason"])
        assert ledger.log.position() == position


@pytest.mark.parametrize("deep", [[], ["--deep"]], ids=["plain", "deep"])
@pytest.mark.parametrize("table", ["events", "heads", "keyring_keys"])
def test_a_right_that_is_missing_is_no_finding(
    granted: Roles, table: str, deep: list[str], capsys: Capture
) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
    execute(granted.owner, f'REVOKE SELECT ON {table} FROM "{granted.names["audit"]}"')
    unread = table != "keyring_keys" or deep
    assert run(["verify", *deep, "--ledger", granted.audit, "--lang", "en"]) == (3 if unread else 0)
    printed = capsys.readouterr()
    if unread:
        assert f"permission denied for table {table}" in printed.err
        assert "hint: have the owner of the tables run `kaoji grant --app ROLE`" in printed.err
        assert printed.out == ""


@pytest.mark.parametrize(
    ("may_look", "reason"),
    [(True, "permission denied for schema public"), (False, "no schema has been selected to create in")],
)
def test_who_has_no_rights_yet_is_told_who_gives_them(
    may_look: bool, reason: str, roles: Roles, capsys: Capture, tmp_path: Path
) -> None:
    if may_look:
        execute(roles.owner, "GRANT USAGE ON SCHEMA public TO PUBLIC")
    file = tmp_path / "commands.jsonl"
    file.write_bytes(b"".join(office.lines(office.office())))
    assert run(["apply", str(file), "--ledger", roles.app, "--lang", "en"]) == 3
    told = capsys.readouterr().err
    assert reason in told
    assert "hint: have the owner of the tables run `kaoji grant --app ROLE`" in told


def test_who_may_not_read_what_was_handed_out_is_told_so(granted: Roles, capsys: Capture) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.office()))
    execute(granted.owner, f'REVOKE SELECT ON keyring_handouts FROM "{granted.names["audit"]}"')
    assert run(["employee", "handouts", "E001", "--ledger", granted.audit, "--lang", "en"]) == 3
    assert "permission denied for table keyring_handouts" in capsys.readouterr().err


def test_a_key_that_the_app_destroys_is_on_no_page_of_the_owners_table(granted: Roles, pg_url: str) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines([*office.office(), office.record_departure("E001", "2026-09-01")]))
        erased, kept = scene.key_of(ledger), scene.key_of(ledger, "E002")
        assert erased in pages(pg_url)

        with snapshot(granted.audit):  # as of a report that is still running: it keeps what is deleted
            ledger.record.apply(office.lines([office.erase_employee("E001")]))

            assert erased not in pages(pg_url)
        assert kept in pages(pg_url)
        assert ledger.names(["E001", "E002"]) == {"E001": ERASED, "E002": office_name("E002")}
        assert ledger.proofs.verify(deep=True).faults == []


def test_who_reads_keys_while_they_are_written_anew_takes_nobody_for_erased(
    granted: Roles, pg_url: str
) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(office.office()))
        expected, identity = scene.key_of(ledger, "E002"), ledger.log.identity()
        subject = ledger.log.sealing.subject_of("employee/E002")
    assert subject is not None
    keyring, other = Keyring(make_url(granted.app)), Keyring(make_url(granted.app))
    with ThreadPoolExecutor(1) as pool:
        with writing(keyring.engine, "keyring") as connection:
            _write_anew(connection)
            found = pool.submit(other.key, identity, subject)
            wait_for_a_lock(pg_url)
        assert found.result(30) == expected
    keyring.close()
    other.close()


def wait_for_a_lock(url: str) -> None:
    """Until somebody waits for a lock on the keys."""
    engine = make_engine(make_url(url))
    query = text("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = to_regclass('keyring_keys')")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        until = time.monotonic() + 30
        while not connection.execute(query).all():
            assert time.monotonic() < until
            time.sleep(0.02)
    engine.dispose()


def test_where_the_app_may_not_write_the_keys_anew_the_erasure_is_told_as_unfinished(
    granted: Roles,
) -> None:
    execute(granted.owner, f'REVOKE TRUNCATE ON keyring_keys FROM "{granted.names["app"]}"')
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines([*office.office(), office.record_departure("E001", "2026-09-01")]))
        with pytest.raises(StoreError, match="erasure_unfinished") as error:
            ledger.record.apply(office.lines([office.erase_employee("E001")]))
        assert "permission denied" in str(error.value.fields["reason"])
        assert [f.code for f in ledger.proofs.verify(deep=True).faults] == ["key_not_destroyed"]
        grant(granted.owner, granted.names["app"], granted.names["audit"])
        ledger.record.apply(office.lines([office.issue_notice("N1", "E002")]))
        assert ledger.proofs.verify(deep=True).faults == []


def office_name(employee: str) -> str:
    return next(c["name"] for c in office.office() if c.get("employee") == employee and "name" in c)


@contextmanager
def snapshot(url: str) -> Iterator[None]:
    """Somebody else's snapshot of the database, as it is now."""
    engine = make_engine(make_url(url))
    with reading(engine) as connection:
        connection.execute(text("SELECT 1 FROM heads"))
        yield
    engine.dispose()


def pages(url: str) -> bytes:
    """The files in which the keyring's table lies on the server, now and until it is removed."""
    engine = make_engine(make_url(url))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        (found,) = connection.execute(
            text("SELECT pg_read_binary_file(pg_relation_filepath('keyring_keys'))")
        ).one()
    engine.dispose()
    return bytes(found)


# --- what each cannot do ----------------------------------------------------------------------------


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_neither_changes_or_drops_a_table_of_the_log_and_the_audit_adds_nothing(
    granted: Roles, table: object
) -> None:
    for url in (granted.app, granted.audit):
        for statement in (
            f"UPDATE {table} SET ledger = ''",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"DROP TABLE {table}",
            f"ALTER TABLE {table} DISABLE TRIGGER USER",
        ):
            with denied():
                execute(url, statement)
    with denied():
        execute(granted.audit, f"INSERT INTO {table} SELECT * FROM {table}")


def test_the_app_updates_of_a_head_only_what_grows(granted: Roles) -> None:
    for column in ("ledger", "layout", "identity"):
        with denied():
            execute(granted.app, f"UPDATE heads SET {column} = {column}")
    execute(granted.app, "UPDATE heads SET position = position")
    with denied():
        execute(granted.audit, "UPDATE heads SET position = position")
    with denied():
        execute(granted.audit, "SELECT 1 FROM heads FOR UPDATE")


def test_neither_makes_tables_or_switches_the_guards_off(granted: Roles) -> None:
    for url in (granted.app, granted.audit):
        for statement in (
            "CREATE TABLE events2 (x int)",
            "CREATE SCHEMA elsewhere",
            "CREATE TABLE kaoji_sheets.more (x int)",
            "SET session_replication_role = replica",
            "DROP TRIGGER kaoji_rows ON events",
        ):
            with denied():
                execute(url, statement)


def test_rights_given_by_hand_are_taken_away_and_nothing_else_changes_by_granting_again(
    granted: Roles,
) -> None:
    app, audit = granted.names["app"], granted.names["audit"]
    execute(granted.owner, f'GRANT ALL ON {events} TO "{app}", "{audit}"')
    execute(granted.owner, f'GRANT ALL ON SCHEMA kaoji_sheets TO "{audit}"')
    execute(granted.owner, f'GRANT UPDATE (layout) ON {heads} TO "{app}"')
    before = rights(granted)
    grant(granted.owner, app, audit)
    assert rights(granted) < before
    with denied():
        execute(granted.app, "DELETE FROM events")
    with denied():
        execute(granted.audit, "INSERT INTO events SELECT * FROM events")
    with denied():
        execute(granted.app, "UPDATE heads SET layout = layout")
    after = rights(granted)
    grant(granted.owner, app, audit)
    assert rights(granted) == after


def rights(roles: Roles) -> set[str]:
    engine = make_engine(make_url(roles.owner))
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT oid::regclass::text, unnest(relacl)::text FROM pg_class"))
        columns = connection.execute(
            text("SELECT attrelid::regclass::text || '.' || attname, unnest(attacl)::text FROM pg_attribute")
        )
        spaces = connection.execute(text("SELECT nspname, unnest(nspacl)::text FROM pg_namespace"))
        found = {
            f"{name} {holder}: {letter}"
            for rows in (tables, columns, spaces)
            for name, right in rows
            for holder, _, rest in [right.partition("=")]
            for letter in rest.partition("/")[0]
        }
    engine.dispose()
    return found


# --- the command ------------------------------------------------------------------------------------


def test_the_command_makes_tables_and_guards_and_the_sql_it_prints_does_the_same(
    roles: Roles, capsys: Capture
) -> None:
    arguments = [
        "grant",
        "--app",
        roles.names["app"],
        "--audit",
        roles.names["audit"],
        "--ledger",
        roles.owner,
    ]
    assert run([*arguments, "--sql"]) == 0
    printed = capsys.readouterr().out
    with opened(roles.owner) as ledger:
        assert not ledger.log.exists()
    assert run([*arguments, "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{roles.names['app']} has the rights to record and to report",
        f"{roles.names['audit']} has the rights to read",
    ]
    given = rights(roles)
    execute(roles.owner, *filter(str.strip, printed.split(";\n")))
    assert rights(roles) == given
    engine = make_engine(make_url(roles.owner))
    with engine.connect() as connection:
        assert guards.missing(connection) == []
    engine.dispose()
    with opened(roles.app) as ledger:
        ledger.record.apply(office.lines(office.office()))


def test_one_role_can_be_given_by_itself(roles: Roles) -> None:
    grant(roles.owner, None, roles.names["audit"])
    with pytest.raises(ProgrammingError):
        execute(roles.app, "SELECT 1 FROM heads")
    execute(roles.audit, "SELECT 1 FROM heads")


def test_a_role_that_is_not_there_and_a_file_are_refused(
    pg_url: str, sqlite_url: str, capsys: Capture
) -> None:
    for arguments, status, words in (
        (["--app", "nobody here", "--ledger", pg_url], 3, "there is no role nobody here on the server"),
        (["--app", "app", "--ledger", sqlite_url], 3, "there are roles on a PostgreSQL server only"),
        (["--ledger", pg_url], 2, "kaoji grant lacks --app / --audit"),
    ):
        assert run(["grant", *arguments, "--lang", "en"]) == status
        assert words in capsys.readouterr().err


def test_whoever_does_not_own_the_tables_cannot_grant(granted: Roles, capsys: Capture) -> None:
    before = rights(granted)
    assert run(["grant", "--app", granted.names["audit"], "--ledger", granted.app, "--lang", "en"]) == 3
    assert f"{granted.names['app']} does not own the tables" in capsys.readouterr().err
    assert rights(granted) == before


def test_the_app_imports_what_offices_keep_and_what_pay_took(granted: Roles) -> None:
    with opened(granted.app) as ledger:
        ledger.record.apply(office.lines(OPEN))
        rows = [["工號", "應發工資", "最低工資"], ["E001", 3200, 2200]]
        wages = Made(rows).content()
        asked = Asked(month=office.MONTH, by="F01")
        assert [ledger.imports.run("wages", wages, asked).recorded for _ in range(2)] == [1, 0]
        ledger.record.apply(office.lines([office.close_month()]))
        back = handed_over(ledger, {"N3": 45})
        assert ledger.exports.check_handoff(back).ok
        imported = ledger.imports.run("payroll", back, Asked(by="F01", on=date(2026, 9, 2)))
        assert (imported.recorded, imported.preview.month) == (1, office.MONTH)
        assert ledger.proofs.verify(deep=True, sheets=True).faults == []
