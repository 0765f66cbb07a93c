"""Offices: who may be appointed to what (domain §1)."""

from ledger.aggregates.authority import offices_of, require_employed
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.recording_rights import require_may_record
from ledger.aggregates.spellings import require_meant
from ledger.commands.offices import Appoint
from ledger.errors import NotEntitled
from ledger.events.offices import OfficeAppointed
from ledger.events.sites import site_stream


@decides(Appoint)
def appoint(command: Appoint, context: DecisionContext) -> list[Decision]:
    """Somebody holds an office from a day on; the days ahead may be planned."""
    context.site(command.site)
    require_employed(context, command.employee, command.effective_from)
    _check_appointer(command, context)
    require_meant(context, command.site, command.department)
    event = OfficeAppointed(
        site=command.site,
        office=command.office,
        employee=command.employee,
        department=command.department,
        effective_from=command.effective_from,
        until=command.until,
        by=command.by,
    )
    return [Decision(site_stream(command.site), event)]


def _check_appointer(command: Appoint, context: DecisionContext) -> None:
    """Company or manager, never oneself; a manager is appointed by company only."""
    by, day = command.by, command.effective_from
    if by is None:
        return
    if by == command.employee:
        raise NotEntitled("own_appointment", by=by)
    require_may_record(context, "appoint", by, command.site, day)
    if command.office in ("manager", "company") and "company" not in offices_of(
        context, by, command.site, day
    ):
        raise NotEntitled("appointment_above_oneself", by=by, office=command.office)
