"""What a look says of rounds, of the appraisal and of examinations (appraisal §§4, 9)."""

from datetime import date

from ledger.application.reading.look_base import LookBase, Report
from ledger.errors import Unknown
from ledger.state.ids import full_id
from ledger.state.ledger_context import LedgerContext


class LookAtAppraisals(LookBase):
    """The reports of the appraisal, of inspection rounds and of sittings."""

    # --- appraisal ----------------------------------------------------------------------------------

    def appraisal(self, month: str, site: str | None = None, department: str | None = None) -> list[Report]:
        """`report appraisal`: the appraisal sheets of a month."""
        from ledger.reports import appraisal

        return appraisal.appraisal(self.state, self.site(site), month, department)

    def appraisal_sheet(self, employee: str, month: str) -> Report:
        """`report appraisal-sheet`: one person's sheet, line by line. WrongState `no_sheet`."""
        from ledger.reports import appraisal_sheet

        return appraisal_sheet.appraisal_sheet(self.state, self.employee_id(employee, "employee"), month)

    def appraisal_summary(self, month: str, site: str | None = None) -> list[Report]:
        """`report appraisal-summary`: how far each department's month has come."""
        from ledger.reports import appraisal

        name = self.site(site)
        return appraisal.summary(LedgerContext(self.state, self.now), name, month, self.today(name))

    def appraisal_months(self, site: str | None = None) -> list[Report]:
        """The months since anything was recorded, twelve at most, the latest first, and how far each department has come."""
        from ledger.reports import appraisal

        name = self.site(site)
        return appraisal.months(LedgerContext(self.state, self.now), name, self.today(name))

    def appraisal_posting(self, month: str, department: str, site: str | None = None) -> list[Report]:
        """`report appraisal-posting`: what is posted in a department."""
        from ledger.reports import appraisal

        return appraisal.posting(self.state, self.site(site), month, department)

    def daily_sheet(self, day: date, department: str, site: str | None = None) -> Report:
        """`report daily-sheet`: who was looked at on a day."""
        from ledger.reports import sheets

        return sheets.daily_sheet(self.state, self.site(site), day, department)

    def week_sheet(self, monday: date, department: str, site: str | None = None) -> Report:
        """`report week-sheet`: a department's week. InputError `week_not_monday`."""
        from ledger.reports import sheets

        return sheets.week_report(self.state, self.site(site), monday, department)

    def sheet_weeks(self, month: str, site: str | None = None) -> list[Report]:
        """The day and week sheets of a month, department by department."""
        from ledger.reports import sheets

        return sheets.sheet_weeks(self.state, self.site(site), month)

    def register(self, month: str, site: str | None = None, department: str | None = None) -> Report:
        """`report register`: the whole register of a month, of both schemes."""
        from ledger.reports import register

        return register.register(self.rows, self.state, self.site(site), month, department)

    def bonus(self, quarter: str, site: str | None = None, employee: str | None = None) -> Report:
        """`report bonus`: the quarterly bonus, of one person where they are given."""
        from ledger.reports import bonus

        who = None if employee is None else full_id(self.state, "employee", employee, "employee")
        return bonus.bonus(self.state, self.site(site), quarter, who)

    # --- rounds -------------------------------------------------------------------------------------

    def inspection(self, name: str) -> Report:
        """`report inspection`: one round. Unknown `inspection_unknown`."""
        from ledger.reports import inspection

        full = full_id(self.state, "inspection", name, "inspection")
        if self.state.stream_of("inspection", full) is None:
            raise self.state.here(Unknown("inspection_unknown", inspection=full))
        return inspection.inspection(self.state, full)

    def inspections(self, month: str, site: str | None = None) -> Report:
        """`report inspections`: the rounds of a month, and what nobody looked at."""
        from ledger.reports import inspections

        return inspections.inspections(self.rows, self.state, self.site(site), month)

    # --- examinations -------------------------------------------------------------------------------

    def examination(self, name: str) -> Report:
        """`report examination`: one sitting by paper number. Unknown `sitting_unknown`."""
        from ledger.reports import examination

        return examination.examination(self.state, self._sitting(name))

    def examinations(self, employee: str | None = None, site: str | None = None) -> list[Report]:
        """`report examinations`: declared results, of a site or of one person."""
        from ledger.reports import examination

        if employee is None:
            return examination.examinations(self.state, [self.site(site)])
        who = self.employee_id(employee, "employee")
        return examination.examinations(self.state, self.state.site_ids(), who)

    def sittings(self, site: str | None = None) -> list[Report]:
        """The sittings of a site, the latest first, and what of each paper is still to come."""
        from ledger.reports import examination

        return examination.sittings(self.state, self.site(site))

    def sat(self, sitting: str, employee: str) -> Report:
        """What a sitting came to for one who sat. Unknown `sitting_unknown`; WrongState `not_of_sitting`."""
        from ledger.review import sittings

        return sittings.sat(self.state, self._sitting(sitting), self.employee_id(employee, "employee"))

    def paper(self, sitting: str, number: str) -> list[Report]:
        """`sitting read`: what a paper answers, without the name. Unknown `sitting_unknown`, `paper_unknown`."""
        from ledger.review import sittings

        return sittings.paper(self.state, self._sitting(sitting), number)

    def _sitting(self, name: str) -> str:
        full = full_id(self.state, "sitting", name, "sitting")
        if self.state.stream_of("sitting", full) is None:
            raise self.state.here(Unknown("sitting_unknown", sitting=full))
        return full

    def checklist(self, area: str | None = None, site: str | None = None) -> list[Report]:
        """`report checklist`: the clauses in force, of one area where it is given."""
        from ledger.reports import checklist

        name = self.site(site)
        return checklist.checklist(self.state, name, self.today(name), area)
