"""The reports through somebody's eyes: what is not theirs is left out, and a withheld field stands as None."""

from collections.abc import Iterable
from typing import Final

from ledger.access.classes import Grant, InfoClass
from ledger.application.desk.guarded_lists import GuardedLists
from ledger.application.desk.look_cache import CachedRow, quarter_of
from ledger.application.reading.look_base import Report
from ledger.errors import NotEntitled
from ledger.state.named import Thing

_MONEY: Final = ("base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "deduction")


class GuardedReports(GuardedLists):
    """The reports of `Look`, for one person."""

    def monthly(self, month: str, site: str | None = None) -> list[Report]:
        """The rows that are one's to see; without money where only points and bands are."""
        name = self.site(site)
        found = []
        for row in super().monthly(month, name):
            grant = self._of_month(row["employee"], month, row["department"])
            if grant > Grant.NONE:
                found.append(row if grant is Grant.WORDS else without_money(row))
        self._listed(name, f"monthly {month}", found)
        return found

    def joint_liability(self, month: str, site: str | None = None) -> list[Report]:
        """The shares of those, on either side, whose figures are one's to see."""
        name = self.site(site)
        found = [
            row
            for row in super().joint_liability(month, name)
            if any(
                self._of_month(row[who], month) is Grant.WORDS
                for who in ("employee", "supervisor")
                if row[who] is not None
            )
        ]
        self._listed(name, f"joint-liability {month}", found)
        return found

    def payroll(self, month: str, site: str | None = None) -> Report:
        """All of it for whoever handles pay; else one's own lines, without the total and its digest."""
        name = self.site(site)
        report = super().payroll(month, name)
        if self.standing.at_site(name, "pay") is Grant.WORDS:
            self._listed(name, f"payroll {month}", report["lines"], info="pay")
            return report
        own = {part: self._own(report[part]) for part in ("lines", "run")}
        return {**report, **own, "total": None, "digest": None}

    def reconciliation(self, month: str, site: str | None = None) -> Report:
        """All of it for whoever handles pay; else one's own row."""
        name = self.site(site)
        report = super().reconciliation(month, name)
        if self.standing.at_site(name, "pay") is Grant.WORDS:
            self._listed(name, f"reconciliation {month}", report["rows"], info="pay")
            return report
        return {**report, "returns": [], "rows": self._own(report["rows"])}

    def _own(self, rows: Iterable[Report]) -> list[Report]:
        return [row for row in rows if row["employee"] == self.standing.person]

    def without_wage(self, month: str, site: str | None = None) -> list[str]:
        """For whoever handles pay; else oneself, where it is so."""
        name = self.site(site)
        return self._paid(name, month, super().without_wage(month, name))

    def without_deduction_notice(self, month: str, site: str | None = None) -> list[str]:
        """For whoever handles pay; else oneself, where it is so."""
        name = self.site(site)
        return self._paid(name, month, super().without_deduction_notice(month, name))

    def _paid(self, site: str, month: str, people: list[str]) -> list[str]:
        """All of them for whoever handles pay; else oneself alone."""
        if self.standing.at_site(site, "pay") is Grant.WORDS:
            self._listed(site, f"payroll {month}", ({"employee": each} for each in people), info="pay")
            return people
        return [employee for employee in people if employee == self.standing.person]

    def open_in_month(self, month: str, site: str | None = None) -> dict[str, list[str]]:
        """For whoever sees the figures of the whole site, of open months too."""
        if not self.standing.sees_open_months(self.site(site)):
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=f"month {month}")
        found = super().open_in_month(month, site)  # what waits is noted as that
        unpaid = ({"employee": each} for each in found["without_wage"])
        self._listed(self.site(site), f"payroll {month}", unpaid, info="pay")
        return found

    def appeals(self, site: str | None = None) -> list[Report]:
        """The appeals of which anything is one's to know."""
        name = self.site(site)
        rows = super().appeals(name)
        self._look_for(("appeal", row["appeal"]) for row in rows)
        found = [row for row in rows if self._of_thing("appeal", row["appeal"]) > Grant.NONE]
        self._listed(name, "appeals", found, key="appellant", info="case")
        return found

    def sanctions(self, month: str, site: str | None = None) -> list[Report]:
        """The rows of those whose facts are one's to know; of a dismissal review for whoever knows of those alone, too."""
        name = self.site(site)
        found = [
            row
            for row in super().sanctions(month, name)
            if self._knows(row["employee"], month, "review" if _is_of_review(row) else "fact")
        ]
        self._listed(name, f"sanctions {month}", found)
        return found

    def sanction_months(self, employee: str) -> list[str]:
        """Those whose facts are one's to know; nothing is noted as read."""
        owner = self._owner(employee).employee
        return [month for month in super().sanction_months(owner) if self._knows(owner, month)]

    def _knows(self, employee: str, month: str | None = None, info: InfoClass = "fact") -> bool:
        relations = self.standing.to_person(self.standing.context.employee(employee), month)
        return self.standing.grant(relations, info) > Grant.NONE

    def rewards(self, month: str, site: str | None = None) -> list[Report]:
        """The things that are one's to know; without amounts where the figures are not."""
        name = self.site(site)
        found = []
        rows = super().rewards(month, name)
        self._look_for((row["kind"], row["id"]) for row in rows)
        for row in rows:
            if self._of_thing(row["kind"], row["id"]) > Grant.NONE:
                whole = self._of_month(row["employee"], month) is Grant.WORDS
                found.append(row if whole else {**row, "amount": None})
        self._listed(name, f"rewards {month}", found)
        return found

    def notices(self, month: str | None = None, site: str | None = None) -> list[Report]:
        """The notices that are one's to know."""
        name = self.site(site)
        rows = super().notices(month, name)
        self._look_for(("notice", row["notice"]) for row in rows)
        found = [row for row in rows if self._of_thing("notice", row["notice"]) > Grant.NONE]
        self._listed(name, f"notices {month or ''}".strip(), found)
        return found

    def due(self, site: str | None = None) -> list[Report]:
        """What waits for oneself, or about somebody of whom it is one's to know; the rest for whoever runs the site."""
        name = self.site(site)
        listed = self.standing.due
        key = (name, self.position, self._signed, self._whose, quarter_of(self.now))
        if self._cache is None or key not in listed:
            rows = super().due(name)
            self._look_for(_waited_about(row) for row in rows if row["employee"] is not None)
            found = [row for row in rows if self._is_waiting_for(name, row)]
            if self._cache is not None and all(isinstance(row, CachedRow) for row in found):
                for former in [each for each in listed if each[0] == name]:
                    del listed[former]  # one for each person and site
                listed[key] = found
        else:
            found = listed[key]
        self._listed(name, "due", found, info="fact")
        return list(found)

    def _is_waiting_for(self, site: str, row: Report) -> bool:
        if self.standing.person in (row["who"], row["employee"]):
            return True
        what, employee = row["what"], row["employee"]
        if what in ("payroll_return", "difference"):
            return self.standing.at_site(site, "pay") is Grant.WORDS
        if employee is None:
            return self.standing.at_site(site, "running") is Grant.WORDS
        if what == "sanction":
            return self._knows(employee, row["month"], "review" if row["id"] == "dismissal" else "fact")
        kind, name = _waited_about(row)
        owned = self.standing.context.is_taken(kind, name)
        return self._of_thing(kind, name) > Grant.NONE if owned else self._knows(employee, row["month"])

    def fairness(self, month: str, site: str | None = None) -> Report:
        """For whoever watches over fairness."""
        name = self.site(site)
        self._require_at(name, "fairness", f"fairness {month}")
        report = super().fairness(month, name)
        self._note("fairness", f"site:{name}", f"fairness {month}")
        return report


def _waited_about(row: Report) -> Thing:
    """What a row about somebody waits for, if its id is a thing's at all."""
    return ("appeal" if row["what"] == "appeal" else "notice", row["id"])


def _is_of_review(row: Report) -> bool:
    """Whether a row of the sanctions is a dismissal review, or what came of one."""
    return row["review"] is not None or row["kind"] == "dismissal"


def without_money(row: Report) -> Report:
    """A row of the monthly summary that says points and band only."""
    hidden = dict.fromkeys(_MONEY)
    return {**row, **hidden, "performance": {**row["performance"], "amount": None}}
