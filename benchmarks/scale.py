"""How much a PostgreSQL server takes: files, single commands by one and by four processes, into one ledger and into four.

`python -m benchmarks.scale [--events N]`: on a server of its own that syncs to disk (the tests' does not), or a given one.
"""

import argparse
import os
import time
from typing import Any

from sqlalchemy import text

from benchmarks import synthetic
from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from tests.support import office, postgres
from tests.support.crew import SIZE, Workers, crew, line_up

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}


def main() -> int:
    """Prints one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--singles", type=int, default=60, help="single commands of each process")
    chosen = parser.parse_args()
    postgres.SETTINGS.update(DURABLE)
    _say("load of the machine before", os.getloadavg()[0], f"on {os.cpu_count()} processors")
    with postgres.serving() as server, postgres.fresh_database(server) as url, crew() as team:
        _files(url, chosen.events)
        for processes, ledgers in ((1, 1), (SIZE, 1), (SIZE, SIZE)):
            _singles(team, url, processes, ledgers, chosen.singles)
    return 0


def _say(what: str, value: float, unit: str) -> None:
    print(f"{what:60} {value:12,.1f} {unit}", flush=True)


def _files(url: str, events: int) -> None:
    with synthetic.open_ledger(url) as ledger:
        start, began = time.perf_counter(), time.process_time()
        position = synthetic.fill(ledger, events)
        _say("files of a site's year", position / (time.perf_counter() - start), "events/s")
        _say("the same by this process's own time", position / (time.process_time() - began), "events/s")
        with ledger.log.recorder.snapshot() as connection:
            size = connection.execute(
                text(
                    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                )
            ).scalar_one()
            alone = connection.execute(text("SELECT pg_total_relation_size('events')")).scalar_one()
        _say("log, registries, tree and keys", float(size) / position, "bytes an event")
        _say("of these the table events", float(alone) / position, "bytes an event")
        start, began = time.perf_counter(), time.process_time()
        ledger.rebuild()
        _say("sheets drawn anew", position / (time.perf_counter() - start), "events/s")
        _say("the same by this process's own time", position / (time.process_time() - began), "events/s")
        start = time.perf_counter()
        ledger.reports.monthly(synthetic.MONTHS[5], ledger.site_ids()[0])
        _say("a month's report from current sheets", 1000 * (time.perf_counter() - start), "ms")
        start = time.perf_counter()
        verified = ledger.proofs.verify()
        _say("verify, full", position / (time.perf_counter() - start), "events/s")
        assert not verified.faults, verified.faults


def _singles(team: Workers, url: str, processes: int, ledgers: int, each: int) -> None:
    for number in range(ledgers):
        with _opened(url, f"{processes}-{ledgers}-{number}") as ledger:
            ledger.record.apply(office.lines(office.office(staff=SIZE)))
    spans = team.race(_record_singly, url, processes, ledgers, each)
    began = min(start for start, _ in spans if start)
    seconds = max(end for _, end in spans) - began
    what = f"single commands, processes: {processes}, ledgers: {ledgers}"
    _say(what, processes * each / seconds, "commits/s")


def _record_singly(place: int, url: str, processes: int, ledgers: int, each: int) -> tuple[float, float]:
    if place >= processes:
        line_up()
        return 0.0, 0.0
    with _opened(url, f"{processes}-{ledgers}-{place % ledgers}") as ledger:
        ledger.log.position()
        line_up()
        start = time.time()
        for number in range(each):
            ledger.record.execute(parse_command(_notice(place, number)))
        return start, time.time()


def _notice(place: int, number: int) -> dict[str, Any]:
    at = f"{office.MONTH}-{number % 28 + 1:02}T{8 + number // 28:02}:0{place}:00+08:00"
    day = at[:10]
    return office.issue_notice(f"N{place}-{number}", f"E{place + 1:03}", occurred_at=at, issued_on=day)


def _opened(url: str, ledger: str) -> Ledger:
    return Ledger(url, ledger, now=office.now, operator=lambda: "benchmark")


if __name__ == "__main__":
    raise SystemExit(main())
