"""過失通知單: what a notice says, who served it and what came of it; blanks where that is not recorded (papers §17)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.aggregates.employee.route import conflicts, route_of
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Form, checks, grid, paragraph, signatures, space
from ledger.documents.forms.capitals import points_told
from ledger.documents.forms.people import People
from ledger.events import Event
from ledger.events.appeals import AppealDecided
from ledger.events.employees import employee_stream
from ledger.events.evidence import EvidenceAttached, EvidenceDiscarded
from ledger.events.notices import (
    NoticeAcknowledged,
    NoticeCorrected,
    NoticeIssued,
    NoticeRectified,
    NoticeWithdrawn,
)
from ledger.labels.citations import cited
from ledger.labels.messages import Labels
from ledger.policy.model import Policy
from ledger.state.deadlines import appeal_by
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_money

E = TypeVar("E", bound=Event)


@dataclass(slots=True)
class _Told:
    """The events of one notice, opened, each with its position."""

    events: list[tuple[Event, int]] = field(default_factory=list)

    def of(self, *kinds: type[E]) -> list[tuple[E, int]]:
        return [(event, at) for event, at in self.events if isinstance(event, kinds)]

    def last(self, kind: type[E]) -> E | None:
        found = self.of(kind)
        return found[-1][0] if found else None


def position_of(ledger_state: LedgerState, employee: str, notice: str) -> int:
    """Where the latest event of a notice stands: what the form is printed of."""
    return max(at for _, at in _told(ledger_state, employee, notice).events)


def notice_form(
    context: LedgerContext, owner: EmployeeState, notice: str, labels: Labels, anchor: Anchor, mask: bool
) -> Form:
    """A notice in three copies."""
    state, fact = context.state, owner.notices[notice]
    told, people = _told(state, owner.employee, notice), People(state, labels, mask)
    site = owner.site_in(fact.month)
    policy = state.policy_of(site, fact.month)
    form = labels.form
    made = [
        _head(people, owner, fact, told, policy, labels),
        paragraph(form("narrative"), _latest(told, "narrative") or ""),
        *_evidence(told, labels),
        paragraph(form("consequences"), _consequences(policy, fact, labels)),
        space(),
        signatures(
            (form("issuer"), people.signed(fact.issued_by, fact.issued_on)),
            (form("signature"), ""),
            (form("date"), fact.issued_on),
        ),
        *_service(people, told, labels),
        _rectified(people, told, labels),
        paragraph(form("appeal"), _appeal(context, people, owner, fact, policy, labels)),
    ]
    return Form(
        title=form("title_notice"),
        site=state.site(site).name,
        day=fact.issued_on.isoformat(),
        number=f"{form('number')} {notice}",
        subtitle=f"{form('number')} {notice}　{form('date')} {fact.issued_on}",
        blocks=tuple(made),
        people=tuple(sorted(people.named)),
        anchor=anchor,
        copies=(form("copy_site"), form("copy_person"), form("copy_department")),
        stamp=_stamp(fact, told, labels),
    )


def _told(ledger_state: LedgerState, employee: str, notice: str) -> _Told:
    """What was recorded of a notice, a decision that changed it among it."""
    found = _Told()
    for recorded in ledger_state.words(employee_stream(employee)):
        event = recorded.event
        decided = isinstance(event, AppealDecided) and event.against == "notice" and event.target == notice
        if decided or getattr(event, "notice", None) == notice:
            found.events.append((event, recorded.position))
    return found


def _latest(told: _Told, name: str) -> str | None:
    """A text of the notice as corrected last."""
    said = [getattr(event, name) for event, _ in told.of(NoticeIssued, NoticeCorrected)]
    return next((text for text in reversed(said) if text is not None), None)


def _head(
    people: People, owner: EmployeeState, fact: NoticeState, told: _Told, policy: Policy, labels: Labels
) -> Block:
    form, day = labels.form, fact.occurred_on
    clause = policy.catalogue.get(fact.clause)
    broken = fact.clause
    if clause is not None:
        source = cited(clause.source, labels.language)
        broken = labels.remarked(f"{fact.clause}　{clause.title.of(labels.language)}", source)
    return grid(
        (form("name"), people.name(owner.employee, day)),
        (form("staff_number"), owner.employee),
        (form("department"), labels.department(people.department(owner.employee, day))),
        (form("post"), people.post(owner.employee, day)),
        (form("occurred_at"), people.moment(fact.occurred_at, owner.site_in(fact.month))),
        (form("place"), _latest(told, "place")),
        (form("clause"), broken, True),
        (form("points"), points_told(fact.points, labels)),
        (form("scheme"), labels.word(fact.scheme)),
    )


def _evidence(told: _Told, labels: Labels) -> Iterable[Block]:
    """The files named when it was issued and those attached since, without what was taken out again."""
    gone = {event.sha256 for event, _ in told.of(EvidenceDiscarded)}
    held = [file for event, _ in told.of(NoticeIssued) for file in event.evidence]
    held += [event.evidence for event, _ in told.of(EvidenceAttached) if event.sha256 not in gone]
    if held:
        files = "\n".join(dict.fromkeys(f"{file.name}　SHA-256 {file.sha256[:16]}" for file in held))
        yield paragraph(labels.form("evidence"), files)


def _consequences(policy: Policy, fact: NoticeState, labels: Labels) -> str:
    """What a point is worth and what more of them open; no amount is computed here."""
    form, value = labels.form, policy.schemes.service_quality.point_value
    if fact.scheme == "performance":
        worth = format_money(policy.schemes.performance.point_value)
        return form("consequences_performance", value=worth)
    rule = policy.surcharge
    said = [form("consequences_points", value=format_money(value))]
    said.append(
        form(
            "consequences_surcharge",
            low=rule.from_points,
            high=rule.to_points,
            amount=format_money(rule.amount),
        )
    )
    low = {band.band: band.from_points for band in reversed(policy.bands)}
    if {"administrative", "dismissal"} <= low.keys():
        said.append(
            form("consequences_bands", administrative=low["administrative"], dismissal=low["dismissal"])
        )
    said.append(form("consequences_guard", percent=policy.wage_guard.wage_percent))
    return "".join(said)


def _service(people: People, told: _Told, labels: Labels) -> Iterable[Block]:
    """Served and signed; the record of a refusal, filled in where there was one."""
    form = labels.form
    served = next((event for event, _ in told.of(NoticeAcknowledged) if event.served), None)
    served = served or told.last(NoticeAcknowledged)
    how = None if served is None else served.how
    options = [(form(f"ack_{each}"), how == each) for each in ("signed", "commented", "refused")]
    said = "" if served is None else served.statement or ""
    yield checks(
        form("service"),
        options,
        note=form("service_note"),
        body=said,
        lines=0 if said or served is not None else 2,
        signs=[
            (form("signature_employee"), ""),
            (form("date"), None if served is None else served.on),
        ],
    )
    refused = served if how == "refused" else None
    witnesses = [] if refused is None else [*refused.witnesses[:2]]
    by = None if refused is None else people.signed(refused.by, refused.on)
    yield checks(
        form("refusal"),
        [(form("refusal_left"), False), (form("refusal_photo"), False)],
        note=form("refusal_note"),
        signs=[
            *((form("witness"), name) for name in (*witnesses, "", "")[:2]),
            (form("served_by"), by),
            (form("refusal_time"), None if refused is None else refused.on),
            (form("refusal_place"), ""),
        ],
    )


def _rectified(people: People, told: _Told, labels: Labels) -> Block:
    form, done = labels.form, told.last(NoticeRectified)
    return checks(
        form("rectification"),
        [],
        body="" if done is None else done.action,
        lines=1 if done is None else 0,
        signs=[
            (form("rectified_by"), None if done is None else people.signed(done.by, done.on)),
            (form("verified_by"), ""),
            (form("date"), None if done is None else done.on),
        ],
    )


def _appeal(
    context: LedgerContext,
    people: People,
    owner: EmployeeState,
    fact: NoticeState,
    policy: Policy,
    labels: Labels,
) -> str:
    """By when and to whom an appeal goes, that it stays the fine, and that it can make nothing worse."""
    conflicted = conflicts(context, owner, "notice", fact.notice)
    route = route_of(context, owner, policy, False, [fact.issued_by], conflicted, fact.month, fact.issued_on)
    first = next((step for step in route if step.skipped is None), None)
    holder = None if first is None else first.holder
    to = labels.word("company" if first is None else first.level)
    whom = to if holder is None else f"{to} {people.signed(holder, fact.issued_on)}"
    until = appeal_by(context, owner.site_in(fact.month), fact)
    days = policy.appeals.window_working_days
    said = labels.form("appeal_window", days=days, whom=whom)
    if until is not None:
        said += labels.form("appeal_until", day=until.day)
    return said + labels.form("appeal_effect")


def _stamp(fact: NoticeState, told: _Told, labels: Labels) -> str:
    """What became of the notice since, with the position that says so."""
    form = labels.form
    withdrawn = told.of(NoticeWithdrawn)
    if withdrawn:
        return form("stamp_withdrawn", position=withdrawn[-1][1])
    decided = [(event, at) for event, at in told.of(AppealDecided) if event.outcome != "dismissed"]
    if decided:
        event, at = decided[-1]
        return form(f"stamp_{event.outcome}", position=at)
    corrected = told.of(NoticeCorrected)
    return form("stamp_corrected", position=corrected[-1][1]) if corrected else ""
