"""What the tests of tracing share: ledgers of drawn stories, and every report of them as one comparable value."""

import copy
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from ledger.policy.loading import house_rules
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day, next_month
from tests.support import office
from tests.support.generator import MONTHS, SITES, Move, moves
from tests.support.story import open_ledger

Story = list[dict[str, Any]]
Shown = dict[str, list[dict[str, Any]]]

ALL_MONTHS = ("2026-05", *MONTHS)
"""The office at London sees the first hours of June in Shanghai as May."""
PARTS = ("monthly", "public_list", "joint_liability", "sanctions")
CLOSERS = {SITES[0]: "O01", SITES[1]: "XD"}
LATE = "2027-02-26"

EXAMPLES = int(os.environ.get("KAOJI_LAW_EXAMPLES", "40"))
traced = settings(
    max_examples=max(1, EXAMPLES // 2),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


APPEALING = ("issue", "find", "appeal", "appeal_share", "decide", "escalate")


@st.composite
def appealed(draw: st.DrawFn) -> list[Move]:
    """Stories that end with appeals, some of them decided."""
    number = st.integers(0, 59)
    appealing = st.tuples(st.sampled_from(APPEALING), number, number, number, number)
    return [*draw(moves(8, 40)), *draw(st.lists(appealing, min_size=5, max_size=30))]


@contextmanager
def copied(file: Path, *more: Story) -> Iterator[Ledger]:
    """A ledger that begins as a copy of another, in which more has then been recorded."""
    with tempfile.TemporaryDirectory(prefix="kaoji-tracing-") as folder:
        copy = Path(folder) / "kaoji.db"
        office.copy_ledger(file, copy)
        with open_ledger(copy) as ledger:
            for story in more:
                if story:
                    ledger.record.apply(office.lines(story))
            yield ledger


def file_of(ledger: Ledger) -> Path:
    """The file of a ledger that nobody is writing to, whole in itself."""
    with ledger.log.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert ledger.log.url.database is not None
    return Path(ledger.log.url.database)


def shown(ledger: Ledger, as_of: int | None = None) -> Shown:
    """The rows that a what-if may touch, of all sites and months, in its shapes."""
    found: Shown = {part: [] for part in PARTS}
    for site in SITES:
        for month in ALL_MONTHS:
            stamp = {"month": month}
            found["monthly"] += [stamp | row for row in ledger.reports.monthly(month, site, as_of)]
            found["public_list"] += [
                stamp | row for row in ledger.reports.of_month("public-list", month, site, as_of)
            ]
            found["joint_liability"] += [
                stamp | row for row in ledger.reports.joint_liability(month, site, as_of)
            ]
            found["sanctions"] += [
                {name: value for name, value in row.items() if name != "review"}
                for row in ledger.reports.sanctions(month, site, as_of)
            ]
    return found


def next_close(ledger: Ledger, latest: str) -> Shown:
    """What the next close of every site submits, really closed; of a site never closed yet that of `latest`."""
    found: Shown = {"payroll": [], "payroll_run": []}
    for site in SITES:
        last = ledger.review.card("site", site)["last_closed"]
        month = latest if last is None else next_month(last)
        ledger.record.apply(office.lines([office.close_month(month, LATE, site=site, by=CLOSERS[site])]))
        handed = ledger.reports.payroll(month, site)
        found["payroll"] += handed["lines"]
        found["payroll_run"] += handed["run"]
    return found


def changed(rows: Sequence[dict[str, Any]], before: list[Any], after: list[Any]) -> list[dict[str, Any]]:
    """The rows with some of them replaced, in a canonical order."""
    assert all(row in rows for row in before), "what was before is not what the report shows"
    return ordered([row for row in rows if row not in before] + after)


def ordered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in an order of their own."""
    return sorted(rows, key=repr)


def answer(call: Callable[[], Any]) -> Any:
    """What a question is answered with, a refusal included."""
    try:
        return call()
    except LedgerError as error:
        return error.code


def people(ledger: Ledger, as_of: int | None = None) -> list[str]:
    """Everybody of both sites."""
    ledger_state = LedgerState(ledger.log, as_of)
    return [employee for site in SITES for employee in ledger_state.employee_ids(site)]


def figures_of(tree: dict[str, Any]) -> dict[str, Any]:
    """The values of an explanation's figures."""
    return {figure["figure"]: figure["value"] for figure in tree["figures"]}


def fen(money: str) -> int:
    """A money string as fen."""
    return int(money.replace(".", ""))


def candidate(
    start: str | None, surcharge: str, point: str, percent: int, repeats: int, vacant: str
) -> dict[str, Any]:
    """The house rules with some values changed."""
    document = copy.deepcopy(house_rules()) | {"version": "candidate"}
    if start is not None:
        document["effective_from"] = str(first_day(start))
    document["surcharge"]["amount"] = surcharge
    document["schemes"]["service_quality"]["point_value"] = point
    document["joint_liability"] |= {"share_percent": percent, "vacant": vacant}
    document["repeats"]["notices"] = repeats
    return document
