"""Consoles of a synthetic ledger: in this process, in one of its own, and the program itself; and who has accounts there."""

import asyncio
import gc
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.machine import ROOT
from cli.__main__ import OBJECTS_BETWEEN_SEARCHES
from ledger.application.desk.desk import Desk
from ledger.terms import format_recorded

PASSWORD: Final = "a whole sentence of synthetic words"
_PATIENCE_S: Final = 60


@contextmanager
def searching_rarely() -> Iterator[None]:
    """Garbage is looked for meanwhile as rarely as where the program runs."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def console_at(url: str, folder: Path, now: Callable[[], datetime] = lambda: synthetic.NOW) -> Any:
    """A console of a synthetic ledger, by its own clock where none is told."""
    from web.app import Console, Settings

    ledger = Desk(url, now=now, operator=lambda: "synthetic")
    return Console(ledger, folder / "kaoji.desk.db", Settings())


def give_accounts(console: Any, people: Sequence[str]) -> dict[str, str]:
    """An account for each, all with `PASSWORD`, and a session, by its token."""
    from web.passwords import hashed

    kept = hashed(PASSWORD)
    with console.database.open() as database:
        for person in people:
            database.execute(
                "INSERT INTO accounts (employee, password, created_at) VALUES (?, ?, ?)"
                " ON CONFLICT (employee) DO NOTHING",
                (person, kept, format_recorded(synthetic.NOW)),
            )
    return {person: console.accounts.begin(person, "synthetic") for person in people}


# --- a process of its own ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A console that answers on a port of this machine."""

    process: int
    port: int
    sessions: dict[str, str]

    def processor_time(self) -> float:
        """The seconds its processor has worked."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """What it holds now, in MB."""
        status = Path(f"/proc/{self.process}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def serving(url: str, folder: Path, people: Sequence[str]) -> Iterator[Server]:
    """A console in one process, in which these people have accounts and sessions."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(url, folder, list(people), theirs), daemon=True)
    process.start()
    try:
        port, sessions = ours.recv()
        yield Server(process.pid or 0, port, sessions)
    finally:
        process.terminate()
        process.join(10)


def _serve(url: str, folder: Path, people: list[str], tell: Any) -> None:
    import uvicorn

    from web.application import app_of

    console = console_at(url, folder)
    sessions = give_accounts(console, people)
    server = uvicorn.Server(
        uvicorn.Config(app_of(console), port=0, log_level="error", access_log=False, lifespan="off")
    )

    async def told() -> None:
        serving = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        tell.send((server.servers[0].sockets[0].getsockname()[1], sessions))
        await serving

    with searching_rarely():
        asyncio.run(told())


@contextmanager
def program(url: str, folder: Path, people: Sequence[str], workers: int) -> Iterator[Server]:
    """`kaoji serve` itself with so many processes, by this machine's clock; these people have sessions already."""
    console = console_at(url, folder, lambda: datetime.now(UTC))
    sessions = give_accounts(console, people)
    console.ledger.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--ledger", url, "--desk", str(folder / "kaoji.desk.db"), "--port", str(port)]
    command = [sys.executable, "-m", "cli", "serve", *options, "--workers", str(workers)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait_until_answered(process, port)
        yield Server(process.pid, port, sessions)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _wait_until_answered(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
            connection.request("GET", "/sign-in")
            return connection.getresponse().close()
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
