"""What is told of a person's month wherever it is told: its figures line by line, and how a notice of it stands."""

from ledger.aggregates.employee_state import NoticeState
from ledger.reckoning.explain import Explained, explain
from ledger.reckoning.facts import NoticeFact
from ledger.state.ledger_state import LedgerState


def figures_of(state: LedgerState, employee: str, month: str) -> tuple[Explained, ...]:
    """Every figure of a month with its lines; notices are late by the close that closed it at the site of the month."""
    facts = state.facts_in(employee, month)
    site = facts.site_in(month)
    close = state.closes.first_of(site, month)
    return explain(
        state.cell(employee, month),
        state.borne(employee, month),
        facts,
        state.policy_of(site, month),
        None if close is None else close.position,
    )


def status_of(notice: NoticeState, fact: NoticeFact) -> str:
    """How a notice stands, or that it is contested while it does."""
    return "contested" if fact.contested and fact.stands else notice.standing
