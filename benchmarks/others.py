"""Other people's tools, each with the same facts: event stores that append and read, ledgers that draw sums.

A store is opened in a folder of its own; `does` says in a sentence what it does with a fact, and what it does not.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Protocol

from benchmarks import library, synthetic
from benchmarks.baselines import append as append_ours
from benchmarks.facts import POINT_VALUE, Fact, recorded_events

PATIENCE_S: Final = 30
_NAMES: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


class Store(Protocol):
    """A place for facts."""

    does: str

    def one_by_one(self, facts: Sequence[Fact]) -> None:
        """Each fact with a commit of its own."""

    def in_bulk(self, facts: Sequence[Fact]) -> None:
        """All facts, as the tool likes them best."""

    def read(self) -> int:
        """Every fact in order, decoded; how many there are."""


class Kaoji:
    """Decided events through the write unit."""

    does = (
        "seals personal words, grows the hash tree, keeps registries; deciding left out here. "
        "Commits to disk every time"
    )

    def __init__(self, folder: Path, size: int) -> None:
        self._ledger = synthetic.open_ledger(f"sqlite:///{folder / 'kaoji.db'}")
        self._ledger.record.apply(())
        self._events = recorded_events(size)
        self._next = 0

    def one_by_one(self, facts: Sequence[Fact]) -> None:
        for recorded in self._taken(facts):
            append_ours(self._ledger, [recorded])

    def in_bulk(self, facts: Sequence[Fact]) -> None:
        append_ours(self._ledger, self._taken(facts))

    def read(self) -> int:
        return sum(1 for _ in self._ledger.log.events()) - 1

    def close(self) -> None:
        self._ledger.close()

    def _taken(self, facts: Sequence[Fact]) -> list[Any]:
        begin, self._next = self._next, self._next + len(facts)
        return self._events[begin : self._next]


class Eventsourcing:
    """The eventsourcing library on SQLite."""

    does = (
        "an application framework: aggregates, notifications, projections. No hash tree, no sealing by "
        "person, positions are row ids"
    )

    def __init__(self, folder: Path, size: int) -> None:
        self._app = library.opened(library.sqlite_environment(folder))

    def one_by_one(self, facts: Sequence[Fact]) -> None:
        library.put(self._app, library.events(facts), 1)

    def in_bulk(self, facts: Sequence[Fact]) -> None:
        self._app.events.put(library.events(facts))

    def read(self) -> int:
        return library.read(self._app, 0)

    def close(self) -> None:
        self._app.close()


class EventsourcePy:
    """eventsource-py on SQLite, driven from one event loop."""

    does = (
        "an asynchronous toolkit: stores, buses, subscriptions. No hash tree; on SQLite it commits in WAL mode "
        "as SQLite's default does; an append is of one stream, so bulk is a commit a stream"
    )

    def __init__(self, folder: Path, size: int) -> None:
        from eventsource import SQLiteEventStore

        self._loop = asyncio.Runner()
        self._store = SQLiteEventStore(str(folder / "store.db"))

    def one_by_one(self, facts: Sequence[Fact]) -> None:
        self._loop.run(self._append([[fact] for fact in facts]))

    def in_bulk(self, facts: Sequence[Fact]) -> None:
        ordered = sorted(facts, key=lambda fact: fact.stream)
        self._loop.run(self._append([list(group) for _, group in groupby(ordered, lambda fact: fact.stream)]))

    def read(self) -> int:
        return self._loop.run(self._count())

    def close(self) -> None:
        self._loop.run(self._store.close())
        self._loop.close()

    async def _append(self, groups: list[list[Fact]]) -> None:
        from eventsource import ExpectedVersion, StreamId

        kind = _eventsource_event()
        for group in groups:
            owner = uuid.uuid5(_NAMES, group[0].stream)
            noted = [
                kind(
                    aggregate_id=owner,
                    aggregate_version=fact.version,
                    kind=fact.kind,
                    employee=fact.employee,
                    month=fact.month,
                    points=fact.points,
                    state=fact.state.decode(),
                )
                for fact in group
            ]
            stream = StreamId(aggregate_id=owner, category="Fact")
            await self._store.append(stream, noted, ExpectedVersion.any_())

    async def _count(self) -> int:
        return len([each async for each in self._store.read_all()])


class Uma:
    """UmaDB, its server in a process beside and its client here."""

    does = (
        "an event store server with tags and append conditions. It keeps bytes: no fields are validated, nothing is "
        "sealed, no hash tree"
    )

    def __init__(self, folder: Path, size: int) -> None:
        import umadb

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        serve = "import sys, umadb; umadb.run_server_from_args(sys.argv)"
        command = [sys.executable, "-c", serve, "--listen", f"127.0.0.1:{port}", "--db-path", str(folder)]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._client = umadb.Client(f"http://127.0.0.1:{port}")
                self._client.head()
                return
            except Exception:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    self.close()
                    raise
                time.sleep(0.05)

    def one_by_one(self, facts: Sequence[Fact]) -> None:
        for event in self._events(facts):
            self._client.append([event])

    def in_bulk(self, facts: Sequence[Fact]) -> None:
        self._client.append(self._events(facts))

    def read(self) -> int:
        return sum(1 for _ in self._client.read())

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(PATIENCE_S)

    @staticmethod
    def _events(facts: Sequence[Fact]) -> list[Any]:
        import umadb

        return [umadb.Event(fact.kind, fact.state, tags=[fact.stream]) for fact in facts]


_event_class: list[Any] = []


def _eventsource_event() -> Any:
    """Its event class, registered once."""
    if not _event_class:
        from eventsource import DomainEvent, register_event

        @register_event
        class FactNoted(DomainEvent):
            event_type: str = "FactNoted"
            aggregate_type: str = "Fact"
            kind: str
            employee: str
            month: str
            points: int
            state: str

        _event_class.append(FactNoted)
    return _event_class[0]


@contextmanager
def opened(kind: Any, folder: Path, size: int) -> Iterator[Any]:
    """A store in a folder of its own."""
    store = kind(folder, size)
    try:
        yield store
    finally:
        store.close()


# --- ledgers of plain text --------------------------------------------------------------------------


def journal(facts: Sequence[Fact], file: Path, beancount: bool) -> int:
    """The notices among the facts as bookings of yuan, in hledger's or beancount's own form; how many."""
    people = sorted({fact.employee for fact in facts})
    notices = [fact for fact in facts if fact.kind == "notice_issued"]
    lines = []
    if beancount:
        lines += [f"2000-01-01 open {account} CNY" for account in ["Income:Fines", *map(_account, people)]]
    for fact in notices:
        amount = f"{fact.points * POINT_VALUE}.00 CNY"
        title = '* "notice"' if beancount else "notice"
        lines += [f"{fact.month}-01 {title}", f"  {_account(fact.employee)}  {amount}", "  Income:Fines", ""]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return len(notices)


def beancount_sums(file: Path) -> int:
    """Sums by person and month, of a file that beancount loads, books and validates."""
    from beancount import loader

    entries, errors, _ = loader.load_file(str(file))
    if errors:
        raise AssertionError(f"beancount: {errors[0]}")
    sums: dict[tuple[str, str], Any] = {}
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            key = posting.account, f"{entry.date:%Y-%m}"
            sums[key] = sums.get(key, 0) + posting.units.number
    return len(sums)


def hledger() -> str | None:
    """The program hledger, where it is installed."""
    return shutil.which("hledger")


def hledger_sums(program: str, file: Path) -> None:
    """Its balance by account and month."""
    subprocess.run([program, "-f", str(file), "balance", "--monthly"], check=True, capture_output=True)


def _account(employee: str) -> str:
    return f"Assets:Owed:P{employee.replace('.', '-')}"
