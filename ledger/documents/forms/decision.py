"""申訴決定書: object, route, both sides' words, reasons, outcome, figures before and after, what comes next (papers §17)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Form, grid, paragraph, signatures, space
from ledger.documents.forms.people import People, spoken_month
from ledger.errors import WrongState
from ledger.events import Event
from ledger.events.appeals import AppealDecided, AppealEscalated, AppealFiled
from ledger.events.employees import employee_stream
from ledger.events.replies import AppealReplied
from ledger.labels.messages import Labels
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState


def decided_at(ledger_state: LedgerState, owner: str, appeal: str) -> int:
    """The position of the latest decision of an appeal. WrongState `appeal_undecided`."""
    found = [
        recorded.position
        for recorded in ledger_state.stream(employee_stream(owner))
        if isinstance(recorded.event, AppealDecided) and recorded.event.appeal == appeal
    ]
    if not found:
        raise WrongState("appeal_undecided", appeal=appeal)
    return found[-1]


def decision_form(
    context: LedgerContext,
    owner: EmployeeState,
    appeal: str,
    labels: Labels,
    anchor: Anchor,
    figures: Mapping[str, object],
    mask: bool,
) -> Form:
    """A decision in two copies.

    `figures`: `points_before` and `points_after`, None where it is about none, `money_before` and `money_after` in yuan.
    """
    state, form = context.state, labels.form
    case, people = owner.appeals[appeal], People(state, labels, mask)
    events = [
        recorded.event
        for recorded in state.words(employee_stream(owner.employee))
        if getattr(recorded.event, "appeal", None) == appeal
    ]
    decided = [event for event in events if isinstance(event, AppealDecided)][-1]
    blocks = [
        _head(people, owner, case, decided, labels),
        paragraph(form("route"), "\n".join(_route(people, case, labels))),
        *_words(events, labels),
        paragraph(form("reasons"), decided.reasons),
        _outcome(case, decided, figures, labels),
        paragraph(form("next"), _next(context, owner, case, decided, labels), split=False),
        paragraph(form("recusal"), form("recusal_text"), split=False),
        space(),
        signatures(
            (form("reviewer"), people.signed(decided.by, decided.on)),
            (form("signature"), ""),
            (form("date"), decided.on),
        ),
    ]
    return Form(
        title=form("title_decision"),
        site=state.site(owner.site_in(case.month)).name,
        day=decided.on.isoformat(),
        subtitle=f"{form('number')} {appeal}　{form('date')} {decided.on}",
        number=f"{form('number')} {appeal}",
        blocks=tuple(blocks),
        people=tuple(sorted(people.named | {owner.employee})),
        anchor=anchor,
        copies=(form("copy_appellant"), form("copy_office")),
    )


def _head(
    people: People, owner: EmployeeState, case: AppealState, decided: AppealDecided, labels: Labels
) -> Block:
    form, day = labels.form, case.filed_on
    whose = people.signed(owner.employee, day)
    return grid(
        (form("appellant"), people.signed(case.appellant, day)),
        (form("respondent"), people.signed(case.respondent, day)),
        (form("against"), f"{labels.word(case.against)} {case.target}　{whose}", True),
        (form("ground"), labels.word(case.ground)),
        (form("level"), labels.word(decided.level)),
        (form("filed_on"), day),
        (form("decided_on"), decided.on),
    )


def _words(events: Sequence[Event], labels: Labels) -> Iterator[Block]:
    """What either side said: the appeal and each escalation, and the replies."""
    form = labels.form
    said = [event.statement for event in events if isinstance(event, AppealFiled | AppealEscalated)]
    replies = [event.statement for event in events if isinstance(event, AppealReplied)]
    for side, words in (("appellant_words", said), ("respondent_words", replies)):
        yield paragraph(form(side), "\n\n".join(words) or form("no_words"))


def _route(people: People, case: AppealState, labels: Labels) -> Iterator[str]:
    """Each level with who holds it, or why it was skipped."""
    for step in case.route:
        level = labels.word(step.level)
        if step.skipped is None:
            holder = people.signed(step.holder, case.filed_on)
            yield labels.form("route_step", level=level, holder=holder)
        else:
            yield labels.form("route_skipped", level=level, skipped=labels.word(step.skipped))


def _outcome(
    case: AppealState, decided: AppealDecided, figures: Mapping[str, object], labels: Labels
) -> Block:
    form, month = labels.form, spoken_month(case.month, labels)
    points: list[tuple[str, object]] = []
    if case.against == "notice":
        points = [
            (form("points_before"), figures["points_before"]),
            (form("points_after"), figures["points_after"]),
        ]
    return grid(
        (form("outcome"), labels.word(decided.outcome), True),
        *points,
        (form("money_before", month=month), figures["money_before"]),
        (form("money_after", month=month), figures["money_after"]),
    )


def _next(
    context: LedgerContext, owner: EmployeeState, case: AppealState, decided: AppealDecided, labels: Labels
) -> str:
    """To whom and until when the appeal may go on; that the decision is final where it cannot."""
    higher = case.higher_levels()
    if decided.outcome == "revoked" or not higher:
        return labels.form("no_next_level")
    until: date = (
        context.policy_book().deadline(owner.site_in(case.month), "escalation", decided.on, decided.on).day
    )
    return labels.form("next_level", level=labels.word(higher[0]), day=until)
