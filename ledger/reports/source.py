"""A report's rows: read from the projections as they are now, or drawn from a state as of a position (law 7)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import Connection, Select, Table, and_, func, select, text

from ledger.aggregates.actions import ActionState
from ledger.errors import StoreError
from ledger.events.employees import employee_stream
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, open_index
from ledger.projections.tables.appeals import PROJECTION as APPEALS
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.state.actions import Occurrence, Occurrences
from ledger.state.hand_off import enforceable
from ledger.state.ledger_state import LedgerState
from ledger.state.months import months_of
from ledger.state.public_lists import posted_lists
from ledger.store.interning import interned_if_short
from ledger.terms import month_of, next_month

_WHOSE: Final = ("appellant", "employee")
"""The columns that say whose a row is: an appeal is of whoever made it."""
_MONTHS_APART: Final = 3
"""So many months are read each by itself; of more, everything at once."""


class Earlier(NamedTuple):
    """Earlier notices on a clause, each in the first or counted in the last; the latest of the last stand in the second."""

    apart: list[Row]
    """Of the day itself, or appealed against more than once: id, employee, month. What was first no row says."""
    latest: list[Row]
    """Of each of the latest days: id, on, points, status, by, outcome of the appeal; as many as asked for, and more."""
    alike: list[Row]
    """Points, status, by and outcome, and of how many notices they are the same."""


class Rows(Protocol):
    """The rows of a projection, as the reports show them. Money in fen."""

    def of(self, projection: Projection, site: str, month: str | None = None) -> list[Row]:
        """Those of a site, of one month where it has months and one is given, in the projection's order."""

    def waiting(self, projection: Projection, site: str) -> list[Row]:
        """At least those of a site that are open, as the projection has it, in its order."""

    def paid_by(self, projection: Projection, site: str, month: str | None = None) -> list[Row]:
        """Those that a close of a site paid, whichever site their employees belong to; of one month where one is given."""

    def of_person(self, employee: str) -> "Rows":
        """The same with nobody else's rows among those that are somebody's, for less work."""


class ProjectionRows:
    """Rows from caught-up projections."""

    def __init__(self, connection: Connection, ledger: str, only: str | None = None) -> None:
        self.connection = connection
        self.ledger = ledger
        self._only = only

    def of_person(self, employee: str) -> "ProjectionRows":
        """As `Rows` has it."""
        return ProjectionRows(self.connection, self.ledger, employee)

    def of(self, projection: Projection, site: str, month: str | None = None) -> list[Row]:
        """As `Rows` has it."""
        return self._where(projection, "site", site, month)

    def paid_by(self, projection: Projection, site: str, month: str | None = None) -> list[Row]:
        """As `Rows` has it."""
        return self._where(projection, "paid_by", site, month)

    def _where(self, projection: Projection, column: str, site: str, month: str | None) -> list[Row]:
        asked = self._asked(projection.table, site, column)
        return self._found(
            projection, asked if month is None else asked.where(projection.table.c.month == month)
        )

    def waiting(self, projection: Projection, site: str) -> list[Row]:
        """As `Rows` has it. SQLite is told which index, since to it one of a site is as good as another."""
        table, asked = projection.table, self._asked(projection.table, site)
        if projection.open is not None:
            asked = asked.where(text(f"({projection.open})")).with_hint(
                table, f"INDEXED BY {open_index(table)}", "sqlite"
            )
        return self._found(projection, asked)

    def earlier(self, site: str, clause: str, day: str, most: int) -> "Earlier":
        """The notices on a clause at a site up to a day; there are the more of them the older a site is."""
        notices, appeals = REGISTER.table.c, APPEALS.table.c
        of_notices = self._asked(APPEALS.table, site).where(appeals.against == "notice")
        often = of_notices.with_only_columns(appeals.target).group_by(appeals.target).having(func.count() > 1)
        asked = self._asked(REGISTER.table, site).where(notices.kind == "notice", notices.what == clause)
        of_day, before = asked.where(notices.on == day), asked.where(notices.on < day)
        is_appeal = [appeals[name] == notices[name] for name in ("ledger", "site")]
        is_appeal += [appeals.target == notices.id, appeals.against == "notice"]
        plain = before.where(notices.id.not_in(often)).outerjoin_from(
            REGISTER.table, APPEALS.table, and_(*is_appeal)
        )
        days = before.with_only_columns(notices.on).order_by(notices.on.desc()).limit(most)
        since = select(func.min(days.subquery().c.on)).scalar_subquery()  # every database orders days alike
        told = (notices.points, notices.status, notices.by, appeals.status.label("outcome"))
        alike = plain.with_only_columns(*told, func.count().label("notices")).group_by(*told)
        latest = plain.where(notices.on >= since).with_only_columns(notices.id, notices.on, *told)
        whose = (notices.id, notices.employee, notices.month)
        apart = self._read(REGISTER, of_day.with_only_columns(*whose))
        if self._read(APPEALS, often.limit(1)):
            apart += self._read(REGISTER, before.where(notices.id.in_(often)).with_only_columns(*whose))
        return Earlier(apart, self._read(REGISTER, latest), self._read(REGISTER, alike))

    def _asked(self, table: Table, site: str, column: str = "site") -> Select[Any]:
        asked = select(table).where(table.c.ledger == self.ledger, table.c[column] == site)
        whose = next((table.c[name] for name in _WHOSE if name in table.c), None)
        return asked if self._only is None or whose is None else asked.where(whose == self._only)

    def _found(self, projection: Projection, query: Select[Any]) -> list[Row]:
        """Sorted here: asked for an order SQLite walks an index that has it, through all months."""
        columns = [column for column in projection.table.columns if column.name != "ledger"]
        return sorted(self._read(projection, query.with_only_columns(*columns)), key=projection.order)

    def _read(self, projection: Projection, query: Select[Any]) -> list[Row]:
        """StoreError `sheet_unreadable` where a row holds a value of another type than its column."""
        columns = query.selected_columns.values()
        names = [column.name for column in columns]
        types = [(column.type.python_type, type(None)) for column in columns]
        found = []
        for row in self.connection.execute(query):
            if not all(type(each) in known for each, known in zip(row, types, strict=True)):
                raise StoreError("sheet_unreadable", sheet=projection.table.name)
            found.append(dict(zip(names, map(interned_if_short, row), strict=True)))
        return found


