"""What takes longer than a question, asked of the ledgers of a group: verified, drawn anew, tried under another policy.

A visit is a plain value, small, that says what to do, where, and up to which position it reads: it only reads, or draws
anew, so that it may be done anywhere and more than once. A fault of the ledger is a value of its answer, and so is a worker
with another kaoji, who does nothing. The largest ledgers come first.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from ledger.application.desk import Desk
from ledger.application.ledgers import Member, stand
from ledger.errors import LedgerError, StoreError
from ledger.store import workers
from ledger.store.workers import Pool

Report = dict[str, Any]
Progress = Callable[[int, int], None]
"""Called with how many events were read, of how many."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A task for one ledger. `what` is a key of `_WHAT`, `given` its own values as JSON; `upto`: a position."""

    what: str
    name: str
    url: str = field(repr=False)
    ledger: str
    upto: int
    given: str
    kaoji: str

    def do(self) -> Report:
        """What came of it, with `ledger`, `position` and `mark` first. StoreError `worker_differs`, and what it raises."""
        if self.kaoji != version("kaoji"):
            raise StoreError("worker_differs", here=self.kaoji, there=version("kaoji"))
        with Desk(self.url, self.ledger) as ledger:
            found = _WHAT[self.what](ledger, self.upto, json.loads(self.given))
            read = {"position": found.pop("position"), "mark": found.pop("mark")}
            return {"ledger": self.name, **read, **found}


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of a visit: what was found, or what was refused; `lost`: its worker did not answer, and it was done here."""

    name: str
    found: Report | None
    error: LedgerError | None
    lost: bool


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
    values = json.dumps(given, sort_keys=True, separators=(",", ":"))
    tasks = [
        Visit(what, member.name, member.url, member.ledger, upto, values, version("kaoji"))
        for member, upto in sorted(members, key=lambda pair: (-pair[1], pair[0].name))
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


def _verify(ledger: Desk, _upto: int, given: Report) -> Report:
    """`verify`: everything there is when it comes, with `sheets` and `deep` as asked for."""
    processes = min(2, os.cpu_count() or 1)
    verified = ledger.proofs.verify(sheets=given["sheets"], deep=given["deep"], processes=processes)
    values = verified.values()
    size = values["size"]
    mark = "" if verified.faults else ledger.log.hashes([size]).get(size, "")
    unstated = [] if verified.faults else ledger.review.unstated(values["checkpoint"] or 0)
    return {"position": size, "mark": mark, **values, "unstated": unstated}


def _rebuild(ledger: Desk, _upto: int, _given: Report) -> Report:
    """`rebuild`: every sheet, up to where the log ends when it comes."""
    position = ledger.rebuild()
    return {"position": position, "mark": ledger.log.hashes([position]).get(position, "")}


def _policy(ledger: Desk, upto: int, given: Report) -> Report:
    """`what-if --policy` of everybody."""
    return ledger.review.try_policy(given["document"].encode(), given["site"], given["month"], upto)


_WHAT: Final[dict[str, Callable[[Desk, int, Report], Report]]] = {
    "verify": _verify,
    "rebuild": _rebuild,
    "policy": _policy,
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
