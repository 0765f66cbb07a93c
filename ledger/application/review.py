"""What appeal reviewers ask of a ledger: what happened, why, what if, and what was known when."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from ledger.application.part import Part
from ledger.exports.csv_file import csv_lines
from ledger.projections.anew import Progress
from ledger.review.changed_figures import ChangedFigures
from ledger.review.impact import Impact
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.terms import Language, Outcome

Closing = Literal["handled", "returned"]

Report = dict[str, Any]


class Review(Part):
    """Cards, histories, explanations, what-ifs and case files, as the ledger stands now or as of a position."""

    def card(self, kind: str, name: str, as_of: int | None = None) -> Report:
        """One thing as it stands: a notice, appeal, reward, sanction, employee or site."""
        with self._ledger.look_at_log(as_of) as look:
            return look.card(kind, name)

    def month_card(self, month: str, site: str | None = None, as_of: int | None = None) -> Report:
        """Where a site's month stands."""
        with self._ledger.look_at_log(as_of) as look:
            return look.month_card(month, site)

    def sites(self, as_of: int | None = None) -> list[Report]:
        """The card of every site."""
        with self._ledger.look_at_log(as_of) as look:
            return look.sites()

    def employees(self, site: str | None = None, as_of: int | None = None) -> list[Report]:
        """Everybody of a site."""
        with self._ledger.look_at_log(as_of) as look:
            return look.employees(site)

    def history(self, name: str, as_of: int | None = None) -> list[Report]:
        """`log`: the history of one person or thing."""
        with self._ledger.look_at_log(as_of) as look:
            return look.history(name)

    def journal(self, as_of: int | None = None, **asked: Any) -> list[Report]:
        """`log` without an id: everything, or what `Look.journal` is asked for."""
        with self._ledger.look_at_log(as_of) as look:
            return look.journal(**asked)

    def explain(self, employee: str, month: str, as_of: int | None = None) -> Report:
        """`explain`: every figure of an employee's month down to the events."""
        with self._ledger.look_at_log(as_of) as look:
            return look.explain(employee, month)

    def case_file(self, appeal: str, as_of: int | None = None) -> Report:
        """`appeal show` in full: history, route, both sides, the explanation, each outcome, precedents."""
        with self._ledger.look(as_of) as look:
            return look.case_file(appeal)

    def dossier(self, appeal: str, language: Language, as_of: int | None = None) -> tuple[str, set[str]]:
        """`appeal dossier`: the case file as one HTML page, a language shown first; and whose names or words it holds."""
        from ledger.documents import dossier  # Jinja2 is heavy, and nobody else here needs it
        from ledger.review import case_file, history

        with self._ledger.look(as_of) as look:
            values = look.case_file(appeal)
            _, _, site = history.thing_of(look.state, f"appeal:{values['appeal']['appeal']}")
            sites = {site: look.state.site(site).name}
            page = dossier.dossier(values, language, look.timezone(site), sites)
            return page, case_file.people(look.state, values)

    def compare(self, employee: str, month: str, then: int, now: int | None = None) -> Report:
        """`compare`: as known then beside as known now (None: at the log's end)."""
        with self._ledger.look_at_log(now) as look:
            return look.compare(LedgerState(self.log, then), employee, month)

    def unstated(self, after: int) -> list[int]:
        """The positions, behind one, of appointments and policies that name nobody who decided them."""
        from ledger.state.unstated import unstated_acts

        return [recorded.position for recorded in unstated_acts(LedgerState(self.log), after)]

    def what_if(
        self,
        appeals: Iterable[tuple[str, Outcome, int | None]] = (),
        without: Iterable[str] = (),
        as_of: int | None = None,
        objections: Iterable[tuple[str, int]] = (),
        cases: Iterable[tuple[str, Closing]] = (),
    ) -> Impact:
        """`what-if`: what decisions and withdrawals would change. Nothing is recorded.

        `appeals` with outcome and points, `objections` with a score, `cases` with an outcome; `without` are notices, or
        marks after `check:`.
        """
        from ledger.review import what_if

        with self._ledger.look_at_log(as_of) as look:
            remedies = [
                what_if.Remedy(full_id(look.state, "appeal", appeal, "appeal"), outcome, points)
                for appeal, outcome, points in appeals
            ]
            acts: list[what_if.Remedy | what_if.Verification | what_if.CaseClosed] = [
                *remedies,
                *(
                    what_if.Verification(full_id(look.state, "objection", name, "objection"), score)
                    for name, score in objections
                ),
                *(
                    what_if.CaseClosed(full_id(look.state, "case", name, "case"), outcome)
                    for name, outcome in cases
                ),
            ]
            fallen = [
                what_if.CHECK + full_id(look.state, "check", name.removeprefix(what_if.CHECK), "without")
                if name.startswith(what_if.CHECK)
                else full_id(look.state, "notice", name, "without")
                for name in without
            ]
            return what_if.what_if(self.log, as_of, acts, fallen, look.now)

    def what_if_policy(
        self,
        document: bytes,
        employee: str | None = None,
        site: str | None = None,
        month: str | None = None,
        as_of: int | None = None,
    ) -> Impact:
        """`what-if --policy`: the same facts under a candidate policy, for one employee, a site or everybody."""
        from ledger.application import policy_documents
        from ledger.policy import loading
        from ledger.review import what_if

        self.log.require()
        state = LedgerState(self.log, as_of)
        if employee is not None:
            employees = [state.employee(full_id(state, "employee", employee, "employee")).employee]
        else:
            employees = state.everybody() if site is None else state.employee_ids(state.site(site).site)
        policy = loading.parse(policy_documents.read(document).values)
        return what_if.what_if_policy(self.log, as_of, policy, employees, month, site)

    def changed_figures(self) -> ChangedFigures:
        """An empty list of changed figures, for `try_policy`; to be used with `with`."""
        return ChangedFigures()

    def changed_csv(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
        """The file that holds such a list, piece by piece."""
        return csv_lines(titles, rows)

    def require_trial(self, site: str | None) -> None:
        """That rules may be tried on a site, before they are read: whoever keeps the files always may."""

    def try_policy(
        self,
        document: bytes,
        site: str | None = None,
        month: str | None = None,
        as_of: int | None = None,
        changed: ChangedFigures | None = None,
        progress: Progress | None = None,
        through: str | None = None,
    ) -> Report:
        """`what-if --policy` of a site or of everybody: who would owe less or more, and the totals, in one pass.

        Of one month, all (None), or those from `month` through another.

        `{"policy", "position", "mark", "months": […], "departments": […], "sites": […], "total": {…}}`; a row has
        `people`, `winners`, `losers`, and of each figure before, after and the difference. Every figure that changes
        goes into `changed`. InputError for what is no policy, Unknown `site_unknown`.
        """
        from ledger.application import policy_documents
        from ledger.policy import loading
        from ledger.projections.drawing import helpers_for
        from ledger.review import trial, trial_sums

        self.log.require()
        values = policy_documents.read(document).values
        policy = loading.parse(values)
        position = self.log.position() if as_of is None else as_of
        of_site = None if site is None else LedgerState(self.log, position).site(site).site
        candidate = trial.Candidate(values, loading.digest(values), of_site, month, through)
        sums = trial.tried(self.log, position, candidate, changed, progress, helpers_for(position))
        mark = self.log.hashes([position]).get(position, "")
        return {"policy": policy.version, "position": position, "mark": mark} | trial_sums.told(sums)
