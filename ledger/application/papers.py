"""Printed forms of one state of the ledger, each with where the event behind it stands (papers §17)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ledger.application.look import Look
from ledger.application.part import Part
from ledger.documents.forms import checklist, decision, deduction, month, notice, public_list
from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Form
from ledger.documents.forms.people import People
from ledger.documents.forms.typeset import pdf
from ledger.errors import StoreError, WrongState
from ledger.review.what_if import Remedy, what_if
from ledger.state.hand_off import close_at
from ledger.state.ledger_context import LedgerContext
from ledger.store.notary import Notary
from ledger.terms import format_money, month_of

if TYPE_CHECKING:
    from ledger.labels.messages import Labels


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed form, and whose names or words are in it."""

    content: bytes
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How a form is printed: in which language, with which names, of which state, with receipts attached or not."""

    labels: "Labels"
    mask: bool = False
    plain: bool = False
    receipt: bool = False
    as_of: int | None = None


class Papers(Part):
    """What an office posts, signs and hands over. InputError `name_has_no_glyph` where the font lacks a character."""

    def notice(self, name: str, how: How) -> Paper:
        """`print notice`. Unknown `notice_unknown`."""
        with self._ledger.look_at_log(how.as_of) as look:
            context = LedgerContext(look.state, look.now)
            found = look.thing(f"notice:{name}")[1]
            owner = context.owner_of("notice", found)
            at = notice.position_of(look.state, owner.employee, found)
            form = notice.notice_form(context, owner, found, how.labels, self._anchor(look, at), how.mask)
        return self._printed(form, how)

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
        return self._printed(form, how)

    def _figures(self, owner: str, appeal: str, at: int, now: datetime) -> dict[str, object]:
        """Points of the notice and money of the month in dispute, had it been dismissed and as it was decided."""
        dismissed = what_if(self.log, at - 1, [Remedy(appeal, "dismissed", None)], [], now).after["monthly"]
        found: dict[str, object] = {}
        for when, position in (("before", at - 1), ("after", at)):
            with self._ledger.look_at_log(position) as look:
                state = look.state.employee(owner)
                case = state.appeals[appeal]
                key = (case.appellant if case.against == "liability" else owner, case.month)
                rows = [{**row, "month": case.month} for row in look.monthly(case.month, state.site)]
                row = next((r for r in rows if (r["employee"], r["month"]) == key), None)
                if when == "before":
                    row = next((r for r in dismissed if (r["employee"], r["month"]) == key), row)
                held = state.notices.get(case.target)
                revoked = held is not None and held.standing == "revoked"
                found[f"points_{when}"] = None if held is None else 0 if revoked else held.points
                found[f"money_{when}"] = format_money(0) if row is None else row["deduction"]
        return found

    def summary(self, of: str, site: str | None, how: How) -> Paper:
        """`print summary`."""

        def form(look: Look, at: str, anchor: Anchor) -> Form:
            rows, notices = look.monthly(of, at), look.notices(of, at)
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
        return self._printed(made, how)

    def handoff(self, of: str, site: str | None, how: How) -> Paper:
        """`print handoff`. WrongState `month_not_closed`, `month_closed_with`."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            position, close = close_at(look.state, at, of)
            by = f"{look.state.employee(close.by).name}（{close.by}）"
            name, anchor = look.state.site(at).name, self._anchor(look, position)
            form = month.handoff_form(look.payroll(of, at), by, close.by, name, how.labels, anchor)
        return self._printed(form, how)

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
            people = People(look.state, how.mask)
            policy, name = look.state.policy_of(at, of), look.state.site(at).name
            notices, anchor = look.notices(site=at), self._anchor(look, position)
            form = deduction.deduction_form(told, notices, name, people, policy, how.labels, anchor)
        return self._printed(form, how)

    def public_list(self, of: str, site: str | None, how: How) -> Paper:
        """`print public-list`: what was posted; a draft of what would be where nothing was."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            posted = look.posted_list(of, at)
            policy, name = look.state.policy_of(at, of), look.state.site(at).name
            anchor, note = None, None
            if posted["status"] == "not_posted":
                posted = {**posted, "rows": look.of_month("public-list", of, at)}
            else:
                last = posted["corrections"][-1]["position"] if posted["corrections"] else posted["position"]
                anchor, note = self._anchor(look, last), self._note(last)
            told = None if note is None else note.decode()
            poster = posted["by"]
            by = "" if poster is None else f"{look.state.employee(poster).name}（{poster}）"
            form = public_list.public_list_form(posted, name, policy, how.labels, anchor, told, by)
        return self._printed(form, how)

    def checklist(self, area: str | None, site: str | None, how: How) -> Paper:
        """`print checklist`: an empty sheet by the rules in force today."""
        with self._ledger.look_at_log(how.as_of) as look:
            at = look.site(site)
            of = month_of(look.today(at))
            policy, name = look.state.policy_of(at, of), look.state.site(at).name
            form = checklist.checklist_form(policy, name, of, area, how.labels)
        return self._printed(form, how)

    # --- what they share ----------------------------------------------------------------------------

    def _printed(self, form: Form, how: How) -> Paper:
        attached, people = {}, set(form.people)
        if how.receipt and form.anchor is not None:
            receipt = self._ledger.proofs.receipt(str(form.anchor.position))
            attached[f"receipt-{form.anchor.position}.json"] = receipt
            people |= {*self._ledger.people.in_receipt(receipt)}
        return Paper(pdf(form, how.labels, how.plain, attached), tuple(sorted(people)))

    def _note(self, position: int) -> bytes | None:
        """The earliest checkpoint that covers a position; one is signed where none is kept and the key is here."""
        notary = Notary(self.log)
        with suppress(StoreError):
            return notary.earliest(position) or notary.checkpoint()
        return None

    def _anchor(self, look: Look, position: int) -> Anchor:
        note, size, root = self._note(position), None, None
        if note is not None:
            _, told, root, *_ = note.decode().splitlines()
            size = int(told)
        return Anchor(self.log.identity(), position, self.log.hashes([position])[position], size, root)
