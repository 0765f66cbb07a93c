"""A look: one state of a ledger, and every report and card of it (law 3: the same function live and as of then)."""

from datetime import datetime
from typing import Any

from ledger.application.reading.look_appraisal import LookAtAppraisals
from ledger.application.reading.look_base import Report
from ledger.errors import InputError
from ledger.events import Recorded
from ledger.events.employees import employee_of, is_somebodys
from ledger.projections.tables.monthly import PROJECTION as MONTHLY
from ledger.reports import appeals, joint_liability, monthly, notices, payroll, rewards, sanctions
from ledger.state.hand_off import not_told, unpaid, without_wage
from ledger.state.ids import full_id
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import Language


class Look(LookAtAppraisals):
    """What a ledger says at one position. A site may be left out where there is one: InputError `site_needed`."""

    # --- files --------------------------------------------------------------------------------------

    def evidence(self, name: str | None = None) -> list[Report]:
        """`evidence list`: the files on record, of one thing or person where it is named."""
        from ledger.review import evidence

        if name is None:
            return evidence.references(self.state, self._telling_of_files(None))
        kind, thing, _ = self.thing(name)
        stream = str(self.state.stream_of(kind, thing))
        if not is_somebodys(stream):
            return []
        only = None if kind == "employee" else f"{kind}:{thing}"
        return evidence.references(self.state, self._telling_of_files(employee_of(stream)), only)

    def _telling_of_files(self, owner: str | None) -> list[Recorded]:
        """The events that name files: of somebody's stream, or all."""
        from ledger.review import evidence

        return evidence.telling(self.state, owner)

    # --- reports ------------------------------------------------------------------------------------

    def of_month(self, name: str, month: str, site: str | None = None) -> list[Report]:
        """`report NAME` of those that are the rows of a month (`ledger.reports.month_report`), such as `public-list`."""
        from ledger.reports.month_report import month_reports

        return month_reports()[name].rows(self.rows, self.state, self.site(site), month)

    def monthly(self, month: str, site: str | None = None) -> list[Report]:
        """`report monthly`."""
        return monthly.monthly(self.rows, self.state, self.site(site), month)

    def joint_liability(self, month: str, site: str | None = None) -> list[Report]:
        """`report joint-liability`."""
        return joint_liability.joint_liability(self.rows, self.site(site), month)

    def payroll(self, month: str, site: str | None = None) -> Report:
        """`report payroll`. WrongState `month_not_closed`, `month_closed_with`."""
        return payroll.payroll(self.rows, self.state, self.site(site), month)

    def reconciliation(self, month: str, site: str | None = None) -> Report:
        """`report reconciliation`. WrongState `month_not_closed`, `month_closed_with`."""
        from ledger.reports import reconciliation

        return reconciliation.reconciliation(self.rows, self.state, self.site(site), month)

    def without_wage(self, month: str, site: str | None = None) -> list[str]:
        """Of whom the run of a close takes something although no wage of the month is recorded."""
        close = self.state.closes.at(self.site(site), month)
        return [] if close is None else unpaid(self.state, close)

    def without_deduction_notice(self, month: str, site: str | None = None) -> list[str]:
        """Of whom the run of a close takes something and who were not told of it in writing (finance §12)."""
        close = self.state.closes.at(self.site(site), month)
        return [] if close is None else not_told(self.state, close)

    def open_in_month(self, month: str, site: str | None = None) -> dict[str, list[str]]:
        """What is open before a month is closed.

        Ids of `appeals`, of `findings` that are no notice yet, of handbook `cases`, of `unserved` and `unrectified` notices;
        staff numbers of whom a sanction is due, and of those `without_wage`.
        """
        name = self.site(site)
        waiting = [row for row in self.due(name) if row["month"] == month]
        return {
            "appeals": [row["id"] for row in waiting if row["what"] == "appeal"],
            "findings": [row["id"] for row in waiting if row["what"] == "finding"],
            "cases": [row["id"] for row in waiting if row["what"] == "handbook"],
            "unserved": [row["id"] for row in waiting if row["what"] == "acknowledgement"],
            "unrectified": [row["id"] for row in waiting if row["what"] == "rectification"],
            "sanctions": [row["employee"] for row in waiting if row["what"] == "sanction"],
            "without_wage": without_wage(self.state, name, month),
        }

    def posted_list(self, month: str, site: str | None = None) -> Report:
        """`report public-list --posted`: what was posted of a month, as it was posted."""
        from ledger.reports import posted_lists

        context = LedgerContext(self.state, self.now)
        return posted_lists.posted(self.state, context, self.site(site), month)

    def list_to_post(self, month: str, site: str | None = None) -> Report:
        """What would be posted of a month now, in the shape of `posted_list`."""
        from ledger.reports import posted_lists

        context = LedgerContext(self.state, self.now)
        return posted_lists.to_post(self.rows, self.state, context, self.site(site), month)

    def appeals(self, site: str | None = None) -> list[Report]:
        """`report appeals`."""
        return appeals.appeals(self.rows, self.state, self.site(site), self.now)

    def sanctions(self, month: str, site: str | None = None) -> list[Report]:
        """`report sanctions`."""
        name = self.site(site)
        return sanctions.sanctions(self.rows, self.state, name, month, self.today(name))

    def rewards(self, month: str, site: str | None = None) -> list[Report]:
        """`report rewards`."""
        return rewards.rewards(self.rows, self.state, self.site(site), month)

    def notices(self, month: str | None = None, site: str | None = None) -> list[Report]:
        """`notice list`: the notices of a site, of one month where it is given."""
        return notices.notices(self.rows, self.state, self.site(site), month)

    def sanction_months(self, employee: str) -> list[str]:
        """The months of somebody whose band asks for a sanction, imposed or not, at all their sites; the earliest first."""
        rows, sites = self.rows.of_person(employee), self.state.placed(employee).all_sites
        waiting = [row for site in sites for row in rows.waiting(MONTHLY, site)]
        return sorted(row["month"] for row in waiting if row["sanction_due"] is not None)

    def due(self, site: str | None = None) -> list[Report]:
        """`due`: what waits for somebody."""
        from ledger.reports import due

        return due.due(self.rows, self.state, self.site(site), self.now)

    def fairness(self, month: str, site: str | None = None) -> Report:
        """`report fairness`: facts and sample sizes."""
        from ledger.reports import fairness

        return fairness.fairness(self.state, self.site(site), month)

    def causes(
        self, month: str, by: str = "clause", scheme: str = "service_quality", site: str | None = None
    ) -> Report:
        """`report causes`: what the notices of a month came about by. InputError `by_unknown`."""
        from ledger.reports import causes

        if by not in causes.BY:
            raise InputError("by_unknown", by=by, known=", ".join(causes.BY))
        return causes.causes(self.rows, self.state, self.site(site), month, by, scheme)

    def analyses(self, month: str, site: str | None = None) -> list[Report]:
        """The analyses of a month's notices, in the order of recording."""
        from ledger.reports import analyses

        return analyses.analyses(self.state, self.site(site), month)

    def actions(self, only_open: bool = False, site: str | None = None) -> list[Report]:
        """`report actions`: corrective and preventive actions, or those still open."""
        from ledger.reports import actions

        name = self.site(site)
        return actions.actions(self.rows, self.state, name, self.today(name), only_open)

    # --- cards --------------------------------------------------------------------------------------

    def opens(self, kind: str, name: str) -> bool:
        """Whether there is something to open for whoever looks: the card of a thing, with `event` what is at a position.

        With `explanation` it is the month of somebody, as `E06 2026-07`.
        """
        if kind == "explanation":
            kind, name = "employee", name.partition(" ")[0]
        if kind == "event":
            return 0 < int(name) <= self.position
        return self.state.stream_of(kind, name) is not None

    def card(self, kind: str, name: str) -> Report:
        """One thing as it stands: a notice, appeal, reward, sanction, employee or site."""
        from ledger.review import cards

        return cards.card(self.state, kind, name, self.now)

    def month_card(self, month: str, site: str | None = None) -> Report:
        """Where a site's month stands."""
        from ledger.review import site_cards

        return site_cards.month_card(self.state, self.site(site), month, self.now)

    def sites(self) -> list[Report]:
        """The card of every site."""
        return [self.card("site", site) for site in self.state.site_ids()]

    def employees(self, site: str | None = None) -> list[Report]:
        """Everybody of a site."""
        from ledger.review import site_cards

        return site_cards.employees(self.state, self.site(site), self.now)

    # --- tracing ------------------------------------------------------------------------------------

    def history(self, name: str) -> list[Report]:
        """`log`: the history of one person or thing."""
        from ledger.review import history

        return history.history(self.state, name)

    def news(self, employee: str, since: datetime) -> list[Report]:
        """What was recorded about somebody after an instant (UTC), the earliest first, without words."""
        from ledger.review import history

        name = full_id(self.state, "employee", employee, "employee")
        return history.entries(self.state, history.news(self.state, name, since))

    def journal(self, by: str | None = None, **asked: Any) -> list[Report]:
        """`log` without an id: what `ledger.review.journal.Filter` asks for; `by` may be the beginning of a staff number."""
        from ledger.review import journal

        who = None if by is None else full_id(self.state, "employee", by, "by")
        return journal.journal(self.state, journal.Filter(by=who, **asked))

    def event_at(self, position: int) -> list[Report]:
        """`log #74`: the event at a position. Unknown `nothing_at_position`."""
        from ledger.review import journal

        return journal.event_at(self.state, position)

    def explain(self, employee: str, month: str) -> Report:
        """`explain`: every figure of an employee's month down to the events."""
        from ledger.review import explanation

        return explanation.explanation(
            self.state, full_id(self.state, "employee", employee, "employee"), month
        )

    def compare(self, then: LedgerState, employee: str, month: str) -> Report:
        """`compare`: a month as it was known then beside as it is known here."""
        from ledger.review import comparison

        return comparison.compare(
            then, self.state, full_id(self.state, "employee", employee, "employee"), month
        )

    def pay(self, employee: str, month: str, language: Language) -> Report:
        """`explain --pay`: why somebody's pay of a closed month is what it is, its words in a language.

        WrongState `month_not_closed`.
        """
        from ledger.review import pay

        return pay.pay(self.state, full_id(self.state, "employee", employee, "employee"), month, language)

    def case_file(self, appeal: str) -> Report:
        """`appeal show` in full: history, route, both sides, the explanation, each outcome, precedents."""
        from ledger.review import case_file

        return case_file.case_file(self.rows, self.state, appeal, self.now, self._weighed)

    def _weighed(self, appeal: str) -> Report:
        """What is weighed of a recorded appeal: outcomes and precedents, without a word of anybody's."""
        from ledger.review import case_file

        return case_file.weighed(self.rows, self.state, appeal, self.now)
