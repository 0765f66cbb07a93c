"""Analyses of causes 問題根源: which cause of the rules' list some notices of a month have (appraisal §9.2; 篇3 4.1.6)."""

from datetime import date

from msgspec import Struct

from ledger.aggregates.authority import (
    heads_department,
    offices_of,
    policy_of_month,
    require_between,
    require_employed,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.stream_state import StreamState, evolves_apart
from ledger.commands.analyses import AnalyseNotices
from ledger.errors import NotEntitled, Taken, Unknown, WrongState
from ledger.events.analyses import NoticesAnalysed, analysis_stream
from ledger.policy.causes import causes_of

_EVERYWHERE = {"quality", "director", "manager"}


class AnalysisState(Struct, frozen=True, gc=False):
    """An analysis as reports see it; `position` says which of two is the later one."""

    analysis: str
    site: str
    month: str
    notices: tuple[str, ...]
    cause: str
    by: str
    on: date
    position: int


@evolves_apart
def _(event: NoticesAnalysed, state: StreamState, position: int) -> StreamState:
    told = AnalysisState(
        event.analysis, event.site, event.month, event.notices, event.cause, event.by, event.on, position
    )
    return state.put("analysis", event.analysis, told)


@decides(AnalyseNotices)
def analyse_notices(command: AnalyseNotices, context: DecisionContext) -> list[Decision]:
    """Notices of one month and site, a cause the rules list, by whoever may say why they came about."""
    if context.is_taken("analysis", command.analysis):
        raise Taken("id_taken", kind="analysis", id=command.analysis)
    site = context.site(command.site).site
    require_employed(context, command.by, command.on)
    held = offices_of(context, command.by, site, command.on)
    for notice in command.notices:
        _check_notice(context, command, notice, is_anybody=bool(held & _EVERYWHERE))
    policy = policy_of_month(context, site, command.month)
    if command.cause not in causes_of(policy):
        known = ", ".join(causes_of(policy))
        raise Unknown("cause_unknown", cause=command.cause, policy=policy.version, known=known)
    event = NoticesAnalysed(
        analysis=command.analysis,
        site=site,
        month=command.month,
        notices=tuple(command.notices),
        cause=command.cause,
        root_cause=command.root_cause,
        by=command.by,
        on=command.on,
    )
    return [Decision(analysis_stream(command.analysis), event)]


def _check_notice(context: DecisionContext, command: AnalyseNotices, name: str, is_anybody: bool) -> None:
    """Of the month and the site, issued by then, and of the own department for a head.

    Unknown `notice_unknown`; WrongState `notice_of_other_month`, `notice_of_other_site`; WrongTime; NotEntitled
    `analysis_not_entitled`.
    """
    employee = context.owner_of("notice", name)
    notice = employee.notices[name]
    if employee.site_in(notice.month) != command.site:
        raise WrongState("notice_of_other_site", notice=name, site=employee.site_in(notice.month))
    if notice.month != command.month:
        raise WrongState("notice_of_other_month", notice=name, month=notice.month, asked=command.month)
    require_between(context, command.site, command.on, notice.issued_on, "issue")
    department = employee.departments.on(notice.occurred_on)
    if not is_anybody and not heads_department(context, command.by, command.site, department, command.on):
        raise NotEntitled("analysis_not_entitled", by=command.by, notice=name, on=command.on)
