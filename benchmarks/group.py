"""Sixteen ledgers on two PostgreSQL servers: verified, drawn anew, tried under another policy, by one process and by two.

The workers are a process beside this one, and the two of a dask cluster on the loopback; they are ready before anything is
measured. All take turns, and every answer is compared with the one process's, byte by byte.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from distributed import LocalCluster

from benchmarks import stamping, synthetic
from benchmarks.frame import Line, Stage, at_least, explained, in_turns, rates
from benchmarks.places import Server
from ledger.application.group import visits
from ledger.application.group.ledgers import Member, Whereabouts
from ledger.policy.loading import house_rules
from ledger.projections.projections import Projections
from ledger.store.log import Log
from ledger.store.workers import Pool

TITLE: Final = "Sixteen ledgers on two servers, two workers"
LEDGERS: Final = 16
EVENTS: Final = 6_700
"""In each; a small run has an office's year in each of four, a full one three times as many events."""
GOALS: Final = {"processes": 1.8, "dask": 1.6}

_ALL: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("verify", {"sheets": False, "deep": False}),
    ("rebuild", {}),
    ("policy", {}),
)


def measure(stage: Stage) -> Iterator[Line | str]:
    """Events a second of each kind of visit, by two workers, beside one process's."""
    number, events = (4, 2_000) if stage.small else (LEDGERS, stage.size(EVENTS, 3 * EVENTS))
    with ExitStack() as open_:
        members = _ledgers(stage, number, events, open_)
        size = sum(member.events for member in members)
        begun = time.perf_counter()
        processes = open_.enter_context(visits.sharing("2", members))
        _visit(members, "rebuild", {}, processes)  # sheets there, every process ready
        started = time.perf_counter() - begun
        begun = time.perf_counter()
        dask = open_.enter_context(visits.sharing(f"dask://{_cluster(open_)}", members))
        joined = time.perf_counter() - begun
        _visit(members, "verify", _ALL[0][1], dask)
        for what, given in _ALL:
            yield from _compared(stage, size, members, what, given, {"processes": processes, "dask": dask})
    yield f"The answers of {len(members)} ledgers, {size:,} events, were the same to the byte, whoever gave them."
    yield (
        f"A first rebuild of all, the second process being started, took {started:.1f} s; "
        f"a cluster of two was there after {joined:.1f} s."
    )


def _ledgers(stage: Stage, count: int, events: int, open_: ExitStack) -> tuple[Member, ...]:
    """The ledgers, half of them on a server of their own."""
    other = Server()
    open_.callback(other.stop)
    urls = [open_.enter_context(server.database()) for server in (stage.postgres, other)]
    for number in range(count):
        with synthetic.open_ledger(urls[number % 2]) as ledger:
            ledger.close()
            ledger.log = Log(urls[number % 2], f"office{number:02}")
            ledger.projections = Projections(ledger.log)
            stamping.fill(ledger, events)
    catalogue = stage.new_folder() / "kaoji-ledgers.toml"
    catalogue.write_text("".join(f'[[database]]\nurl = "{url}"\n' for url in urls))
    return Whereabouts("", Path(catalogue)).group().members


def _cluster(open_: ExitStack) -> str:
    """Where the scheduler of two workers is."""
    made = LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0", silence_logs=50
    )
    open_.callback(made.close)
    return str(made.scheduler_address).removeprefix("tcp://")


def _compared(
    stage: Stage,
    size: int,
    members: tuple[Member, ...],
    what: str,
    given: dict[str, Any],
    shared: dict[str, Pool | None],
) -> Iterator[Line]:
    if what == "policy":
        given = {"document": _candidate(), "site": None, "month": None}
    answers: dict[str, set[bytes]] = {}

    def work(name: str, pool: Pool | None) -> Callable[[], None]:
        return lambda: answers.setdefault(name, set()).add(_visit(members, what, given, pool))

    pools = {"alone": None, **shared}
    taken = in_turns({name: work(name, pool) for name, pool in pools.items()}, stage.runs)
    if any(told != answers["alone"] for told in answers.values()):
        raise AssertionError(f"{what}: the answers differ")
    alone = rates(size, taken["alone"])
    for name in shared:
        line = Line(
            f"{what}, {'2 processes' if name == 'processes' else 'dask, 2 workers'}",
            "/s",
            rates(size, taken[name]),
            "one process",
            alone,
            [at_least(GOALS[name], "ratio")],
        )
        yield explained(line, work("profiled", shared[name]))


def _visit(members: tuple[Member, ...], what: str, given: dict[str, Any], pool: Pool | None) -> bytes:
    """All answers as JSON."""
    found = visits.visit_all([(member, member.events) for member in members], what, given, pool)
    faults = [visited for visited in found if visited.error is not None or visited.lost]
    if faults:
        raise AssertionError(f"{what}: {faults[0]}")
    return json.dumps([visited.found for visited in found]).encode()


def _candidate() -> str:
    document: dict[str, Any] = house_rules() | {"version": "candidate"}
    document["schemes"]["service_quality"]["point_value"] = "7.77"
    return json.dumps(document)