class StateRows:
    """The same rows drawn from what the log says up to a position."""

    def __init__(self, state: LedgerState, only: str | None = None) -> None:
        self.state = state
        self._only = only
        self._months: dict[str, LedgerState] = {}

    def of_person(self, employee: str) -> "StateRows":
        """As `Rows` has it."""
        return StateRows(self.state, employee)

    def of(self, projection: Projection, site: str, month: str | None = None) -> list[Row]:
        """As `Rows` has it."""
        return sorted(self._drawn(projection, site, month), key=projection.order)

    def paid_by(self, projection: Projection, site: str, month: str | None = None) -> list[Row]:
        """As `Rows` has it: drawn of every site, since to draw them is the work."""
        found = (row for home in self.state.site_ids() for row in self._drawn(projection, home, month))
        return sorted((row for row in found if row["paid_by"] == site), key=projection.order)

    def waiting(self, projection: Projection, site: str) -> list[Row]:
        """As `Rows` has it: all of them, since to draw them is the work."""
        return self.of(projection, site)

    def _drawn(self, projection: Projection, site: str, month: str | None) -> Iterator[Row]:
        state = self.state
        if projection.of == "close":
            for close in state.closes.of(site):
                if month in (None, close.month):
                    yield from projection.rows(close)
            return
        if projection.of == "list":
            for posted in posted_lists(state, site):
                if month in (None, posted.posted.month):
                    yield from projection.rows(posted)
            return
        if self._only is None and month is not None and projection.of != "appeal":
            state = self._within(month, site)
        alone = self._only is not None and projection.of != "appeal"
        for employee in (str(self._only),) if alone else _loaded(state, site):
            # money alone needs no more of somebody
            is_summary = projection.of == "summary"
            person = (
                state.registered(state.facts(employee), employee) if is_summary else state.placed(employee)
            )
            if projection.of == "appeal":
                for appeal in state.employee(employee).appeals.values():
                    if person.site_in(appeal.month) == site and self._only in (None, appeal.appellant):
                        yield from projection.rows(appeal, employee, site)
                continue
            for one in _months(state, projection, employee) if month is None else (month,):
                if person.site_in(one) != site:
                    continue
                cell = state.cell(employee, one)
                if is_summary:
                    yield from projection.rows(cell, site, enforceable(state.borne(employee, one)))
                else:
                    yield from projection.rows(state.employee(employee), cell, state.policy_of(site, one))

    def _within(self, month: str, site: str) -> LedgerState:
        """The state as far as the month asks; whole where it is read already, or where many months are asked for."""
        if month not in self._months:
            read = all(self.state.holds(employee_stream(name)) for name in self.state.employee_ids(site))
            if read or len(self._months) == _MONTHS_APART:
                return self.state
            self._months[month] = self.state.within([month], is_bare=True)
        return self._months[month]


def _months(state: LedgerState, projection: Projection, employee: str) -> Iterable[str]:
    if projection.of == "summary":
        return months_of(state, employee)
    return state.facts(employee).months()


def _loaded(state: LedgerState, site: str) -> list[str]:
    """Everybody who ever was of a site, whose streams are read."""
    employees = state.employee_ids(site)
    state.load(map(employee_stream, employees))
    state.reading.load_supervised(employees)
    return employees


def occurrences_of(rows: Rows, state: LedgerState, today: date) -> Occurrences:
    """The standing notices that an action looks for, by the register of the months since it was completed."""

    def happened(action: ActionState) -> Iterator[Occurrence]:
        last = action.last
        month = month_of(action.opened_on if last is None else last.completed_on)
        while month <= month_of(today):
            for row in rows.of(REGISTER, action.site, month):
                if row["kind"] == "notice" and row["what"] == action.clause:
                    found = _occurrence(state, row)
                    if found is not None and action.department in (None, found.department):
                        yield found
            month = next_month(month)

    return happened


def _occurrence(state: LedgerState, row: Row) -> Occurrence | None:
    """A row of the register that is a standing notice, as an action sees it."""
    if row["status"] not in ("stands", "contested"):
        return None
    day = date.fromisoformat(row["on"])
    department = state.employee(row["employee"]).departments.on(day)
    return Occurrence(row["id"], row["what"], department, day, row["status"] == "contested")
