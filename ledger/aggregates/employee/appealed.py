"""What an appeal may be against, as it stands: a notice, a share of one, or a sanction (domain §6)."""

from dataclasses import dataclass, replace
from datetime import date

from ledger.aggregates.authority import supervisor_on
from ledger.aggregates.context import BorneShare, DecisionContext
from ledger.aggregates.employee.route import conflicts
from ledger.aggregates.employee_state import EmployeeState, Finding, NoticeState
from ledger.commands.appeals import Against
from ledger.errors import WrongState
from ledger.events.appeals import ObjectKind, SkipReason


@dataclass(frozen=True, slots=True)
class Appealed:
    """What an appeal is against, as it stood just before the filing."""

    against: ObjectKind
    target: str
    month: str
    appellant: str
    """Who alone may appeal."""
    respondent: str
    """Whose act is complained of, unless another is named."""
    since: date
    """Since when it can be appealed against; a notice before its window opens, which waits for the acknowledgement."""
    window_start: date | None
    """Where the window begins; None while it has not been served and stays open."""
    conflicted: dict[str, SkipReason]
    concerned: frozenset[str]
    """Who may be named as respondent."""
    anew_since: date | None = None
    """When a notice came back from the handbook: appeals filed before are over."""
    anew_at: int | None = None
    """The position at which a finding was made again after it had been cleared: appeals filed before are over."""


def window_start_of(notice: NoticeState) -> date | None:
    """Where the window of a notice begins: at its service; None before.

    Anew where its clause or time was corrected, or where it came back from the handbook.
    """
    if notice.acknowledged_on is None:
        return None
    served = notice.acknowledged_on
    return max(served, notice.changed_on or served, notice.returned_on or served)


def appealed(against: Against, context: DecisionContext) -> tuple[EmployeeState, Appealed]:
    """What somebody appeals against, and on whose record it stands. WrongState where it stands no more, or is no share."""
    if against.sanction is not None:
        return _sanction(against.sanction, context)
    name = against.notice or against.liability or ""
    employee = context.owner_of("notice", name)
    notice = employee.notices[name]
    require_appealable(notice)
    finding = notice.finding if notice.finding is not None and not notice.finding.cleared else None
    concerned = {notice.issued_by, supervisor_on(context, employee, notice.occurred_on)}
    if finding is not None:
        concerned.add(finding.by)
    thing = Appealed(
        against="notice",
        target=name,
        month=notice.month,
        appellant=employee.employee,
        respondent=notice.issued_by,
        since=notice.issued_on,
        window_start=window_start_of(notice),
        conflicted=conflicts(context, employee, "notice", name),
        concerned=frozenset(filter(None, concerned)),
        anew_since=notice.returned_on,
    )
    return employee, thing if against.notice is not None else _share(thing, context.share(name), finding)


def _share(notice: Appealed, share: BorneShare | None, finding: Finding | None) -> Appealed:
    if share is None or share.status == "lapsed" or share.supervisor is None:
        raise WrongState("no_share", notice=notice.target)
    return replace(
        notice,
        against="liability",
        appellant=share.supervisor,
        respondent=notice.respondent if finding is None else finding.by,
        since=share.arose_on,
        window_start=max(share.arose_on, share.recorded_on),
        concerned=notice.concerned - {share.supervisor},
        anew_at=None if finding is None else finding.anew_at,
    )


def _sanction(name: str, context: DecisionContext) -> tuple[EmployeeState, Appealed]:
    employee = context.owner_of("sanction", name)
    sanction = employee.sanctions[name]
    if not sanction.stands:
        raise WrongState("sanction_revoked", sanction=name)
    supervisor = supervisor_on(context, employee, sanction.on)
    thing = Appealed(
        against="sanction",
        target=name,
        month=sanction.month,
        appellant=employee.employee,
        respondent=sanction.by,
        since=sanction.on,
        window_start=sanction.on,
        conflicted=conflicts(context, employee, "sanction", name),
        concerned=frozenset(filter(None, (sanction.by, supervisor))),
    )
    return employee, thing


def require_appealable(notice: NoticeState) -> None:
    """A notice that stands, and is not at the handbook: WrongState `notice_<standing>`, `notice_at_handbook`.

    At the handbook it costs nothing meanwhile, and its window begins anew where it comes back.
    """
    if notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=notice.notice)
    if notice.referred is not None:
        raise WrongState("notice_at_handbook", notice=notice.notice, case=notice.referred)
