"""What takes longer than a question, asked of the ledgers of a group: verified, drawn anew, tried under another policy.

A visit is a plain value, small, that says what to do, where, and up to which position it reads: it only reads, or draws
anew, so that it may be done anywhere and more than once. A fault of the ledger is a value of its answer, and so is a worker
with another kaoji, who does nothing. The largest ledgers come first.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from ledger.application.desk.desk import Desk
from ledger.application.group.ledgers import Member, stand
from ledger.errors import InputError, LedgerError, StoreError
from ledger.store import workers
from ledger.store.address import has_password, parse_url
from ledger.store.cluster import cluster
from ledger.store.workers import Pool

Report = dict[str, Any]
Progress = Callable[[int, int], None]
"""Called with how many events were read, of how many."""


_NUMBER: Final = re.compile("[1-9][0-9]?")
_CLUSTER: Final = re.compile(r"dask://((?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Visit:
    """A task for one ledger. `what` is a key of `_WHAT`, `given` its own values as JSON; `upto`: a position."""

    what: str
    name: str
    url: str = field(repr=False)
    ledger: str
    identity: str
    upto: int
    given: str
    kaoji: str

    def do(self) -> Report:
        """What came of it, with `ledger`, `position` and `mark` first.

        StoreError `worker_differs`, `worker_elsewhere`, and what is raised by whatever it does.
        """
        if self.kaoji != version("kaoji"):
            raise StoreError("worker_differs", here=self.kaoji, there=version("kaoji"))
        with Desk(self.url, self.ledger) as ledger:
            ledger.log.require(standing=False)
            if ledger.log.identity() != self.identity:
                raise StoreError("worker_elsewhere", url=ledger.log.shown_url())
            found = _WHAT[self.what](ledger, self, json.loads(self.given))
            read = {"position": found.pop("position"), "mark": found.pop("mark")}
            return {"ledger": self.name, **read, **found}


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of a visit: what was found, or what was refused; `lost`: its worker did not answer, and it was done here."""

    name: str
    found: Report | None
    error: LedgerError | None
    lost: bool


@contextmanager
def sharing(asked: str, members: Sequence[Member]) -> Iterator[Pool | None]:
    """The workers for some ledgers: a number of processes, this one among them, or `dask://HOST:PORT`.

    InputError `workers_wrong`, `workers_password`, `cluster_missing`; StoreError `cluster_away`, `cluster_empty`.
    """
    number, there = _NUMBER.fullmatch(asked), _CLUSTER.fullmatch(asked)
    if number is not None:
        with workers.pool(min(int(asked), len(members)) - 1) as pool:
            yield pool
    elif there is not None:
        if any(has_password(parse_url(member.url)) for member in members):
            raise InputError("workers_password")
        with cluster(there[1]) as pool:
            yield pool
    else:
        raise InputError("workers_wrong", workers=asked)


def visit_all(
    members: Iterable[tuple[Member, int]],
    what: str,
    given: Mapping[str, Any],
    shared: Pool | None,
    progress: Progress | None = None,
) -> list[Visited]:
    """Visits ledgers, each up to a position, and waits for all; sorted by what they are called.

    Without a pool they are visited here, one after another.
    """
    ours = version("kaoji")
    values = json.dumps(given, sort_keys=True, separators=(",", ":"))
    tasks = [
        Visit(what, one.name, one.url, one.ledger, one.identity, upto, values, ours)
        for one, upto in sorted(members, key=lambda pair: (-pair[1], pair[0].name))
    ]
    size, done = sum(task.upto for task in tasks), 0
    found = []
    for visited, events in _visited(tasks, shared):
        found.append(visited)
        done += events
        if progress is not None:
            progress(done, size)
    return sorted(found, key=lambda visited: visited.name)


def _visited(tasks: list[Visit], shared: Pool | None) -> Iterator[tuple[Visited, int]]:
    for answer in workers.over(tasks, shared):
        task = answer.task
        assert isinstance(task, Visit)
        error = None if answer.error is None else StoreError.again(*answer.error)
        yield Visited(task.name, answer.value, error, answer.lost), task.upto


# --- what can be done ---------------------------------------------------------------------------------------


def _verify(ledger: Desk, _visit: Visit, given: Report) -> Report:
    """`verify`: everything there is when it comes, with `sheets` and `deep` as asked for."""
    processes = min(2, os.cpu_count() or 1)
    verified = ledger.proofs.verify(sheets=given["sheets"], deep=given["deep"], processes=processes)
    values = verified.values()
    size = values["size"]
    mark = "" if verified.faults else ledger.log.hashes([size]).get(size, "")
    unstated = [] if verified.faults else ledger.review.unstated(values["checkpoint"] or 0)
    return {"position": size, "mark": mark, **values, "unstated": unstated}


def _rebuild(ledger: Desk, _visit: Visit, _given: Report) -> Report:
    """`rebuild`: every sheet, up to where the log ends when it comes."""
    position = ledger.rebuild()
    return {"position": position, "mark": ledger.log.hashes([position]).get(position, "")}


def _policy(ledger: Desk, visit: Visit, given: Report) -> Report:
    """`what-if --policy` of everybody."""
    return ledger.review.try_policy(given["document"].encode(), given["site"], given["month"], visit.upto)


def _entries(ledger: Desk, visit: Visit, _given: Report) -> Report:
    """`export entries`: `files`, Parquet by table and month, and how many `rows` are in them."""
    from ledger.application import analysis_files

    upto = visit.upto
    files = analysis_files.by_month(ledger, visit.name, upto)
    read = {"position": upto, "mark": ledger.log.hashes([upto]).get(upto, "")}
    contents = {name: content for name, (content, _) in files.items()}
    return {**read, "files": contents, "rows": sum(rows for _, rows in files.values())}


_WHAT: Final[dict[str, Callable[[Desk, Visit, Report], Report]]] = {
    "verify": _verify,
    "rebuild": _rebuild,
    "policy": _policy,
    "entries": _entries,
}


def positions(members: Iterable[Member], as_of: str | None) -> Iterator[tuple[Member, int | LedgerError]]:
    """Up to where each ledger is to be read: as far as it had come when it was looked for, or as of an instant."""
    for member in members:
        if as_of is None:
            yield member, member.events
            continue
        try:
            with member.open() as ledger:
                yield member, stand(ledger, as_of)["position"]
        except StoreError as error:
            yield member, error
