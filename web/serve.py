"""`kaoji serve`: opens the ledger, its accounts, and answers on a port of this machine."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

import uvicorn

from ledger.application.desk.desk import SECOND_ABOVE, Desk, desk_place
from ledger.application.group.ledgers import Whereabouts, ledgers
from ledger.errors import InputError, NotEntitled, StoreError
from web.accounts import AT_MACHINE, grouped
from web.app import Console, Settings
from web.application import app_of
from web.connections import MOST_OF_ONE, connections, open_many_files
from web.jobs import Jobs
from web.request_log import log_to_stderr

SAMPLE_DAY: Final = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
"""10:00 in the sample office, two days after the last thing that happened in it."""
_ORIGIN: Final = r"https?://[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-fA-F:]+\](:\d{1,5})?"
"""As a browser says where a page comes from (RFC 6454 §6.1)."""

SAMPLE_PEOPLE: Final = ("E04", "I01", "H02", "D01", "F01", "O01")
"""Six people of the sample office, one of each sort."""


@dataclass(frozen=True)
class Serving:
    """How it is asked to serve. `behind`: whose X-Forwarded headers count; `tls`: the files of certificate and key;
    `evidence`: the folder of the sealed evidence files; `second_above`: how many lines a close of one person has at most.
    `group`: where other ledgers are, which the auditor may have checked; `log_requests`: a line each where errors go.
    """

    url: str
    desk_file: Path | None = None
    evidence: Path | None = None
    second_above: int = SECOND_ABOVE
    host: str = "127.0.0.1"
    port: int = 8080
    read_only: bool = False
    sample: bool = False
    tls: tuple[str, str] | None = None
    behind: str | None = None
    origins: tuple[str, ...] = ()
    log_requests: bool = False
    group: Whereabouts | None = None


def sample_clock(last: datetime | None = None) -> Callable[[], datetime]:
    """A clock that begins on the sample's day, or where the last recording was made, and goes on from there."""
    began = datetime.now(UTC)
    start = SAMPLE_DAY if last is None else max(SAMPLE_DAY, last)
    return lambda: start + (datetime.now(UTC) - began)


def console_of(serving: Serving, jobs: Jobs | None = None) -> Console:
    """The console of a ledger, which must be there; that of the sample is filled. StoreError, InputError.

    `jobs`: those of all processes that serve it; None: it has its own.
    """
    ledger = Desk(serving.url)
    if serving.evidence is not None:
        ledger.evidence.keep_in(serving.evidence)
    ledger.second_above = serving.second_above
    if serving.sample:
        ledger.now = sample_clock(_last_recorded(serving.url))
        for name in ("office.jsonl", "appraisal.jsonl"):
            with resources.files("cli").joinpath("sample", name).open("rb") as sample:
                ledger.record.apply(sample)
    ledger.position()  # StoreError where there is none
    beside = serving.desk_file or desk_place(serving.url)
    secure = serving.tls is not None or serving.behind is not None
    settings = Settings(serving.origins, secure, serving.read_only, serving.sample, serving.group)
    return Console(ledger, beside, settings, jobs)


def _last_recorded(url: str) -> datetime | None:
    """When something was last recorded in a database; None where nothing was."""
    try:
        return max(datetime.fromisoformat(row["recorded_at"]) for row in ledgers(url))
    except StoreError as error:
        if error.code == "ledger_missing":
            return None
        raise


def require_safe(serving: Serving) -> None:
    """InputError `open_without_tls` where others on the network could read along, `origin_wrong`, `proxy_wrong`."""
    for origin in serving.origins:
        if not re.fullmatch(_ORIGIN, origin):
            raise InputError("origin_wrong", origin=origin)
    for address in () if serving.behind is None else serving.behind.split(","):
        _require_address(address.strip())
    local = serving.host == "localhost"
    if not local:
        try:
            local = ipaddress.ip_address(serving.host).is_loopback
        except ValueError:
            local = False
    if not local and serving.tls is None and serving.behind is None:
        raise InputError("open_without_tls", host=serving.host)


def _require_address(address: str) -> None:
    """InputError `proxy_wrong` for what is neither an IP address nor a network, nor `*` for any."""
    try:
        if address != "*":
            ipaddress.ip_network(address, strict=False)
    except ValueError:
        raise InputError("proxy_wrong", address=address) from None


def newcomers(console: Console, people: Iterable[str]) -> tuple[str, ...]:
    """Those of some people who have no account yet."""
    known = console.accounts.listed()
    return tuple(person for person in people if "since" not in known.get(person, {}))


def codes(console: Console, people: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """New codes for people, who set their password with it, or set it anew: staff number, name and code.

    Unknown `employee_unknown`; NotEntitled `no_account_any_more` of whoever has no account any more.
    """
    called = console.ledger.names(people)
    names = {person: called[person] for person in people}
    for person in people:
        if console.offices_of(person) is None:
            raise NotEntitled("no_account_any_more", employee=person)
    return [
        (person, name, grouped(console.accounts.enrol_code(person, AT_MACHINE)))
        for person, name in names.items()
    ]


@dataclass(frozen=True)
class Ready:
    """A console that has its address, and has yet to answer there."""

    server: uvicorn.Server
    listening: socket.socket


def ready(serving: Serving, console: Console, listening: socket.socket | None = None) -> Ready:
    """What is refused before anything is told: InputError `tls_unusable`, StoreError `address_unusable`.

    `listening`: where others answer, too; None: nobody does yet.
    """
    config = _config(serving, console)
    try:
        config.load()
    except OSError:  # ssl.SSLError among them
        if serving.tls is None:
            raise
        raise InputError("tls_unusable", certificate=serving.tls[0], key=serving.tls[1]) from None
    made = Ready(_Server(config, console), listening or _listening(serving))
    if serving.log_requests:
        log_to_stderr()
    return made


def _listening(serving: Serving) -> socket.socket:
    address = (serving.host, serving.port)
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    try:
        return socket.create_server(address, family=family)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]  # where it was tried is told already
        raise StoreError("address_unusable", host=serving.host, port=serving.port, reason=reason) from None


class _Server(uvicorn.Server):
    """Closes the ledger when it stops, by whatever signal.

    SQLite keeps what came last beside the file until then.
    """

    def __init__(self, config: uvicorn.Config, console: Console) -> None:
        super().__init__(config)
        self._console = console

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Gives up what runs, answers what is being asked, and closes."""
        self._console.jobs.stop()
        await super().shutdown(sockets)
        self._console.ledger.close()


def run(made: Ready) -> None:
    """Serves until it is stopped."""
    open_many_files()
    with suppress(KeyboardInterrupt):
        made.server.run(sockets=[made.listening])


def _config(serving: Serving, console: Console) -> uvicorn.Config:
    tls = serving.tls or (None, None)
    return uvicorn.Config(
        app_of(console),
        http=connections(MOST_OF_ONE if serving.behind is None else None),
        host=serving.host,
        port=serving.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ssl_certfile=tls[0],
        ssl_keyfile=tls[1],
        proxy_headers=serving.behind is not None,
        forwarded_allow_ips=serving.behind,
        h11_max_incomplete_event_size=64 * 1024,
        timeout_graceful_shutdown=3,  # whoever listens for changes would keep it up for ever
    )
