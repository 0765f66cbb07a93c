"""Printed forms of one state of the ledger, each with where the event behind it stands (papers §17)."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ledger.application.part import Part
from ledger.application.reading.look import Look
from ledger.documents.forms import (
    appraisal,
    checklist,
    decision,
    deduction,
    month,
    notice,
    public_list,
    sitting,
)
from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Form
from ledger.documents.forms.people import People
from ledger.documents.forms.typeset import pdf
from ledger.errors import StoreError, WrongState
from ledger.events.employees import employee_stream
from ledger.review.what_if import Remedy, what_if
from ledger.state.appraisal import latest_sheet
from ledger.state.closes import close_at
from ledger.state.handed_over import charged_at
from ledger.state.ledger_context import LedgerContext
from ledger.store import receipts
from ledger.store.notary import Notary
from ledger.terms import format_money, month_of

if TYPE_CHECKING:
    from ledger.labels.messages import Labels


_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed form, whose names or words are in it, and the checkpoints it bears: they are kept once it is written."""

    content: bytes
    people: tuple[str, ...]
    checkpoints: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How a form is printed: language, names, receipts attached or not, of which state, how many copies."""

    labels: "Labels"
    mask: bool = False
    plain: bool = False
    receipt: bool = False
    as_of: int | None = None
    attach: bool = False
    """The evidence files of a notice or a decision with it."""
    copies: int | None = None
    """How many; None: as many as the form has."""


class Papers(Part):
    """What an office posts, signs and hands over. InputError `name_has_no_glyph` where the font lacks a character."""

    def notice(self, name: str, how: How) -> Paper:
        """`print notice`. Unknown `notice_unknown`."""
        with self._ledger.look_at_log(how.as_of) as look:
            found = look.thing(f"notice:{name}")[1]
            form = self._notice(look, found, how, Notary(self.log))
        files = self._ledger.evidence.files(f"notice:{found}") if how.attach else None
        return self._printed(how, form, files=files)

    def notices(self, since: date, site: str | None, how: How) -> Paper:
        """`print notice --since`: all notices issued at a site since a day, one after another. WrongState `no_notices`."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            issued = [
                (each.issued_on, each.notice)
                for owner in look.state.employees_at(at)
                for each in owner.notices.values()
                if each.issued_on >= since and owner.site_in(each.month) == at
            ]
            if not issued:
                raise WrongState("no_notices", site=at, since=since)
            notary = Notary(self.log)
            forms = [self._notice(look, name, how, notary) for _, name in sorted(issued)]
        return self._printed(how, *forms)

    def _notice(self, look: Look, name: str, how: How, notary: Notary) -> Form:
        context = LedgerContext(look.state, look.now)
        owner = context.owner_of("notice", name)
        at = notice.position_of(look.state, owner.employee, name)
        anchor = self._anchor(look, at, notary)
        return notice.notice_form(context, owner, name, how.labels, anchor, how.mask)

    def decision(self, name: str, how: How) -> Paper:
        """`print decision`. Unknown `appeal_unknown`, WrongState `appeal_undecided`."""
        with self._ledger.look_at_log(how.as_of) as look:
            context = LedgerContext(look.state, look.now)
            found = look.thing(f"appeal:{name}")[1]
            owner = context.owner_of("appeal", found)
            at = decision.decided_at(look.state, owner.employee, found)
            figures = self._figures(owner.employee, found, at, look.now)
            anchor = self._anchor(look, at)
            form = decision.decision_form(context, owner, found, how.labels, anchor, figures, how.mask)
        return self._printed(how, form, files=self._ledger.evidence.of_case(found) if how.attach else None)

    def _figures(self, owner: str, appeal: str, at: int, now: datetime) -> dict[str, object]:
        """Points of the notice and money of the month in dispute, had it been dismissed and as it was decided."""
        dismissed = what_if(self.log, at - 1, [Remedy(appeal, "dismissed", None)], [], now).after["monthly"]
        found: dict[str, object] = {}
        for when, position in (("before", at - 1), ("after", at)):
            with self._ledger.look_at_log(position) as look:
                state = look.state.employee(owner)
                case = state.appeals[appeal]
                key = (case.appellant if case.against == "liability" else owner, case.month)
                site = look.state.employee(key[0]).site_in(case.month)
                rows = [{**row, "month": case.month} for row in look.monthly(case.month, site)]
                row = next((r for r in rows if (r["employee"], r["month"]) == key), None)
                if when == "before":
                    row = next((r for r in dismissed if (r["employee"], r["month"]) == key), row)
                held = state.notices.get(case.target)
                revoked = held is not None and held.standing == "revoked"
                found[f"points_{when}"] = None if held is None else 0 if revoked else held.points
                found[f"money_{when}"] = format_money(0) if row is None else row["deduction"]
        return found

    def summary(self, of: str, site: str | None, department: str | None, how: How) -> Paper:
        """`print summary`, of one department where it is given."""

        def form(look: Look, at: str, anchor: Anchor) -> Form:
            notices = look.notices(of, at)
            rows = [row for row in look.monthly(of, at) if department in (None, row["department"])]
            charged = [each for each in notices if not each["clause"].startswith("PF-")]
            name = look.state.site(at).name
            return month.summary_form(rows, charged, name, of, how.labels, anchor, how.mask)

        return self._of_month(of, site, how, form)

    def register(self, of: str, site: str | None, how: How) -> Paper:
        """`print register`."""

        def form(look: Look, at: str, anchor: Anchor) -> Form:
            rows, name = look.rewards(of, at), look.state.site(at).name
            return month.register_form(rows, name, of, how.labels, anchor, how.mask)

        return self._of_month(of, site, how, form)

    def _of_month(
        self, of: str, site: str | None, how: How, form: Callable[[Look, str, Anchor], Form]
    ) -> Paper:
        """A form of a month as it stands: it rests on the last event there is."""
        with self._ledger.look_at_log(how.as_of) as look:
            made = form(look, look.site(site), self._anchor(look, look.position))
        return self._printed(how, made)

    def handoff(self, of: str, site: str | None, how: How) -> Paper:
        """`print handoff`. WrongState `month_not_closed`, `month_closed_with`."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            position, close = close_at(look.state, at, of)
            by = f"{look.state.employee(close.by).name}（{close.by}）"
            name, anchor = look.state.site(at).name, self._anchor(look, position)
            form = month.handoff_form(look.payroll(of, at), by, close.by, name, how.labels, anchor)
        return self._printed(how, form)

    def deduction_notice(self, of: str, site: str | None, employee: str | None, how: How) -> Paper:
        """`print deduction-notice`: for everybody from whom the run takes something, or for one of them.

        WrongState `month_not_closed`, `month_closed_with`, `run_takes_nothing`.
        """
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            position, close = close_at(look.state, at, of)
            asked = None if employee is None else look.employee_id(employee, "employee")
            taken = [line.employee for line in close.run if line.deducted_fen > 0]
            told = [look.pay(each, of, how.labels.language) for each in taken if asked in (None, each)]
            if not told:
                raise WrongState("run_takes_nothing", month=of, site=at)
            people = People(look.state, how.labels, how.mask)
            policy, name = look.state.policy_of(at, of), look.state.site(at).name
            charged, anchor = partial(charged_at, look.state, position), self._anchor(look, position)
            form = deduction.deduction_form(told, charged, name, people, policy, how.labels, anchor)
        return self._printed(how, form)

    def public_list(self, of: str, site: str | None, how: How) -> Paper:
        """`print public-list`: what was posted; a draft of what would be where nothing was."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            posted = look.posted_list(of, at)
            policy, name = look.state.policy_of(at, of), look.state.site(at).name
            anchor, told = None, None
            if posted["status"] == "not_posted":
                posted = look.list_to_post(of, at)
            else:
                last = posted["corrections"][-1]["position"] if posted["corrections"] else posted["position"]
                anchor = self._anchor(look, last)
                told = None if anchor.checkpoint is None else anchor.checkpoint.decode()
            poster = posted["by"]
            by = "" if poster is None else f"{look.state.employee(poster).name}（{poster}）"
            form = public_list.public_list_form(posted, name, policy, how.labels, anchor, told, by)
        return self._printed(how, form)

    def checklist(self, area: str | None, site: str | None, how: How) -> Paper:
        """`print checklist`: an empty sheet by the rules in force today."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            of = month_of(look.today(at))
            policy, name = look.state.policy_of(at, of), look.state.site(at).name
            form = checklist.checklist_form(policy, name, of, area, how.labels)
        return self._printed(how, form)

    # --- appraisal and examination ------------------------------------------------------------------

    def appraisal(self, of: str, site: str | None, department: str | None, how: How) -> Paper:
        """`print appraisal MONTH|EMPLOYEE`: everybody's sheet of a month, or somebody's latest. WrongState `no_sheet`."""
        with self._ledger.look_at_log(how.as_of) as look:
            if _MONTH.fullmatch(of):
                at, month = look.site(site), of
                people = [row["employee"] for row in look.appraisal(of, at, department)]
            else:
                people = [look.employee_id(of, "employee")]
                whose = look.state.employee(people[0])
                month = latest_sheet(look.state, people[0], month_of(look.today(whose.last_site)))
                at = whose.site_in(month)
            if not people:
                raise WrongState("no_sheets", site=at, month=month)
            look.state.load(map(employee_stream, people))
            sheets = [look.appraisal_sheet(each, month) for each in people]
            name, named = look.state.site(at).name, People(look.state, how.labels, how.mask)
            anchor = self._anchor(look, look.position)
            form = appraisal.appraisal_form(sheets, name, month, named, how.labels, anchor)
        return self._printed(how, form)

    def day_sheet(self, day: date, department: str, site: str | None, how: How) -> Paper:
        """`print daily-check`: what was found in a department on a day."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            daily, people = look.daily_sheet(day, department, at), People(look.state, how.labels, how.mask)
            name, anchor = look.state.site(at).name, self._anchor(look, look.position)
            form = appraisal.day_sheet_form(daily, name, people, how.labels, anchor)
        return self._printed(how, form)

    def examination(self, name: str, paper: str | None, how: How) -> Paper:
        """`print examination`: the papers of a sitting, or one. Unknown `sitting_unknown`, `paper_unknown`."""
        with self._ledger.look_at_log(how.as_of) as look:
            told = self._sitting(look, name, how)
            candidates = look.state.thing("sitting", told["sitting"]).candidates
            numbers = sorted(candidates) if paper is None else [paper]
            papers = {each: look.paper(told["sitting"], each) for each in numbers}
            anchor = self._anchor(look, look.position)
            form = sitting.paper_form(papers, candidates, told, how.labels, anchor)
        return self._printed(how, form)

    def examination_result(self, name: str, how: How) -> Paper:
        """`print examination-result`: a sitting's results. Unknown `sitting_unknown`."""
        with self._ledger.look_at_log(how.as_of) as look:
            told, people = self._sitting(look, name, how), People(look.state, how.labels, how.mask)
            form = sitting.results_form(told, people, how.labels, self._anchor(look, look.position))
        return self._printed(how, form)

    @staticmethod
    def _sitting(look: Look, name: str, how: How) -> dict[str, Any]:
        """The report of a sitting, with the bank's title and the site's name."""
        told = look.examination(name)
        bank = look.state.question_banks.book(look.state).held(told["bank"]).bank
        site = look.state.site(told["site"]).name
        return {**told, "title": bank.title.of(how.labels.language), "site_name": site}

    # --- what they share ----------------------------------------------------------------------------

    def _printed(self, how: How, *forms: Form, files: Mapping[str, bytes] | None = None) -> Paper:
        attached, people = dict(files or {}), {each for form in forms for each in form.people}
        anchors = [form.anchor for form in forms if form.anchor is not None]
        borne = {each.checkpoint for each in anchors if each.checkpoint is not None}
        for anchor in anchors if how.receipt else ():
            receipt = receipts.receipt(Notary(self.log), anchor.position, note=anchor.checkpoint)
            attached[f"receipt-{anchor.position}.json"] = receipt
            people |= {*self._ledger.people.in_receipt(receipt)}
            borne.add(receipts.checkpoint_in(receipt))
        if how.copies is not None:
            forms = tuple(form.times(how.copies) for form in forms)
        return Paper(pdf(forms, how.labels, how.plain, attached), tuple(sorted(people)), tuple(sorted(borne)))

    def _anchor(self, look: Look, position: int, notary: Notary | None = None) -> Anchor:
        """With a checkpoint that is signed where none is kept and the key is here: once for all that a notary is asked."""
        note = None
        with suppress(StoreError):
            note = (notary or Notary(self.log)).covering(position)
        return Anchor(self.log.identity(), position, self.log.hashes([position])[position], note)
