"""The reports of a ledger, each as it stands now or as of a position; several of one state come from `Ledger.look`."""

from datetime import date
from typing import Any

from ledger.application.part import Part
from ledger.reports.due import kinds as due_kinds
from ledger.reports.month_report import MonthReport, month_reports

__all__ = ["MonthReport", "Reports", "due_kinds", "month_reports"]

Report = dict[str, Any]


class Reports(Part):
    """The reports (domain §10.2). A site may be left out where there is one: InputError `site_needed`, `site_none`."""

    def of_month(
        self, name: str, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[Report]:
        """`report NAME` of those that are the rows of a month: `month_reports` says which."""
        with self._ledger.look(as_of) as look:
            return look.of_month(name, month, site)

    def monthly(self, month: str, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """`report monthly`."""
        with self._ledger.look(as_of) as look:
            return look.monthly(month, site)

    def joint_liability(self, month: str, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """`report joint-liability`."""
        with self._ledger.look(as_of) as look:
            return look.joint_liability(month, site)

    def payroll(self, month: str, site: str | None = None, as_of: int | None = None) -> Report:
        """`report payroll`. WrongState `month_not_closed`, `month_closed_with`."""
        with self._ledger.look(as_of) as look:
            return look.payroll(month, site)

    def reconciliation(self, month: str, site: str | None = None, as_of: int | None = None) -> Report:
        """`report reconciliation`. WrongState `month_not_closed`, `month_closed_with`."""
        with self._ledger.look(as_of) as look:
            return look.reconciliation(month, site)

    def without_wage(self, month: str, site: str | None = None, as_of: int | None = None) -> list[str]:
        """Of whom the run of a close takes something although no wage of the month is recorded."""
        with self._ledger.look(as_of) as look:
            return look.without_wage(month, site)

    def posted_list(self, month: str, site: str | None = None, as_of: int | None = None) -> Report:
        """`report public-list --posted`: what was posted of a month, as it was posted."""
        with self._ledger.look(as_of) as look:
            return look.posted_list(month, site)

    def appeals(self, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """`report appeals`."""
        with self._ledger.look(as_of) as look:
            return look.appeals(site)

    def sanctions(self, month: str, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """`report sanctions`."""
        with self._ledger.look(as_of) as look:
            return look.sanctions(month, site)

    def rewards(self, month: str, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """`report rewards`."""
        with self._ledger.look(as_of) as look:
            return look.rewards(month, site)

    def inspection(self, name: str, as_of: int | None = None) -> Report:
        """`report inspection`. Unknown `inspection_unknown`."""
        with self._ledger.look(as_of) as look:
            return look.inspection(name)

    def inspections(self, month: str, site: str | None = None, as_of: int | None = None) -> Report:
        """`report inspections`."""
        with self._ledger.look(as_of) as look:
            return look.inspections(month, site)

    def causes(
        self,
        month: str,
        by: str = "clause",
        scheme: str = "service_quality",
        site: str | None = None,
        as_of: int | None = None,
    ) -> Report:
        """`report causes`. InputError `by_unknown`."""
        with self._ledger.look(as_of) as look:
            return look.causes(month, by, scheme, site)

    def actions(
        self, only_open: bool = False, site: str | None = None, as_of: int | None = None
    ) -> list[Report]:
        """`report actions`."""
        with self._ledger.look(as_of) as look:
            return look.actions(only_open, site)

    def examination(self, name: str, as_of: int | None = None) -> Report:
        """`report examination`. Unknown `sitting_unknown`."""
        with self._ledger.look(as_of) as look:
            return look.examination(name)

    def examinations(
        self, employee: str | None = None, site: str | None = None, as_of: int | None = None
    ) -> list[Report]:
        """`report examinations`."""
        with self._ledger.look(as_of) as look:
            return look.examinations(employee, site)

    def checklist(
        self, area: str | None = None, site: str | None = None, as_of: int | None = None
    ) -> list[Report]:
        """`report checklist`."""
        with self._ledger.look(as_of) as look:
            return look.checklist(area, site)

    def due(self, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """`due`: what waits for somebody."""
        with self._ledger.look(as_of) as look:
            return look.due(site)

    def fairness(self, month: str, site: str | None = None, as_of: int | None = None) -> Report:
        """`report fairness`: facts and sample sizes."""
        with self._ledger.look_at_log(as_of) as look:
            return look.fairness(month, site)

    def appraisal(
        self,
        month: str,
        site: str | None = None,
        as_of: int | None = None,
        department: str | None = None,
    ) -> list[Report]:
        """`report appraisal`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.appraisal(month, site, department)

    def appraisal_sheet(self, employee: str, month: str, as_of: int | None = None) -> Report:
        """`report appraisal-sheet`. WrongState `no_sheet`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.appraisal_sheet(employee, month)

    def appraisal_summary(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[Report]:
        """`report appraisal-summary`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.appraisal_summary(month, site)

    def appraisal_posting(
        self, month: str, department: str, site: str | None = None, as_of: int | None = None
    ) -> list[Report]:
        """`report appraisal-posting`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.appraisal_posting(month, department, site)

    def daily_sheet(
        self, day: date, department: str, site: str | None = None, as_of: int | None = None
    ) -> Report:
        """`report daily-sheet`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.daily_sheet(day, department, site)

    def week_sheet(
        self, monday: date, department: str, site: str | None = None, as_of: int | None = None
    ) -> Report:
        """`report week-sheet`. InputError `week_not_monday`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.week_sheet(monday, department, site)

    def register(
        self,
        month: str,
        site: str | None = None,
        as_of: int | None = None,
        department: str | None = None,
    ) -> Report:
        """`report register`."""
        with self._ledger.look(as_of) as look:
            return look.register(month, site, department)

    def bonus(self, quarter: str, site: str | None = None, as_of: int | None = None) -> Report:
        """`report bonus`."""
        with self._ledger.look_at_log(as_of) as look:
            return look.bonus(quarter, site)
