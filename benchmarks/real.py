"""A log nobody made up: sixteen years of disciplinary notices, imported as commands, reported on and explained.

Its rows are (day, person, clause, points, outcome of the review). Each person is an employee, each clause of the log a
clause of an adopted policy, each row a notice, each outcome an appeal that was decided so. The log names no times, no
issuers and no supervisors: notices of a day follow each other by the second, one inspector issues them, the head of the
one department decides, places above are vacant, and no month is closed.
"""

import csv
import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import others
from benchmarks.facts import Fact
from benchmarks.frame import Line, Stage, in_turns, milliseconds, rates, timed
from ledger.application.ledger import Ledger
from ledger.policy import loading

TITLE: Final = "A real log"
QUICK: Final = 2_000
NOW: Final = datetime(2017, 1, 1, tzinfo=UTC)
BEGINNING: Final = "2000-01-01"
SITE: Final = "real"
INSPECTOR, HEAD, DIRECTOR = "I1", "H1", "D1"
BATCH: Final = 20_000
"""So many commands a file."""

Row = dict[str, str]
Command = dict[str, Any]


def measure(stage: Stage) -> Iterator[Line | str]:
    """Importing, drawing all sheets, a report and an explanation, beside a ledger of plain text."""
    if not stage.real_log.exists():
        yield f"The real log ({stage.real_log.name}) is not on this machine: nothing was measured."
        return
    rows = read(stage.real_log, None if stage.full else QUICK)
    prepared = [json.dumps(command).encode() for command in commands(rows)]
    imported: list[float] = []
    ledger = _opened(stage)
    for _ in range(stage.runs):
        ledger.close()
        ledger = _opened(stage)
        imported.append(timed(lambda ledger=ledger: _import(ledger, prepared)))
    yield Line(
        f"import of {len(rows):,} notices, {len(prepared):,} commands", "/s", rates(len(prepared), imported)
    )
    yield from _read_again(stage, rows, ledger)
    months = len({row["occurred_on"][:7] for row in rows})
    people = len({row["person"] for row in rows})
    decided = sum(1 for row in rows if row["outcome"])
    yield (
        f"{people:,} people, {months} months, {decided:,} notices appealed against. Of the log, the days, persons, "
        "clauses, points and outcomes are real; times, issuers, reviewers and the employer's one department are filled in."
    )
    ledger.close()


def _read_again(stage: Stage, rows: list[Row], ledger: Ledger) -> Iterator[Line]:
    books = stage.new_folder() / "real.beancount"
    others.journal([_fact(row) for row in rows], books, beancount=True)
    month = rows[len(rows) // 2]["occurred_on"][:7]
    person = next(row["person"] for row in rows if row["occurred_on"][:7] == month)

    def beancount() -> None:
        others.beancount_sums(books)

    def rebuild() -> None:
        ledger.rebuild()

    found = in_turns({"rebuild": rebuild, "beancount": beancount}, stage.runs)
    yield Line(
        "all sheets drawn anew, notices",
        "/s",
        rates(len(rows), found["rebuild"]),
        "beancount loads them and sums",
        rates(len(rows), found["beancount"]),
    )

    def report() -> None:
        ledger.reports.monthly(month, SITE)

    def explain() -> None:
        ledger.review.explain(person, month)

    found = in_turns({"report": report, "explain": explain}, 20 * stage.runs, 3)
    yield Line(f"monthly summary of {month}", "ms", milliseconds(found["report"]))
    yield Line("explain of one person's month", "ms", milliseconds(found["explain"]))


def _opened(stage: Stage) -> Ledger:
    return Ledger(stage.new_sqlite(), now=lambda: NOW, operator=lambda: "import")


def _import(ledger: Ledger, prepared: list[bytes]) -> float:
    begun = time.perf_counter()
    for start in range(0, len(prepared), BATCH):
        ledger.record.apply(prepared[start : start + BATCH])
    return time.perf_counter() - begun


# --- from rows to commands --------------------------------------------------------------------------


def read(file: Path, limit: int | None) -> list[Row]:
    """The rows in order, the first ones where there is a limit."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines))
    return found[:limit]


def commands(rows: list[Row]) -> Iterator[Command]:
    """What somebody who took over the log would have recorded."""
    yield {"do": "register_site", "site": SITE, "name": "taken over", "timezone": "UTC"}
    for person, office in ((DIRECTOR, "director"), (HEAD, "department_head"), (INSPECTOR, "inspector")):
        yield _registered(person)
        held = {"department": "all"} if office == "department_head" else {}
        appointment = {"do": "appoint", "site": SITE, "office": office, "employee": person, "from": BEGINNING}
        yield appointment | held
    yield {"do": "adopt_policy", "policy": policy(rows), "on": BEGINNING}
    known: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if row["person"] not in known:
            known.add(row["person"])
            yield _registered(row["person"])
        yield from _notice(number, row)


def policy(rows: list[Row]) -> dict[str, Any]:
    """The house rules with the log's clauses for ours, in force from its first month on."""
    document: dict[str, Any] = json.loads(json.dumps(loading.house_rules(), default=str))
    document["version"] = "taken-over"
    document["effective_from"] = BEGINNING
    document["clauses"] = [
        {
            "code": clause,
            "scheme": "service_quality",
            "title": dict.fromkeys(("zh-Hant", "zh-Hans", "en"), f"Clause {clause}"),
            "source": "the log taken over",
        }
        for clause in sorted({row["clause"] for row in rows})
    ]
    return document


def _registered(person: str) -> Command:
    return {
        "do": "register_employee",
        "employee": person,
        "name": person,
        "site": SITE,
        "department": "all",
        "supervisor": None,
        "from": BEGINNING,
    }


def _notice(number: int, row: Row) -> Iterator[Command]:
    """A row's notice, and the appeal that its outcome tells of."""
    notice, appeal, day = f"N{number}", f"A{number}", date.fromisoformat(row["occurred_on"])
    second = timedelta(seconds=number % 86_400)
    yield {
        "do": "issue_notice",
        "notice": notice,
        "employee": row["person"],
        "clause": row["clause"],
        "points": int(row["points"]),
        "occurred_at": (datetime(day.year, day.month, day.day, tzinfo=UTC) + second).isoformat(),
        "narrative": "taken over",
        "issued_by": INSPECTOR,
        "issued_on": str(day),
    }
    outcome, _, points = row["outcome"].partition(":")
    if not outcome:
        return
    yield {
        "do": "file_appeal",
        "appeal": appeal,
        "by": row["person"],
        "against": {"notice": notice},
        "ground": "facts",
        "statement": "taken over",
        "on": str(day),
    }
    decision = {
        "do": "decide_appeal",
        "appeal": appeal,
        "outcome": outcome,
        "reasons": "taken over",
        "by": HEAD,
        "on": str(day),
    }
    yield decision | ({"points": int(points)} if points else {})


def _fact(row: Row) -> Fact:
    return Fact(
        row["person"], 1, "notice_issued", row["person"], row["occurred_on"][:7], int(row["points"]), b""
    )
