"""What keeps a database from answering is told apart: each cause by its own code, with its own next step."""

import errno
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from cli.main import run
from ledger.errors import StoreError
from ledger.store.address import parse_url
from ledger.store.database_errors import cause_of
from ledger.store.engine import connect_arguments, make_engine
from ledger.store.log import Log
from ledger.store.transactions import writing
from tests.support import office
from tests.support.postgres import fresh_database
from tests.support.story import opened
from tests.support.whole import assert_whole

Capture = pytest.CaptureFixture[str]


def text_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def administer(url: URL, statement: str) -> None:
    plain = text_of(url.set(drivername="postgresql"))
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


# --- the cause --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("08006", "away"),
        ("57P01", "away"),
        ("57P03", "away"),
        ("28P01", "login"),
        ("28000", "login"),
        ("3D000", "missing"),
        ("42501", "rights"),
        ("53100", "full"),
        ("53300", "crowded"),
        ("55P03", "busy"),
        ("57014", "busy"),
        ("25006", "read_only"),
        ("3F000", "rights"),
        ("42P01", None),
        ("XX001", None),
        ("23505", None),
    ],
)
def test_a_server_tells_its_cause_by_a_number(state: str, cause: str | None) -> None:
    error = psycopg.errors.lookup(state)("in any language")
    assert cause_of(DBAPIError(None, None, error)) == cause


SOCKET = 'connection failed: connection to server on socket "/run/.s.PGSQL.5432" failed: FATAL:  '


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f'{SOCKET}password authentication failed for user "u"', "login"),
        (f'{SOCKET}Peer authentication failed for user "u"', "login"),
        (f'{SOCKET}no pg_hba.conf entry for host "::1", user "u", database "d", no encryption', "login"),
        ("connection is bad: fe_sendauth: no password supplied", "login"),
        (f'{SOCKET}role "u" does not exist', "login"),
        (f'{SOCKET}role "u" is not permitted to log in', "login"),
        (f'{SOCKET}database "d" does not exist', "missing"),
        (f'{SOCKET}permission denied for database "d"', "rights"),
        (f"{SOCKET}sorry, too many clients already", "crowded"),
        (f'{SOCKET}too many connections for role "u"', "crowded"),
        (f"{SOCKET}remaining connection slots are reserved for roles with SUPERUSER", "crowded"),
        (f"{SOCKET}the database system is starting up", "away"),
        ('connection to server at "::1", port 1 failed: Connection refused', "away"),
        ("failed to resolve host 'h': [Errno -2] Name or service not known", "away"),
        ("connection timeout expired", "away"),
        ("consuming input failed: server closed the connection unexpectedly", "away"),
        ("the connection is closed", "away"),
        (f"{SOCKET}Passwort-Authentifizierung für Benutzer »u« fehlgeschlagen", None),
        ('could not open certificate file "x": No such file or directory', None),
    ],
)
def test_a_connection_that_cannot_be_made_tells_it_by_text(text: str, cause: str | None) -> None:
    assert cause_of(DBAPIError(None, None, psycopg.OperationalError(text))) == cause


def test_sqlite_tells_it_by_a_number_too(tmp_path: Path) -> None:
    file = tmp_path / "one.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as one:
        one.execute("CREATE TABLE one (words text)")
        found = {}
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as reader:
            found["read_only"] = refused(reader, "INSERT INTO one VALUES ('')")
        one.execute("PRAGMA max_page_count=3")
        found["full"] = refused(one, "INSERT INTO one VALUES (zeroblob(100000))")
        one.execute("BEGIN EXCLUSIVE")
        with closing(sqlite3.connect(file, timeout=0)) as other:
            found["busy"] = refused(other, "INSERT INTO one VALUES ('')")
        found[""] = refused(one, "SELECT nothing")
    assert {cause: cause_of(DBAPIError(None, None, error)) or "" for cause, error in found.items()} == {
        cause: cause for cause in found
    }


