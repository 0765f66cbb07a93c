"""`report checklist`: the clauses in force, what is counted of each, and when somebody looked at it last (篇1, 篇4 4.2)."""

from datetime import date

from ledger.formats import area_of, format_day
from ledger.policy.model import Clause
from ledger.reports.shapes import Report
from ledger.state.ledger_state import LedgerState
from ledger.state.rounds import last_looks, rounds_at
from ledger.terms import month_of


def checklist(state: LedgerState, site: str, today: date, area: str | None = None) -> list[Report]:
    """The clauses in force in the present month, of one area such as FD where it is given, in catalogue order."""
    last = last_looks(rounds_at(state, site))
    clauses = state.policy_of(site, month_of(today)).clauses
    rows = [_row(clause, last.get(clause.code)) for clause in clauses]
    return [row for row in rows if area in (None, row["area"])]


def _row(clause: Clause, last: date | None) -> Report:
    measure = clause.measure
    return {
        "clause": clause.code,
        "area": area_of(clause.code),
        "scheme": clause.scheme,
        "title": clause.title.model_dump(by_alias=True),
        "min_points": clause.min_points,
        "max_points": clause.max_points,
        "measure": None
        if measure is None
        else {
            "name": measure.name.model_dump(by_alias=True),
            "at_least": measure.at_least,
            "at_most": measure.at_most,
        },
        "dimension": clause.dimension,
        "last_looked_on": format_day(last),
        "source": clause.source,
    }
