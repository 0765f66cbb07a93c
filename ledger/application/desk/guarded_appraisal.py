"""The reports of the appraisal through somebody's eyes: one's own sheet, and those whose figures are one's to see."""

from collections.abc import Iterable
from datetime import date

from ledger.access.classes import Grant
from ledger.aggregates.authority import heads_department
from ledger.aggregates.scope import departments_in
from ledger.application.desk.guarded_rounds import GuardedRounds
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled, Unknown
from ledger.state.appraisal import sheet_of
from ledger.state.ids import full_id
from ledger.terms import month_of


class GuardedAppraisal(GuardedRounds):
    """The reports of the appraisal, for one person."""

    def appraisal(self, month: str, site: str | None = None, department: str | None = None) -> list[Report]:
        """The sheets of those whose figures are one's to see; without money where only points are."""
        name = self.site(site)
        found = []
        for row in super().appraisal(month, name, department):
            grant = self._of_month(row["employee"], month, row["department"])
            if grant > Grant.NONE:
                found.append(row if grant is Grant.WORDS else without_amount(row))
        self._listed(name, f"appraisal {month}", found)
        return found

    def _seen(self, rows: Iterable[Report], month: str) -> list[Report]:
        return [
            row
            for row in rows
            if self._of_month(row["employee"], month, row.get("department")) is Grant.WORDS
        ]

    def appraisal_sheet(self, employee: str, month: str) -> Report:
        """One's own sheet, or that of somebody whose figures are one's to see; without money where only points are."""
        owner = self._owner(employee)
        placed = sheet_of(self.state, owner.employee, month)
        grant = self._of_month(owner.employee, month, None if placed is None else placed.department)
        if grant is Grant.NONE:
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=f"appraisal {month}")
        self._read("figures", owner, f"appraisal-sheet {month}")
        report = super().appraisal_sheet(owner.employee, month)
        if grant is Grant.WORDS:
            return report
        return without_amount(report) | {"lines": [{**line, "amount": None} for line in report["lines"]]}

    def appraisal_summary(self, month: str, site: str | None = None) -> list[Report]:
        """The departments one heads; all of them for whoever sees figures of the whole site."""
        name = self.site(site)
        if self.standing.at_site(name, "figures") > Grant.NONE:
            return super().appraisal_summary(month, name)
        if "department_head" not in self.standing.offices(name):
            self._require_at(name, "figures", f"appraisal-summary {month}")
        rows = super().appraisal_summary(month, name)
        return [row for row in rows if self._heads(name, row["department"])]

    def _heads(self, site: str, department: str) -> bool:
        standing = self.standing
        return standing.is_employed and heads_department(
            standing.context, standing.person, site, department, standing.today
        )

    def appraisal_months(self, site: str | None = None) -> list[Report]:
        """How far the departments have come that one heads or was in; all of them for whoever sees figures of the site."""
        name = self.site(site)
        rows = super().appraisal_months(name)
        if self.standing.at_site(name, "figures") > Grant.NONE:
            return rows
        found = []
        for row in rows:
            own = departments_in(self.standing.state, row["month"])
            seen = [
                each
                for each in row["departments"]
                if each["department"] in own or self._heads(name, each["department"])
            ]
            found.append({**row, "departments": seen})
        return found

    def appraisal_posting(self, month: str, department: str, site: str | None = None) -> list[Report]:
        """As it hangs on the wall."""
        return super().appraisal_posting(month, department, self.site(site))

    def daily_sheet(self, day: date, department: str, site: str | None = None) -> Report:
        """The rows of those whose figures are one's to see."""
        name = self.site(site)
        report = super().daily_sheet(day, department, name)
        rows = [{**row, "department": department} for row in report["rows"]]
        seen = {row["employee"] for row in self._seen(rows, month_of(day))}
        found = [row for row in report["rows"] if row["employee"] in seen]
        self._listed(name, f"daily-sheet {day} {department}", found)
        return {**report, "rows": found}

    def week_sheet(self, monday: date, department: str, site: str | None = None) -> Report:
        """The rows of those whose figures are one's to see."""
        name = self.site(site)
        report = super().week_sheet(monday, department, name)
        rows = [{**row, "department": department} for row in report["rows"]]
        seen = {row["employee"] for row in self._seen(rows, month_of(monday))}
        found = [row for row in report["rows"] if row["employee"] in seen]
        self._listed(name, f"week-sheet {monday} {department}", found)
        return {**report, "rows": found}

    def sheet_weeks(self, month: str, site: str | None = None) -> list[Report]:
        """The departments one heads; all of them for whoever sees the figures of the whole site."""
        name = self.site(site)
        rows = super().sheet_weeks(month, name)
        return [row for row in rows if self._sees_sheets(name, row["department"])]

    def _sees_sheets(self, site: str, department: str) -> bool:
        """Whether the day and week sheets of a department are one's to see: who was absent is no business of the finance."""
        relations = self.standing.to_round(site, department, ()) - {"finance"}
        return self.standing.grant(relations, "figures") is Grant.WORDS

    def _require_sheet(self, name: str) -> str:
        """A day or week sheet holds who was seen: for whoever heads the department, or sees the figures; its site."""
        sheet = full_id(self.state, "sheet", name, "sheet")
        _, _, rest = str(self.state.stream_of("sheet", sheet) or "").partition("/")
        site, _, place = rest.partition("/")
        if not self.standing.knows_site(site):
            raise self.state.here(Unknown("sheet_unknown", sheet=name))
        if not self._sees_sheets(site, place.partition("/")[2]):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=sheet)
        return site

    def register(self, month: str, site: str | None = None, department: str | None = None) -> Report:
        """The rows and totals of those whose figures are one's to see."""
        name = self.site(site)
        report = super().register(month, name, department)
        rows = self._seen(report["rows"], month)
        people = {row["employee"] for row in rows}
        self._listed(name, f"register {month}", rows)
        totals = [row for row in report["totals"] if row["employee"] in people]
        return {**report, "rows": rows, "totals": totals}

    def bonus(self, quarter: str, site: str | None = None, employee: str | None = None) -> Report:
        """All of it for whoever handles pay; else one's own row."""
        name = self.site(site)
        who = None if employee is None else self._owner(employee).employee
        report = super().bonus(quarter, name, who)
        if self.standing.at_site(name, "pay") is Grant.WORDS:
            self._listed(name, f"bonus {quarter}", report["rows"])
            return report
        return {**report, "rows": self._own(report["rows"])}


def without_amount(row: Report) -> Report:
    """A sheet that says points only."""
    return {**row, "performance": {**row["performance"], "amount": None}}
