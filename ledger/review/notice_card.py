"""A notice on one card: what it says, where it stands, its share, its appeals and what was said beside it."""

from zoneinfo import ZoneInfo

from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.formats import format_day
from ledger.reckoning.reckon import Cell
from ledger.review import notice_words
from ledger.review.card_values import Card, person
from ledger.state.deadlines import appeal_by, share_appeal_by
from ledger.state.figures import status_of
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_money


def notice_card(context: LedgerContext, owner: EmployeeState, name: str) -> Card:
    """A notice of somebody, with the words that are opened for whoever looks."""
    notice = owner.notices[name]
    place, narrative, evidence = notice_words.texts(context, owner, name)
    cell = context.state.cell(owner.employee, notice.month)
    fact = context.state.facts(owner.employee).notices[name]
    site = owner.site_in(notice.month)
    zone = ZoneInfo(context.site(site).timezone)
    return {
        "notice": name,
        "employee": person(context, owner.employee),
        "scheme": notice.scheme,
        "clause": notice.clause,
        "clause_title": _clause_titles(context.state, site, notice),
        "points": notice.points,
        "occurred_at": notice.occurred_at.astimezone(zone).isoformat(),
        "month": notice.month,
        "late": fact.late,
        "place": place,
        "narrative": narrative,
        "evidence": evidence,
        "issued_by": person(context, notice.issued_by),
        "issued_on": format_day(notice.issued_on),
        "acknowledged_on": format_day(notice.acknowledged_on),
        "rectified_on": format_day(notice.rectified_on),
        "status": status_of(notice, fact),
        "finding": _finding(context, notice),
        "share": _share(context, owner, cell, name),
        "appeals": [a.appeal for a in owner.appeals_against("notice", "liability", target=name)],
        **_beside(context, owner, notice),
    }


def _beside(context: LedgerContext, owner: EmployeeState, notice: NoticeState) -> Card:
    """What a notice shows only where there is any: the last day to appeal, the open case by which it goes by the
    handbook, remarks, what it replaces or is replaced by.

    `not_taken`: its month is one of record only, in which its fine is shown and not taken.
    """
    said = [
        {"on": format_day(event.on), "by": person(context, event.by), "text": event.text}
        for event in notice_words.remarks(context, owner, notice.notice)
    ]
    site = owner.site_in(notice.month)
    until = appeal_by(context, site, notice) if notice.standing == "stands" else None
    policy = context.state.policy_of(site, notice.month)
    found = {
        "appeal_by": None if until is None else until.day.isoformat(),
        "provisional": until is not None and until.provisional,
        "case": notice.referred,
        "not_taken": policy.money == "record_only",
        "remarks": said,
        "replaces": notice.replaces,
        "replaced_by": notice.replaced_by,
    }
    return {name: value for name, value in found.items() if value}


def _clause_titles(ledger_state: LedgerState, site: str, notice: NoticeState) -> dict[str, str] | None:
    """As the version in force has it; of a clause it dropped, as the last version before that had one."""
    in_force = ledger_state.policy_of(site, notice.month)
    versions = [
        in_force,
        *(entry.policy for entry in reversed(list(ledger_state.policy_book().versions(site)))),
    ]
    clause = next((c for policy in versions if (c := policy.catalogue.get(notice.clause)) is not None), None)
    return None if clause is None else clause.title.model_dump(by_alias=True)


def _finding(context: LedgerContext, notice: NoticeState) -> Card | None:
    finding = notice.finding
    if finding is None:
        return None
    return {
        "by": person(context, finding.by),
        "on": format_day(finding.on),
        "supervisor": person(context, finding.supervisor),
        "status": "cleared" if finding.cleared else "stands",
    }


def _share(context: LedgerContext, owner: EmployeeState, cell: Cell, notice: str) -> Card | None:
    for share in cell.shares:
        if share.notice == notice:
            until = share_appeal_by(context, owner.site_in(cell.month), notice)
            return {
                "supervisor": person(context, share.supervisor),
                "share": format_money(share.share_fen),
                "ground": share.ground,
                "status": share.status,
                **({} if until is None else {"appeal_by": until.day.isoformat(), **until.mark()}),
            }
    return None