def refused(connection: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as error:
        connection.execute(statement)
    return error.value


@pytest.mark.parametrize(
    ("number", "cause"),
    [(errno.ENOSPC, "full"), (errno.EROFS, "read_only"), (errno.EACCES, "read_only"), (errno.EIO, None)],
)
def test_a_file_beside_the_database_tells_it_by_a_number(number: int, cause: str | None) -> None:
    assert cause_of(DBAPIError("open x.lock", None, OSError(number, "in any language"))) == cause


# --- what is said of it -----------------------------------------------------------------------------


@pytest.fixture
def role(pg_url: str) -> Iterator[str]:
    """A role that may not be connected even once."""
    name, url = f"kaoji_trouble_{uuid.uuid4().hex[:8]}", make_url(pg_url)
    administer(url, f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 0")
    yield name
    administer(url, f"DROP ROLE {name}")


def told(url: URL | str, capsys: Capture) -> str:
    address = url if isinstance(url, str) else text_of(url)
    assert run(["due", "--ledger", address, "--lang", "en"]) == 3
    return capsys.readouterr().err


def test_each_cause_on_the_way_to_a_server_has_its_own_next_step(
    pg_url: str, role: str, capsys: Capture
) -> None:
    url = make_url(pg_url)
    for wrong, step in (
        (url.set(host="127.0.0.1", port=1, query={}), "check that the server runs"),
        (url.set(username="kaoji_nobody"), "check the role in the URL"),
        (url.set(database="kaoji_nowhere"), "check the name at the end of the URL"),
        (url.set(username=role), "have max_connections raised, or the limit of the role"),
    ):
        said = told(wrong, capsys)
        assert step in said.partition("hint: ")[2], said


def code_of(url: URL, options: str) -> str:
    """With which code a first recording is refused where the server is told these options."""
    with opened(text_of(url.update_query_dict({"options": options}))) as ledger:
        with pytest.raises(StoreError) as error:
            ledger.record.apply(office.lines(office.office()))
        return error.value.code


def test_a_server_that_takes_no_writing_and_one_that_is_held_by_others(pg_url: str) -> None:
    url = make_url(pg_url)
    assert code_of(url, "-c default_transaction_read_only=on") == "database_read_only"
    engine = make_engine(parse_url(pg_url))
    with writing(engine, "create"):
        assert code_of(url, "-c lock_timeout=50") == "database_blocked"
        assert code_of(url, "-c statement_timeout=50") == "database_busy"
    engine.dispose()


def test_a_keyring_that_is_away_is_told_as_such(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOJI_KEYRING", f"postgresql://nobody@/kaoji?host={tmp_path}&password=SECRET")
    log = Log(sqlite_url)
    with pytest.raises(StoreError) as error:
        log.create()
    assert error.value.code == "database_away"
    assert "SECRET" not in str(error.value.fields)


def test_a_file_that_others_hold_too_long_is_busy(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.engine.BUSY_TIMEOUT_S", 0.05)
    log = Log(sqlite_url)
    log.create()
    with (
        closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other,
        closing(log),
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as error, log.unit():
            pass
    assert error.value.code == "database_busy"


# --- addresses that are none ------------------------------------------------------------------------

WRONG = [
    "postgresql+psycopg://a:b@127.0.0.1:abc/kaoji",
    "postgresql+psycopg://a:b@[::1/x",
    "postgresql+psycopg://a:b@127.0.0.1/x?port=xyz",
    "postgresql+psycopg://a:b@127.0.0.1/x?prepare_threshold=abc",
    "postgresql+psycopg://a:b@127.0.0.1/x?connect_timeout=abc",
    "postgresql+psycopg://a:b@127.0.0.1/x?bogus=1",
    "postgresql+psycopg://h/x?conninfo=foo",
    "postgresql+psycopg://a:b@/x?host=h1:1&host=h2:abc",
]


@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_is_none_is_refused_in_words_from_wherever_it_comes(
    url: str, sqlite_url: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "is not the address of a ledger"
    assert words in told(url, capsys)
    monkeypatch.setenv("KAOJI_LEDGER", url)
    assert run(["due", "--lang", "en"]) == 3
    assert words in capsys.readouterr().err
    monkeypatch.setenv("KAOJI_KEYRING", url)
    with pytest.raises(StoreError) as error:
        Log(sqlite_url).create()
    assert error.value.code == "ledger_url_wrong"


def test_how_often_a_statement_is_asked_before_it_is_prepared_may_be_given(pg_url: str) -> None:
    with opened(text_of(make_url(pg_url).update_query_dict({"prepare_threshold": "2"}))) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        assert_whole(ledger.log)


# --- a database of no encoding ----------------------------------------------------------------------


def test_a_database_of_no_encoding_holds_a_ledger_as_well(postgres_url: URL) -> None:
    with (
        fresh_database(postgres_url, "ENCODING 'SQL_ASCII' TEMPLATE template0") as url,
        opened(url) as ledger,
    ):
        ledger.record.apply(office.lines(office.a_busy_month()))
        names = {row["name"] for row in ledger.reports.monthly(office.MONTH)}
        assert names and all(isinstance(name, str) for name in names)
        assert ledger.proofs.verify(deep=True, sheets=True).faults == []
        arguments, named = connect_arguments(ledger.log.engine)
        with psycopg.connect(*arguments, **named) as other:
            assert other.execute("SELECT kind FROM events WHERE position = 1").fetchall() == [
                ("policy_adopted",)
            ]
